import { describe, expect, it } from "vitest";
import { worded, type Reader, type Table } from "./messages";

const TABLE: Table = {
  run_not_found: { en: "There is no run {run_id}.", zh: "没有运行 {run_id}。" },
  rows_failed: { en: { one: "{n} row failed.", other: "{n} rows failed." }, zh: "{n} 行失败。" },
  resume_run: { en: "magicai resume {run_id}", page: "Open run {run_id}.", zh: "打开运行 {run_id}。" },
  reconcile: { en: "magicai reconcile", zh: "magicai reconcile", operator: true },
  setting_empty: { en: "{setting} needs a value.", zh: "{setting} 需要一个值。" },
  step_failed: { en: "{step} failed: {why}", zh: "{step}失败：{why}" },
  left_out: { en: "Left out: {names} ({why})", zh: "略去：{names}（{why}）" },
};

const READER: Reader = {
  language: "en",
  operator: true,
  step: (name) => `Step ${name}`,
  setting: (name) => `Setting ${name}`,
};
const CHINESE: Reader = { ...READER, language: "zh" };

describe("messages", () => {
  it("are worded in either language, by their parameters", () => {
    const lost = { code: "run_not_found", params: { run_id: "r1" } };
    expect(worded(TABLE, lost, READER)).toBe("There is no run r1.");
    expect(worded(TABLE, lost, CHINESE)).toBe("没有运行 r1。");
  });
  it("have a word for one and for several", () => {
    expect(worded(TABLE, { code: "rows_failed", params: { n: 1 } }, READER)).toBe("1 row failed.");
    expect(worded(TABLE, { code: "rows_failed", params: { n: 2 } }, READER)).toBe("2 rows failed.");
  });
  it("say here what can be done here", () => {
    expect(worded(TABLE, { code: "resume_run", params: { run_id: "r1" } }, READER)).toBe("Open run r1.");
  });
  it("hold lists and other messages", () => {
    const why = { code: "run_not_found", params: { run_id: "r1" } };
    const message = { code: "left_out", params: { names: ["a", "b"], why } };
    expect(worded(TABLE, message, CHINESE)).toBe("略去：a、b（没有运行 r1。）");
  });
  it("have the words of other programs in them, the page's names of steps, and numbers that can be read", () => {
    const why = { code: "text", params: { text: "Disk full." } };
    expect(worded(TABLE, { code: "step_failed", params: { step: "crawl", why } }, READER)).toBe(
      "Step crawl failed: Disk full.",
    );
    expect(worded(TABLE, { code: "setting_empty", params: { setting: "MAGICAI_BUDGET" } }, READER)).toBe(
      "Setting MAGICAI_BUDGET needs a value.",
    );
    expect(worded(TABLE, { code: "rows_failed", params: { n: 1200 } }, CHINESE)).toBe("1,200 行失败。");
  });
  it("say to others what only the operator can do", () => {
    const way = { code: "reconcile", params: {} };
    expect(worded(TABLE, way, READER)).toBe("magicai reconcile");
    expect(worded(TABLE, way, { ...READER, operator: false })).toBe("For the operator: magicai reconcile");
  });
  it("put lists of messages together as sentences", () => {
    const lost = { code: "run_not_found", params: { run_id: "r1" } };
    const message = { code: "left_out", params: { names: [lost, lost], why: "" } };
    expect(worded(TABLE, message, READER)).toBe("Left out: There is no run r1. There is no run r1. ()");
    expect(worded(TABLE, message, CHINESE)).toBe("略去：没有运行 r1。没有运行 r1。（）");
  });
  it("are null where a newer gateway says something else", () => {
    expect(worded(TABLE, { code: "newer", params: {} }, READER)).toBeNull();
  });
});
