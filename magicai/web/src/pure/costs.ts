/** Costs as a chart and a table show them, and the days that they are asked for. */
import type { Costs } from "../types";
import type { Series } from "./chartOption";

export const PERIODS = ["7", "30", "90", "month", "lastMonth"] as const;
export type Period = (typeof PERIODS)[number];

const text = (day: Date): string =>
  [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/** The days of a period, as the reader's calendar has them. */
export function daysOf(period: Period, today: Date): { from_day: string; to_day: string } {
  const [year, month] = [today.getFullYear(), today.getMonth()];
  if (period === "month") return { from_day: text(new Date(year, month, 1)), to_day: text(today) };
  if (period === "lastMonth")
    return { from_day: text(new Date(year, month - 1, 1)), to_day: text(new Date(year, month, 0)) };
  const first = new Date(year, month, today.getDate() - Number(period) + 1);
  return { from_day: text(first), to_day: text(today) };
}

/** Every day from one to another, both inclusive. */
export function calendar(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

// As many as there are colours (charts.ts).
const MOST = 5;

/** Each group's costs by day, in US dollars: those that cost most, and all others as one. */
export function costSeries(costs: Costs, nameOf: (key: string, name: string) => string, other: string) {
  const axis = calendar(costs.from_day, costs.to_day);
  const at = new Map(axis.map((day, place) => [day, place]));
  const paid = costs.groups.filter((group) => Number(group.cost.amount));
  const own = paid.length > MOST ? paid.slice(0, MOST - 1) : paid;
  const made = own.map((group): Series => ({ name: nameOf(group.key, group.name), values: axis.map(() => 0) }));
  const byKey = new Map(own.map((group, place) => [group.key, made[place]]));
  const rest: Series = { name: other, values: axis.map(() => 0) };
  for (const one of costs.days) {
    const place = at.get(one.day);
    const { values } = byKey.get(one.key) ?? rest;
    if (place !== undefined) values[place] = (values[place] ?? 0) + Number(one.cost.amount);
  }
  return { axis, series: paid.length > own.length ? [...made, rest] : made };
}

/** Stacked bars for ECharts. */
export function costOption(axis: string[], series: Series[], amount: (value: number) => string) {
  const valueText = (value: unknown): string => amount(typeof value === "number" ? value : 0);
  return {
    grid: { left: 16, right: 16, top: series.length > 1 ? 48 : 16, bottom: 16, containLabel: true },
    xAxis: { type: "category", data: axis, axisLabel: { hideOverlap: true } },
    yAxis: { type: "value", axisLabel: { formatter: valueText } },
    legend: series.length > 1 ? { type: "scroll", top: 0 } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: valueText },
    series: series.map(({ name, values }) => ({ type: "bar", stack: "costs", name, data: values, barMaxWidth: 32 })),
  };
}
