import { describe, expect, it } from "vitest";
import type { Choice, Made } from "../types";
import { choicesOf, curveOf, rated, ratingOf, starsOf } from "./decisions";
import { percent } from "./format";

const choice = (step: string, more: Partial<Choice> = {}): Choice => ({
  id: null,
  step,
  choice: "use",
  item: null,
  option: "yes",
  alternatives: [],
  reason: "",
  message: null,
  propensity: 1,
  explored: false,
  ...more,
});
const made = (step: string, more: Partial<Made> = {}): Made => ({
  step,
  choice: "use",
  item: null,
  option: "yes",
  alternatives: [],
  reason: "",
  message: null,
  propensity: 1,
  explored: false,
  features: {},
  policy: "",
  decision_id: `${step}-1`,
  run_id: "r",
  workflow: "w",
  at: "",
  learns_from: ["time", "rating"],
  reward: null,
  rewards: [],
  ...more,
});
const rating = (value: number, source = "ann") => ({ kind: "rating", value, weight: 2, source, at: "" });

describe("choices of a run", () => {
  it("are those of its plan with what came of them, and then what was decided inside, oldest first", () => {
    const inside = [made("read", { item: "b" }), made("read", { item: "a", decision_id: "read-0" })];
    const told = choicesOf(
      [choice("forced"), choice("phrase", { id: "x" })],
      [...inside, made("phrase", { reward: 1 })],
    );
    expect(told.map(({ step, item }) => [step, item])).toEqual([
      ["forced", null],
      ["phrase", null],
      ["read", "a"],
      ["read", "b"],
    ]);
    expect(told.map((one) => one.reward)).toEqual([undefined, 1, null, null]);
    expect(told[1]?.id).toBe("phrase-1");
  });
});

describe("stars", () => {
  it("are ratings from 0 to 1, and back", () => {
    expect([1, 2, 3, 4, 5].map(ratingOf)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    for (const stars of [1, 2, 3, 4, 5])
      expect(starsOf([made("a", { rewards: [rating(0, "bob"), rating(ratingOf(stars))] })], "ann")).toBe(stars);
  });
  it("are none where somebody else gave them, or not all decisions have the same", () => {
    expect(starsOf([], "ann")).toBe(0);
    expect(starsOf([made("a", { rewards: [rating(1, "bob")] })], "ann")).toBe(0);
    expect(starsOf([made("a", { rewards: [rating(1)] }), made("b", { rewards: [rating(0)] })], "ann")).toBe(0);
    expect(starsOf([made("a", { rewards: [rating(1)] }), made("b")], "ann")).toBe(0);
  });
  it("are asked of decisions that learn from them alone", () => {
    const other = made("b", { learns_from: ["time"] });
    expect(rated([made("a"), other]).map((one) => one.step)).toEqual(["a"]);
    expect(starsOf([made("a", { rewards: [rating(1)] }), other], "ann")).toBe(5);
  });
});

it("draws a learning curve within its interval", () => {
  const curve = [{ decisions: 5, reward: { value: 0.5, low: 0.25, high: 0.75 } }];
  const { series, tooltip } = curveOf(curve, "Reward", percent) as {
    series: { data: number[]; stack?: string }[];
    tooltip: { formatter: (at: { dataIndex: number }[]) => string };
  };
  expect(series.map((one) => one.data)).toEqual([[0.25], [0.5], [0.5]]);
  expect(series.map((one) => one.stack)).toEqual(["interval", "interval", undefined]);
  expect(tooltip.formatter([{ dataIndex: 0 }])).toBe("Reward 50% (25% – 75%)");
  expect(tooltip.formatter([])).toBe("");
});

it("does not call what is possible impossible", () => {
  expect([0, 0.003, 0.01, 0.994, 1].map(percent)).toEqual(["0%", "< 1%", "1%", "99%", "100%"]);
});
