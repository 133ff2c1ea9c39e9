import { expect, test } from "vitest";
import { byReason, linesOf, piecesOf } from "./places";
import type { Finding } from "./types";

const finding = (number: number, start: number, end: number, severity: Finding["severity"] = "note"): Finding => ({
  number,
  rule: "legality.cn.superlative",
  severity,
  place: { field: "text", start, end },
  text: "",
  message: "",
  said: null,
  suggestion: null,
  confidence: 1,
  overridden: false,
  reason: "",
  passages: [],
  source: "",
  link: "",
});

test("a finding is marked at its place, and one that blocks before others", () => {
  const pieces = piecesOf("👗 最好的围裙", "text", [finding(0, 2, 7), finding(1, 2, 4, "blocks")]);
  expect(pieces).toEqual([
    { text: "👗 ", finding: -1 },
    { text: "最好", finding: 1 },
    { text: "的围裙", finding: 0 },
  ]);
  expect(piecesOf("Aprons", "title", [finding(0, 0, 3)])).toEqual([{ text: "Aprons", finding: -1 }]);
});

test("a text reads as lines without its marks, its findings at their places", () => {
  const text = "# Aprons\n\nThe **best** apron\n- 2 * 3 pockets";
  expect(linesOf(text, "text", [finding(0, 16, 20, "blocks")])).toEqual([
    { kind: "heading", pieces: [{ text: "Aprons", finding: -1 }] },
    {
      kind: "paragraph",
      pieces: [
        { text: "The ", finding: -1 },
        { text: "best", finding: 0 },
        { text: " apron", finding: -1 },
      ],
    },
    { kind: "item", pieces: [{ text: "2 * 3 pockets", finding: -1 }] },
  ]);
});

test("what was not checked for one reason is told once", () => {
  const row = (check: string, what: string) => ({
    check,
    what,
    way_out: "",
    needs_person: false,
    message: null,
    way: null,
  });
  const grouped = byReason([row("legal", "No model."), row("links", "No answer."), row("tone", "No model.")]);
  expect(grouped.map((of) => [of[0]?.what, of.map((one) => one.check)])).toEqual([
    ["No model.", ["legal", "tone"]],
    ["No answer.", ["links"]],
  ]);
});
