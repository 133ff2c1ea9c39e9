import { describe, expect, it } from "vitest";
import type { CostGroup, Costs } from "../types";
import { calendar, costOption, costSeries, daysOf } from "./costs";

const sum = (amount: string) => ({
  calls: 1,
  prompt_tokens: 1,
  completion_tokens: 1,
  cost: { amount, currency: "USD" },
  estimated: false,
});
const group = (key: string, amount: string): CostGroup => ({ key, name: key, ...sum(amount) });
const costs = (groups: CostGroup[], days: Costs["days"]): Costs => ({
  from_day: "2026-02-27",
  to_day: "2026-03-01",
  zone: "UTC",
  by: "model",
  total: sum("0"),
  groups,
  days,
});

describe("the days of a period", () => {
  it("end today, or with the month", () => {
    const today = new Date(2026, 0, 5, 23, 59);
    expect(daysOf("7", today)).toEqual({ from_day: "2025-12-30", to_day: "2026-01-05" });
    expect(daysOf("month", today)).toEqual({ from_day: "2026-01-01", to_day: "2026-01-05" });
    expect(daysOf("lastMonth", today)).toEqual({ from_day: "2025-12-01", to_day: "2025-12-31" });
    expect(calendar("2028-02-28", "2028-03-01")).toEqual(["2028-02-28", "2028-02-29", "2028-03-01"]);
  });
});

describe("costs by day", () => {
  it("are stacked by group, those that cost least as one, and free groups as none", () => {
    const groups = ["a", "b", "c", "d", "e", "f"].map((key, place) => group(key, String(9 - place)));
    const days = [...groups, group("free", "0")].map(({ key, cost }) => ({
      ...sum(cost.amount),
      key,
      day: "2026-02-28",
    }));
    const made = costSeries(costs([...groups, group("free", "0")], days), (key) => key.toUpperCase(), "Other");
    expect(made.axis).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(made.series.map((one) => [one.name, one.values])).toEqual([
      ["A", [0, 9, 0]],
      ["B", [0, 8, 0]],
      ["C", [0, 7, 0]],
      ["D", [0, 6, 0]],
      ["Other", [0, 9, 0]],
    ]);
    const option = costOption(made.axis, made.series, (value) => `$${value}`);
    expect(option.series.every((one) => one.stack === "costs")).toBe(true);
    expect(option.tooltip.valueFormatter(0.5)).toBe("$0.5");
  });

  it("have no group of others where each has a colour", () => {
    const groups = ["a", "b", "c", "d", "e"].map((key) => group(key, "1"));
    expect(costSeries(costs(groups, []), (key) => key, "Other").series.map((one) => one.name)).toEqual(
      groups.map((one) => one.key),
    );
  });
});
