import { describe, expect, it } from "vitest";
import { worded, type Table } from "./messages";

const TABLE: Table = {
  run_not_found: { en: "There is no run {run_id}.", zh: "没有运行 {run_id}。" },
  rows_failed: { en: { one: "{n} row failed.", other: "{n} rows failed." }, zh: "{n} 行失败。" },
  resume_run: { en: "magicai resume {run_id}", page: "Open run {run_id}.", zh: "打开运行 {run_id}。" },
  free_space: { en: "To free space: magicai prune", zh: "释放空间：magicai prune", operator: true },
  left_out: { en: "Left out: {names} ({why})", zh: "略去：{names}（{why}）" },
};

describe("messages", () => {
  it("are worded in either language, by their parameters", () => {
    const lost = { code: "run_not_found", params: { run_id: "r1" } };
    expect(worded(TABLE, lost, "en")).toBe("There is no run r1.");
    expect(worded(TABLE, lost, "zh")).toBe("没有运行 r1。");
  });
  it("have a word for one and for several", () => {
    expect(worded(TABLE, { code: "rows_failed", params: { n: 1 } }, "en")).toBe("1 row failed.");
    expect(worded(TABLE, { code: "rows_failed", params: { n: 2 } }, "en")).toBe("2 rows failed.");
  });
  it("say here what can be done here", () => {
    expect(worded(TABLE, { code: "resume_run", params: { run_id: "r1" } }, "en")).toBe("Open run r1.");
  });
  it("hold lists and other messages", () => {
    const why = { code: "run_not_found", params: { run_id: "r1" } };
    const message = { code: "left_out", params: { names: ["a", "b"], why } };
    expect(worded(TABLE, message, "zh")).toBe("略去：a、b（没有运行 r1。）");
  });
  it("say whose it is to do what only the operator can", () => {
    const way = { code: "free_space", params: {} };
    expect(worded(TABLE, way, "en")).toBe("For the operator: To free space: magicai prune");
    expect(worded(TABLE, way, "zh")).toBe("运维人员可以：释放空间：magicai prune");
  });
  it("put lists of messages together as sentences", () => {
    const lost = { code: "run_not_found", params: { run_id: "r1" } };
    const message = { code: "left_out", params: { names: [lost, lost], why: "" } };
    expect(worded(TABLE, message, "en")).toBe("Left out: There is no run r1. There is no run r1. ()");
    expect(worded(TABLE, message, "zh")).toBe("略去：没有运行 r1。没有运行 r1。（）");
  });
  it("are null where a newer gateway says something else", () => {
    expect(worded(TABLE, { code: "newer", params: {} }, "en")).toBeNull();
  });
});
