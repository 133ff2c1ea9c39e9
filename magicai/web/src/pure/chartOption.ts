/** A chart's option for ECharts, from what a panel declares. */
import type { Panel } from "../types";
import { count, money, percent } from "./format";
import { cellText, numberOf, valueAt, type Row } from "./panels";

export interface Series {
  name: string;
  /** By place on the horizontal axis; null where there is nothing. */
  values: (number | null)[];
}
type Drawn = Pick<Panel, "shape" | "x" | "y" | "series" | "unit">;

/** The places of the horizontal axis in the order of the rows, and each series' value there. */
export function seriesOf(rows: readonly Row[], panel: Drawn, words: (field: string) => string) {
  const axis = [...new Set(rows.map((row) => cellText(valueAt(row, panel.x))))];
  const at = new Map(axis.map((place, index) => [place, index]));
  const found = new Map<string, Series>();
  for (const row of rows) {
    const place = at.get(cellText(valueAt(row, panel.x))) ?? 0;
    for (const field of panel.y) {
      const of = panel.series ? cellText(valueAt(row, panel.series)) : "";
      const name = panel.y.length > 1 || !of ? [of, words(field)].filter(Boolean).join(" · ") : of;
      const series = found.get(name) ?? { name, values: axis.map(() => null) };
      series.values[place] = numberOf(valueAt(row, field));
      found.set(name, series);
    }
  }
  return { axis, series: [...found.values()] };
}

export function valueText(value: number | null, unit: string, language: string): string {
  if (value === null) return "–";
  if (unit === "%") return percent(value);
  if (/^[A-Z]{3}$/.test(unit)) return money(String(value), unit, language);
  return [count(value, language), unit].filter(Boolean).join(" ");
}

export function chartOption(rows: readonly Row[], panel: Drawn, words: (field: string) => string, language: string) {
  const { axis, series } = seriesOf(rows, panel, words);
  const text = (value: unknown): string => valueText(typeof value === "number" ? value : null, panel.unit, language);
  const many = series.length > 1;
  return {
    grid: { left: 16, right: 16, top: many ? 48 : 16, bottom: axis.length > 24 ? 56 : 16, containLabel: true },
    xAxis: { type: "category", data: axis, axisLabel: { width: 100, overflow: "truncate", hideOverlap: true } },
    yAxis: { type: "value", axisLabel: { formatter: text } },
    legend: many ? { type: "scroll", top: 0 } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: text },
    dataZoom: axis.length > 24 ? [{ type: "inside" }, { type: "slider", height: 18, bottom: 8 }] : [],
    series: series.map(({ name, values }) => ({
      type: panel.shape,
      name,
      data: values,
      barMaxWidth: 64,
      connectNulls: false,
      showSymbol: axis.length < 60,
    })),
  };
}
