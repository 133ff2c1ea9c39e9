import { describe, expect, it } from "vitest";
import { ago, changed, fitFor, isSameQuery, matching, oneOf, runQuery, textQuery, tookSeconds } from "./lists";

describe("a list's address", () => {
  it("is what the gateway is asked for, without what is empty", () => {
    expect(runQuery({ status: "waiting", words: " tea ", workflow: "" })).toEqual({ waiting: "true", words: "tea" });
    expect(runQuery({ status: "failed", workflow: ["a", "b"] })).toEqual({ status: "failed", workflow: "a" });
    expect(runQuery({})).toEqual({});
  });
  it("keeps its other filters when one changes", () => {
    expect(changed({ words: "tea", status: "failed" }, "status", "")).toEqual({ words: "tea" });
    expect(changed({ words: "tea" }, "status", "failed")).toEqual({ words: "tea", status: "failed" });
    expect(oneOf({ words: null }, "words")).toBe("");
  });
});

describe("a saved filter", () => {
  it("is the address, whatever the order of its parts", () => {
    expect(textQuery({ status: "failed", words: "", owner: null })).toEqual({ status: "failed" });
    expect(isSameQuery({ status: "failed", words: "tea" }, { words: "tea", status: "failed" })).toBe(true);
    expect(isSameQuery({ status: "failed" }, { status: "failed", words: "tea" })).toBe(false);
    expect(isSameQuery({}, { words: "" })).toBe(true);
  });
});

describe("a moment", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const before = (seconds: number) => ago(new Date(now - seconds * 1000).toISOString(), now, "en");
  it("is told as people tell it", () => {
    expect([3, 45, 90, 7200, 86_400 * 2].map(before)).toEqual([
      "now",
      "45 sec. ago",
      "1 min. ago",
      "2 hr. ago",
      "2 days ago",
    ]);
    expect(before(86_400 * 30)).toBe("Oct 29, 2026");
  });
  it("ends a run's duration, which goes on until then", () => {
    const started_at = "2026-11-28T11:59:00Z";
    expect(tookSeconds({ started_at, finished_at: "2026-11-28T11:59:30Z" }, now)).toBe(30);
    expect(tookSeconds({ started_at, finished_at: null }, now)).toBe(60);
    expect(tookSeconds({ started_at: null, finished_at: null }, now)).toBeNull();
  });
});

describe("what is typed", () => {
  it("finds what holds every word, and first what begins so", () => {
    const all = ["All runs", "Runs", "Settings"].map((words) => ({ words }));
    expect(matching(all, "run").map((one) => one.words)).toEqual(["Runs", "All runs"]);
    expect(matching(all, "runs all").map((one) => one.words)).toEqual(["All runs"]);
    expect(matching(all, "x")).toEqual([]);
  });
});

describe("several runs at once", () => {
  const runs = (["queued", "processing", "completed", "partial", "failed", "cancelled"] as const).map((status) => ({
    status,
    resumable: status === "partial" || status === "failed", // the cancelled one never began
  }));
  const fit = (what: Parameters<typeof fitFor>[0]) => fitFor(what, runs).map((one) => one.status);
  it("can be cancelled while they go on, resumed where they stopped short, and run again once they have ended", () => {
    expect(fit("cancel")).toEqual(["queued", "processing"]);
    expect(fit("resume")).toEqual(["partial", "failed"]);
    expect(fit("again")).toEqual(["completed", "partial", "failed", "cancelled"]);
  });
});
