/** What changed between two texts, word by word; in Chinese, character by character. */
export interface Part {
  kind: "same" | "added" | "removed";
  text: string;
}

const WORDS = /\n|[^\S\n]+|[\u4e00-\u9fff]|(?:(?![\u4e00-\u9fff])[\p{L}\p{N}])+|./gu;
// Larger ones take longer than anybody waits: they are shown as replaced.
const MOST_CELLS = 4_000_000;

export function differences(before: string, after: string): Part[] {
  const [old, now] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const parts: Part[] = [];
  const add = (kind: Part["kind"], text: string) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text) parts.push({ kind, text });
  };
  add("same", old.slice(0, head).join(""));
  for (const [kind, word] of between(old.slice(head, old.length - tail), now.slice(head, now.length - tail)))
    add(kind, word);
  add("same", old.slice(old.length - tail).join(""));
  return parts;
}

/** By the longest sequence of words that both have. */
function between(old: string[], now: string[]): [Part["kind"], string][] {
  if (old.length * now.length > MOST_CELLS)
    return [
      ["removed", old.join("")],
      ["added", now.join("")],
    ];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--)
    for (let column = now.length - 1; column >= 0; column--)
      common[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
  const found: [Part["kind"], string][] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && old[row] === now[column]) {
      found.push(["same", old[row++] ?? ""]);
      column++;
    } else if (row < old.length && (column === now.length || at(row + 1, column) >= at(row, column + 1)))
      found.push(["removed", old[row++] ?? ""]);
    else found.push(["added", now[column++] ?? ""]);
  }
  return found;
}
