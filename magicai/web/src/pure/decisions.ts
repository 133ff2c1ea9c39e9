/** Decisions of a run, and what people think of it. */

import type { Choice, ChoiceKnown, Made } from "../types";

/** A choice, and what came of it where it was a decision. */
export type Told = Choice & Partial<Pick<Made, "reward" | "rewards">>;

export const MOST_STARS = 5;
/** The decisions of a run that learn from its rating. */
export const rated = (made: readonly Made[]): Made[] => made.filter((one) => one.learns_from.includes("rating"));
export const ratingOf = (stars: number): number => (stars - 1) / (MOST_STARS - 1);

/** A decision as a plan shows choices. */
export const toldOf = ({ decision_id, ...made }: Made): Told => ({ ...made, id: decision_id });

const place = (one: Pick<Choice, "step" | "choice" | "item">): string => [one.step, one.choice, one.item].join(" ");

/** What a plan has chosen, with what came of it, and what was decided later, inside its steps. */
export function choicesOf(planned: readonly Choice[], made: readonly Made[]): Told[] {
  const decided = new Map(made.map((one) => [place(one), toldOf(one)]));
  const first = planned.map((one) => {
    const found = decided.get(place(one));
    decided.delete(place(one));
    return found ?? one;
  });
  return [...first, ...[...decided.values()].reverse()];
}

/** How many stars somebody has given a run; 0 where they have not, or thought differently of its decisions. */
export function starsOf(made: readonly Made[], userId: string): number {
  const given = rated(made).map((one) => one.rewards.find((reward) => reward.kind === "rating" && reward.source === userId));
  const values = new Set(given.map((reward) => reward?.value));
  const [value] = values;
  return values.size === 1 && value !== undefined ? Math.round(value * (MOST_STARS - 1)) + 1 : 0;
}

/** A learning curve with its interval: a band between two lines that are not drawn. */
export function curveOf(curve: ChoiceKnown["curve"], name: string, words: (value: number) => string): object {
  const hidden = { type: "line", stack: "interval", symbol: "none", lineStyle: { opacity: 0 }, silent: true };
  const told = (at: number) => {
    const point = curve[at];
    if (!point) return "";
    const { value, low, high } = point.reward;
    return `${name} ${words(value)} (${words(low)} – ${words(high)})`;
  };
  return {
    grid: { left: 56, right: 16, top: 16, bottom: 32 },
    xAxis: { type: "category", data: curve.map((point) => String(point.decisions)) },
    yAxis: { type: "value", min: 0, max: 1, axisLabel: { formatter: words } },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      formatter: ([first]: { dataIndex: number }[]) => told(first?.dataIndex ?? -1),
    },
    series: [
      { ...hidden, data: curve.map(({ reward }) => reward.low) },
      { ...hidden, data: curve.map(({ reward }) => reward.high - reward.low), areaStyle: { opacity: 0.2 } },
      { type: "line", name, data: curve.map(({ reward }) => reward.value) },
    ],
  };
}
