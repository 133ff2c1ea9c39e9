import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { cellText, columnsOf, linkOf, rowsOf, valueAt } from "../pure/panels";
import type { Panel, Result, RunView } from "../types";
import type { Part } from "./parts";

// What the page's words ask a browser for.
vi.stubGlobal("navigator", { language: "en" });
vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => undefined });
vi.stubGlobal("document", { documentElement: { lang: "", dataset: {} } });

const result = {
  run_id: "r",
  rows: [
    { name: "apples", count: 3, url: "https://shop.example/a" },
    { name: "<b>pears</b>", count: 2, url: "javascript:alert(1)" },
  ],
} as unknown as Result;
const panel = (kind: Panel["kind"], title: string, source = "", columns: string[] = []): Panel => ({
  kind,
  title,
  source,
  columns,
});
const view: RunView = {
  findings: ["Apples lead."],
  panels: [panel("document", "Letter"), panel("table", "Counts", "rows"), panel("files", "Files")],
  files: [
    { name: "letter.md", format: "md", title: "Letter", media_type: "text/markdown", href: "/api/runs/r/files/l" },
  ],
};
const named = (_group: string, name: string, fallback?: string) => fallback ?? name;
let parts: Part[] = [];

const drawn = (part: Part | undefined) => {
  if (!part) throw new Error("there is no such part");
  return renderToString(createSSRApp({ render: () => h(part.component, part.props) }));
};

describe("a run of a workflow that the page does not know", () => {
  beforeAll(async () => {
    const { partsOf } = await import("./parts");
    parts = partsOf("of-tomorrow", result, view, named);
  });
  it("has a part for each of its panels, of which the first opens with the findings", () => {
    expect(parts.map((one) => [one.words, one.opens, one.findings])).toEqual([
      ["Letter", true, ["Apples lead."]],
      ["Counts", false, []],
      ["Files", false, []],
    ]);
  });
  it("shows its document in a frame where no script runs", async () => {
    const html = await drawn(parts[0]);
    expect(html).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  });
  it("shows its tables as text, and links to the web alone", async () => {
    const html = await drawn(parts[1]);
    expect(html).toContain("apples");
    expect(html).toContain("&lt;b&gt;pears&lt;/b&gt;");
    expect(html).toContain('href="https://shop.example/a"');
    expect(html).not.toContain('href="javascript');
    expect(html.match(/<th /g)).toHaveLength(3);
  });
  it("shows fifty rows at once", async () => {
    const { partsOf } = await import("./parts");
    const many = { run_id: "r", rows: Array.from({ length: 120 }, (_, n) => ({ n })) } as unknown as Result;
    const html = await drawn(partsOf("of-tomorrow", many, view, named)[1]);
    expect(html.match(/<tr>/g)).toHaveLength(51);
    expect(html).toContain("Show more");
  });
  it("offers its files", async () => {
    expect(await drawn(parts[2])).toContain('<a href="/api/runs/r/files/l" download>letter.md</a>');
  });
});

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
    expect(columnsOf([{ a: 1 }, { b: 2, a: 3 }], [])).toEqual(["a", "b"]);
    expect(columnsOf([{ a: 1 }], ["b"])).toEqual(["b"]);
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
