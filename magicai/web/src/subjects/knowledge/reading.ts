/** How the passages of a document are read as one text. */
import type { Passage } from "./types";

export interface Part extends Passage {
  /** The headings that begin with this passage: those that the one before does not have. */
  begins: { text: string; level: number }[];
}

/** Passages in their order, each once, with the headings that begin there. */
export function partsOf(passages: readonly Passage[]): Part[] {
  const inOrder = [...new Map(passages.map((one) => [one.number, one])).values()].toSorted(
    (a, b) => a.number - b.number,
  );
  let before: string[] = [];
  return inOrder.map((passage) => {
    const same = passage.headings.findIndex((heading, at) => heading !== before[at]);
    const from = same < 0 ? passage.headings.length : same;
    before = passage.headings;
    return { ...passage, begins: passage.headings.slice(from).map((text, at) => ({ text, level: from + at })) };
  });
}
