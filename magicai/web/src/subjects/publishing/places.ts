/** Where findings stand in a field's text. */
import type { Finding, NotChecked } from "./types";

export interface Piece {
  text: string;
  /** The finding's number; -1 where there is none. */
  finding: number;
}

/** A field's text in pieces, each of which is one finding's or none; of several, the one that blocks is shown. */
export function piecesOf(text: string, field: string, findings: readonly Finding[]): Piece[] {
  // Places count characters, not halves of them.
  const letters = Array.from(text);
  const owner = new Array<number>(letters.length).fill(-1);
  const here = findings.filter((one) => one.place.field === field);
  for (const one of here.toSorted((a, b) => weight(a) - weight(b)))
    owner.fill(one.number, one.place.start ?? 0, one.place.end ?? 0);
  return joined(letters.map((letter, at) => ({ text: letter, finding: owner[at] ?? -1 })));
}

/** A line as it will look: its marks of Markdown are its kind, not its text. */
export interface Line {
  kind: "heading" | "item" | "paragraph";
  pieces: Piece[];
}

/** A field's lines, each in pieces; empty ones are left out. */
export function linesOf(text: string, field: string, findings: readonly Finding[]): Line[] {
  const letters = piecesOf(text, field, findings).flatMap((piece) =>
    Array.from(piece.text, (letter) => ({ text: letter, finding: piece.finding })),
  );
  const lines: Line[] = [];
  for (let start = 0; start < letters.length;) {
    const end = letters.findIndex((one, at) => at >= start && one.text === "\n");
    const line = letters.slice(start, end < 0 ? letters.length : end);
    start += line.length + 1;
    const mark = /^(?:(#{1,6})|[-*]) +/.exec(line.map((one) => one.text).join(""));
    const shown = line.slice(mark?.[0].length).filter((_, at, all) => !isStrong(all, at));
    if (!shown.length) continue;
    lines.push({ kind: mark ? (mark[1] ? "heading" : "item") : "paragraph", pieces: joined(shown) });
  }
  return lines;
}

/** Whether it is one of the two stars around what is strong. */
const isStrong = (line: readonly Piece[], at: number): boolean =>
  line[at]?.text === "*" && (line[at - 1]?.text === "*" || line[at + 1]?.text === "*");

function joined(letters: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  for (const letter of letters) {
    const last = pieces.at(-1);
    if (last?.finding === letter.finding) last.text += letter.text;
    else pieces.push({ ...letter });
  }
  return pieces;
}

const WEIGHTS = { blocks: 3, review: 2, note: 1 };
const weight = (one: Finding): number => (one.overridden ? 0 : WEIGHTS[one.severity]);

/** What was not checked by the reason for it, in the order of reasons. */
export function byReason(rows: readonly NotChecked[]): NotChecked[][] {
  const found: Record<string, NotChecked[]> = {};
  for (const one of rows) (found[`${one.what} ${one.way_out}`] ??= []).push(one);
  return Object.values(found);
}
