import { describe, expect, it } from "vitest";
import type { Column } from "../types";
import { chartOption, seriesOf, valueText } from "./chartOption";
import {
  cellOf,
  cellText,
  cited,
  citedAndRemarked,
  columnsOf,
  filtered,
  isNumeric,
  linkOf,
  rowsOf,
  sorted,
  tabName,
  valueAt,
} from "./panels";

const column = (name: string, kind: Column["kind"] = "auto", unit = ""): Column => ({ name, kind, unit });

describe("a table's rows", () => {
  it("are the objects of a list, other values one each, or an object's names and values", () => {
    expect(rowsOf({ a: { b: [{ x: 1 }, 2, null] } }, "a.b")).toEqual([{ x: 1 }, { value: 2 }, { value: null }]);
    expect(rowsOf({ counts: { red: 3 } }, "counts")).toEqual([{ name: "red", value: 3 }]);
    expect(["a", "a.b.c", "x", "toString", "constructor.name"].map((one) => rowsOf({ a: 1 }, one))).toEqual(
      Array.from({ length: 5 }, () => []),
    );
    expect(valueAt({ a: { b: 0 } }, "a.b")).toBe(0);
  });
  it("have every column that one of them has, or those that were named", () => {
    expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }], []).map((one) => one.name)).toEqual(["a", "b"]);
    expect(columnsOf([{ a: 1 }], [{ name: "b", kind: "auto", unit: "" }]).map((one) => one.name)).toEqual(["b"]);
  });
  it("hold texts, whatever their values are", () => {
    expect([null, undefined, 0, false, "x", ["a", 1], { a: 1 }, [{ a: 1 }]].map(cellText)).toEqual([
      "",
      "",
      "0",
      "false",
      "x",
      "a, 1",
      '{"a":1}',
      '[{"a":1}]',
    ]);
    expect(["https://a.example/", "javascript:x", "https:// x", 7].map(linkOf)).toEqual([
      "https://a.example/",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a table's cells", () => {
  const text = (value: unknown, kind: Column["kind"], unit = "", more = {}) =>
    cellOf({ x: value, ...more }, column("x", kind, unit), "en").text;
  it("are written as people of a language write them", () => {
    expect(text("1234.5", "money", "EUR")).toBe("€1,234.50");
    expect(text("3", "money", "currency", { currency: "JPY" })).toBe("¥3");
    expect(text(1234.5, "number", "kg")).toBe("1,234.5 kg");
    expect(text(0.5, "percent")).toBe("50%");
    expect(text(2_500_000, "bytes")).toBe("2.5 MB");
    expect(text("2026-11-01", "date")).toBe("Nov 1, 2026");
    expect(text(1234, "auto")).toBe("1,234");
  });
  it("stay as they are where they are not what their column says", () => {
    expect(text("free", "money", "EUR")).toBe("free");
    expect(text("soon", "date")).toBe("soon");
    expect(text(null, "number")).toBe("");
  });
  it("show pictures of this installation, and lead to those elsewhere", () => {
    expect(cellOf({ x: "/api/x.png" }, column("x", "image"), "en").image).toBe("/api/x.png");
    const foreign = cellOf({ x: "https://a.example/x.png" }, column("x", "image"), "en");
    expect([foreign.image, foreign.link]).toEqual([undefined, "https://a.example/x.png"]);
  });
  it("stand on the right where all are numbers", () => {
    expect(isNumeric(column("a"), [{ a: 1 }, { a: null }])).toBe(true);
    expect(isNumeric(column("a"), [{ a: 1 }, { a: "x" }])).toBe(false);
    expect(isNumeric(column("a"), [])).toBe(false);
  });
});

describe("rows that were looked for", () => {
  const rows = [
    { n: "b10", p: "9" },
    { n: "b9", p: "10" },
    { n: "", p: null },
    { n: "A1", p: "2" },
  ];
  it("hold every word, wherever", () => {
    expect(filtered(rows, [column("n"), column("p")], " B 10 ").map((one) => one["n"])).toEqual(["b10", "b9"]);
    expect(filtered(rows, [column("n")], "")).toEqual(rows);
  });
  it("are sorted by size and as people sort, what is missing last", () => {
    expect(sorted(rows, "p", false, "en").map((one) => one["p"])).toEqual(["2", "9", "10", null]);
    expect(sorted(rows, "p", true, "en").map((one) => one["p"])).toEqual(["10", "9", "2", null]);
    expect(sorted(rows, "n", false, "en").map((one) => one["n"])).toEqual(["A1", "b9", "b10", ""]);
  });
});

describe("an answer", () => {
  it("names the sources that there are", () => {
    expect(cited("Green [1][2], or so [9].", 2)).toEqual(["Green ", 1, 2, ", or so ", "[9]", "."]);
    expect(cited("[0] no", 2)).toEqual(["[0]", " no"]);
  });
  it("has what is remarked of a sentence behind its numbers, each once where two say the same", () => {
    const [plain, odd] = [
      { text: "Send it.", remarks: [] },
      { text: "Send it.", remarks: ["Don't."] },
    ];
    expect(citedAndRemarked("Send it. [1] Send it. [1][2]\n1. No. [2]", 2, [plain, odd])).toEqual([
      ...["Send it. ", 1, " Send it. ", 1, 2, odd, "\n1. No. ", 2],
    ]);
    expect(citedAndRemarked("Other. [1]", 2, [odd])).toEqual(["Other. ", 1]);
  });
});

describe("a tab in the address", () => {
  it("is made of a title, and of no other", () => {
    expect(tabName("To review", [])).toBe("to-review");
    expect(tabName("To review", ["to-review"])).toBe("to-review-2");
    expect(tabName("报告", [])).toBe("part");
  });
});

describe("a chart", () => {
  const rows = [
    { day: "1", shop: "a", price: "5", sold: 1 },
    { day: "2", shop: "a", price: "6", sold: 2 },
    { day: "2", shop: "b", price: "4", sold: null },
  ];
  const panel = { shape: "line", x: "day", y: ["price"], series: "shop", unit: "EUR" } as const;
  it("has a series for each value that splits its rows, and gaps where there is nothing", () => {
    const { axis, series } = seriesOf(rows, { ...panel, y: ["price"] }, String);
    expect(axis).toEqual(["1", "2"]);
    expect(series).toEqual([
      { name: "a", values: [5, 6] },
      { name: "b", values: [null, 4] },
    ]);
  });
  it("has one for each of its fields", () => {
    const { series } = seriesOf(rows.slice(0, 2), { ...panel, series: "", y: ["price", "sold"] }, (one) => `<${one}>`);
    expect(series.map((one) => one.name)).toEqual(["<price>", "<sold>"]);
  });
  it("tells values with their unit", () => {
    expect([
      valueText(5, "EUR", "en"),
      valueText(0.5, "%", "en"),
      valueText(5, "kg", "en"),
      valueText(null, "", "en"),
    ]).toEqual(["€5.00", "50%", "5 kg", "–"]);
    const option = chartOption(rows, { ...panel, y: ["price"] }, String, "en");
    expect(option.series.map((one) => one.type)).toEqual(["line", "line"]);
    expect(option.yAxis.axisLabel.formatter(5)).toBe("€5.00");
  });
});
