import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Panel, Result, RunView } from "../types";
import type { Part } from "./parts";
import type { Source } from "./source";

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
  said: "<i>as it is",
  answer: "Tea is green [1], they say [7].",
  sources: [{ title: "Tea book", url: "https://books.example/tea", text: "Green." }],
} as unknown as Result;
const declared = (kind: Panel["kind"], title: string, more: Partial<Panel> = {}): Panel => ({
  kind,
  title,
  source: "",
  columns: [],
  shape: "line",
  x: "",
  y: [],
  series: "",
  unit: "",
  format: "markdown",
  sources: "",
  entity: "",
  state: "",
  message: "",
  key: {},
  buttons: [],
  step: "",
  ...more,
});
const view: RunView = {
  findings: ["Apples lead."],
  finding_messages: [],
  panels: [
    declared("document", "Letter"),
    declared("table", "Counts", { source: "rows" }),
    declared("chart", "Counts", { source: "rows", x: "name", y: ["count"] }),
    declared("text", "Steps", { source: "said", format: "plain" }),
    declared("answer", "Answer", { source: "answer", sources: "sources" }),
    declared("files", "Files"),
  ],
  files: [
    { name: "letter.md", format: "md", title: "Letter", media_type: "text/markdown", href: "/api/runs/r/files/l" },
  ],
};
const source: Source = { runId: "r", document: "/d", whole: "/w", opened: (path) => Promise.resolve(path) };
const named = (_group: string, name: string, fallback?: string) => fallback ?? name;
let parts: Part[] = [];

const drawn = (part: Part | undefined) => {
  if (!part) throw new Error("there is no such part");
  return renderToString(createSSRApp({ render: () => h(part.component, part.props) }));
};

describe("a run of a workflow that the page does not know", () => {
  beforeAll(async () => {
    const { partsOf } = await import("./parts");
    parts = partsOf("of-tomorrow", { result, view, source }, named, ["steps", "why"]);
  });
  it("has a part for each of its panels with an address of its own, of which the first has the findings", () => {
    expect(parts.map((one) => [one.id, one.words, one.findings])).toEqual([
      ["letter", "Letter", ["Apples lead."]],
      ["counts", "Counts", []],
      ["counts-2", "Counts", []],
      ["steps-2", "Steps", []],
      ["answer", "Answer", []],
      ["files", "Files", []],
    ]);
  });
  it("shows its document in a frame where no script runs, and in a tab of its own", async () => {
    const html = await drawn(parts[0]);
    expect(html).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(html).toContain('<a href="/w" target="_blank" rel="noopener">');
  });
  it("shows its tables as text, and links to the web alone", async () => {
    const html = await drawn(parts[1]);
    expect(html).toContain("apples");
    expect(html).toContain("&lt;b&gt;pears&lt;/b&gt;");
    expect(html).toContain('href="https://shop.example/a"');
    expect(html).not.toContain('href="javascript');
    expect(html.match(/<th /g)).toHaveLength(3);
  });
  it("draws the rows in sight of a table of any length, and says how many there are", async () => {
    const { partsOf } = await import("./parts");
    const many = { run_id: "r", rows: Array.from({ length: 100_000 }, (_, n) => ({ n })) } as unknown as Result;
    const html = await drawn(partsOf("of-tomorrow", { result: many, view, source }, named)[1]);
    expect(html.match(/<tr/g)?.length).toBeLessThan(60);
    expect(html).toContain('aria-rowcount="100001"');
  });
  it("tells a chart's values as a table", async () => {
    expect(await drawn(parts[2])).toMatch(/apples<\/th>.*>3<\/td>/);
  });
  it("shows plain text as it is, and an answer with its sources", async () => {
    expect(await drawn(parts[3])).toContain("&lt;i&gt;as it is");
    const html = await drawn(parts[4]);
    expect(html).toMatch(/Tea is green.*<button.*Source 1: Tea book.*\[7\]/);
    expect(html).toContain('href="https://books.example/tea"');
  });
  it("offers its files", async () => {
    expect(await drawn(parts[5])).toContain('<a href="/api/runs/r/files/l" download>letter.md</a>');
  });
});
