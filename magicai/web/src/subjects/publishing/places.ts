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
  const pieces: Piece[] = [];
  letters.forEach((letter, at) => {
    const last = pieces.at(-1);
    const finding = owner[at] ?? -1;
    if (last?.finding === finding) last.text += letter;
    else pieces.push({ text: letter, finding });
  });
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
