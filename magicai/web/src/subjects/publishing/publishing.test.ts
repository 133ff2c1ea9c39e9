import { expect, test } from "vitest";
import { piecesOf } from "./places";
import type { Finding } from "./types";

const finding = (number: number, start: number, end: number, severity: Finding["severity"] = "note"): Finding => ({
  number,
  rule: "legality.cn.superlative",
  severity,
  place: { field: "text", start, end },
  text: "",
  message: "",
  suggestion: null,
  confidence: 1,
  overridden: false,
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
