import { describe, expect, it } from "vitest";
import { partsOf } from "./reading";
import type { Passage } from "./types";

const passage = (number: number, ...headings: string[]): Passage => ({
  passage_id: `p${number}`,
  number,
  headings,
  place: { page: null, slide: null, sheet: null, row: null },
  language: "en",
  text: `Text ${number}.`,
});

describe("a document", () => {
  it("has each passage once, in order, however its pages came", () => {
    const parts = partsOf([passage(3), passage(4), passage(1), passage(2), passage(3)]);
    expect(parts.map((one) => one.number)).toEqual([1, 2, 3, 4]);
  });
  it("says a heading where it begins, and not again", () => {
    const parts = partsOf([passage(1, "A"), passage(2, "A"), passage(3, "A", "B"), passage(4, "C", "B"), passage(5)]);
    expect(parts.map((one) => one.begins.map(({ text, level }) => `${level}${text}`))).toEqual([
      ["0A"],
      [],
      ["1B"],
      ["0C", "1B"],
      [],
    ]);
  });
});
