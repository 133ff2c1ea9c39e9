/** What the gateway and its runs say, in another language.

Their sentences are English where they are kept: in events, results and answers. A table has each with `{}` for whatever
was put in; its translation has the same parts in its own order: `{0}`, `{1}`. What was put in may be such a sentence itself. */

export type Table = Readonly<Record<string, string>>;
export type Tell = (text: string) => string | null;
interface Form {
  literals: string[];
  words: string;
}

const DEEPEST = 3;
const LONGEST = 2000;
// A page draws its lines again with each event; a long run says some thousand different things.
const MOST_KNOWN = 5000;
// A sentence, or a part of a list, ends here; where a text is no entry as a whole, its parts may be.
const END = /[.!?;:]\s+/g;

/** What stands where a form has its places; null where the text is not of that form. */
function parts(text: string, literals: readonly string[]): string[] | null {
  const first = literals[0] ?? "";
  const last = literals.at(-1) ?? "";
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const found: string[] = [];
  let from = first.length;
  // Each literal where it comes first: that leaves most room for those behind it.
  for (const literal of literals.slice(1, -1)) {
    const at = text.indexOf(literal, from);
    if (at < 0) return null;
    found.push(text.slice(from, at));
    from = at + literal.length;
  }
  const end = text.length - last.length;
  return from > end ? null : [...found, text.slice(from, end)];
}

const weight = (key: string): number => key.replaceAll("{}", "").length;

/** Answers the words for a text; null where the table has none. */
export function teller(table: Table): Tell {
  const exact = new Map(Object.entries(table).filter(([key]) => !key.includes("{}")));
  // What says most of itself comes first: `{}: {}` fits nearly everything.
  const forms: Form[] = Object.entries(table)
    .filter(([key]) => key.includes("{}"))
    .sort(([a], [b]) => weight(b) - weight(a))
    .map(([key, words]) => ({ literals: key.split("{}"), words }));
  const known = new Map<string, string | null>();

  function whole(text: string, depth: number): string | null {
    const words = exact.get(text);
    if (words !== undefined) return words;
    for (const form of forms) {
      const found = parts(text, form.literals);
      if (found)
        return form.words.replace(/\{(\d)\}/g, (_, at: string) => {
          const part = found[Number(at)] ?? "";
          return tell(part, depth + 1) ?? part;
        });
    }
    return null;
  }
  function inParts(text: string, depth: number): string | null {
    for (const { 0: end, index } of [...text.matchAll(END)].reverse()) {
      const first = text.slice(0, index + 1);
      const list = end.startsWith(";") || end.startsWith(":");
      const left = whole(first, depth) ?? (list ? whole(first.slice(0, -1), depth) : null);
      const right = left === null ? null : tell(text.slice(index + end.length), depth);
      if (left !== null && right !== null)
        return list ? `${left.replace(/[。；：]$/, "")}${end.startsWith(";") ? "；" : "："}${right}` : left + right;
    }
    return null;
  }
  function tell(text: string, depth: number): string | null {
    if (depth > DEEPEST || text.length > LONGEST) return null;
    // Sentence by sentence first: a place to fill would swallow the next one.
    return exact.get(text) ?? inParts(text, depth) ?? whole(text, depth);
  }
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const found = tell(text, 0);
    known.set(text, found);
    return found;
  };
}
