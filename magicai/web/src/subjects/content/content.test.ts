import { describe, expect, it } from "vitest";
import { differences } from "./diff";
import { segmentsOf } from "./marks";
import type { Block, Claim, Verdict } from "./types";

const block = (text: string): Block => ({ kind: "paragraph", text, level: 1 });
const claim = (start: number, end: number, verdict: Verdict = "proved"): Claim => ({
  kind: "price",
  text: "",
  start,
  end,
  verdict,
  by: "code",
  source: "price",
  source_text: "",
  reason: "",
});
const shown = (blocks: Block[], claims: Claim[]) =>
  segmentsOf(blocks, claims, null).map((one) =>
    one.map(({ text, claim }) => (claim < 0 ? text : `[${text}]`)).join(""),
  );

describe("claims in a text", () => {
  it("stand where they are, a break apart between blocks", () => {
    expect(shown([block("Tea"), block("It costs 5 EUR.")], [claim(0, 3), claim(14, 19)])).toEqual([
      "[Tea]",
      "It costs [5 EUR].",
    ]);
  });
  it("count characters, not halves of them", () => {
    expect(shown([block("🍵 5 EUR")], [claim(2, 7)])).toEqual(["🍵 [5 EUR]"]);
  });
  it("that the record contradicts are shown where they overlap others", () => {
    const segments = segmentsOf([block("5 EUR a day")], [claim(0, 11, "contradicted"), claim(0, 5)], null);
    expect(segments).toEqual([[{ text: "5 EUR a day", claim: 0, found: false }]]);
  });
  it("that are proved are shown in a sentence that nobody has checked", () => {
    const segments = segmentsOf([block("5 EUR a day")], [claim(0, 5), claim(0, 11, "not_checked")], null);
    expect(segments[0]?.map(({ text, claim }) => [text, claim])).toEqual([
      ["5 EUR", 0],
      [" a day", 1],
    ]);
  });
  it("are told apart from what is looked for", () => {
    expect(segmentsOf([block("5 EUR")], [claim(0, 5)], [2, 5])[0]?.map((one) => one.found)).toEqual([false, true]);
  });
});

describe("differences", () => {
  const marked = (before: string, after: string) =>
    differences(before, after)
      .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `+${text}+` : `-${text}-`))
      .join("");
  it("are told word by word, in Chinese character by character", () => {
    expect(marked("It costs 5 EUR today.", "It costs 6 EUR.")).toBe("It costs -5-+6+ EUR- today-.");
    expect(marked("价格为五元。", "价格为六元。")).toBe("价格为-五-+六+元。");
    expect(marked("the same", "the same")).toBe("the same");
    expect(marked("", "new")).toBe("+new+");
  });
  it("of huge texts are told as a whole", () => {
    const words = (word: string) => Array.from({ length: 2_500 }, (_, at) => `${word}${at}`).join(" ");
    expect(differences(words("a"), words("b")).map((one) => one.kind)).toEqual(["removed", "added"]);
  });
});
