import { describe, expect, it } from "vitest";
import told from "../messages/told.zh.json";
import { teller } from "./told";

const tell = teller({
  "It is closed.": "已关闭。",
  "Try later.": "请稍后再试。",
  "There is no run {}.": "没有任务 {0}。",
  "{} has no {}: {}": "{0} 缺少 {1}：{2}",
  "{} lives in {}.": "{1} 里有 {0}。",
  "{} ({}).": "{0}（{1}）。",
  "{} pages": "{0} 个页面",
});

describe("what is told", () => {
  it("is found as a whole, with what was put in, in its own order", () => {
    expect(tell("It is closed.")).toBe("已关闭。");
    expect(tell("There is no run 'a.b (c)'.")).toBe("没有任务 'a.b (c)'。");
    expect(tell("Ann lives in Oslo.")).toBe("Oslo 里有 Ann。");
  });
  it("may be several sentences, or have one within", () => {
    expect(tell("It is closed. Try later.")).toBe("已关闭。请稍后再试。");
    expect(tell("There is no run 'x'. Try later.")).toBe("没有任务 'x'。请稍后再试。");
    expect(tell("write has no report: It is closed.")).toBe("write 缺少 report：已关闭。");
    expect(tell("3 pages (Try later.).")).toBe("3 个页面（请稍后再试。）。");
  });
  it("is null where there are no words for it", () => {
    expect(tell("Something else.")).toBeNull();
    expect(tell("It is closed. Something else.")).toBeNull();
  });
  it("ends soon, whatever is told", () => {
    expect(teller(told)("a: b. ".repeat(200))).toBeNull();
  });
});

describe("the table", () => {
  it("uses only parts that its sentence has, and each of them", () => {
    for (const [key, words] of Object.entries(told)) {
      const parts = new Set([...words.matchAll(/\{(\d)\}/g)].map((found) => Number(found[1])));
      const there = key.split("{}").length - 1;
      expect([...parts].sort(), key).toEqual([...Array(there).keys()].filter((at) => parts.has(at)));
      expect(Math.max(-1, ...parts), key).toBeLessThan(there);
    }
  });
});
