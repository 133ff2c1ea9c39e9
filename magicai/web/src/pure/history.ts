/** What a product cost over readings, as a chart and a table show it. */
import type { DifferenceKind, Offer, ProductHistory, Reading } from "../types";

/** How a product may differ between two crawls, in the order in which people read it. */
export const DIFFERENCES: DifferenceKind[] = ["cheaper", "dearer", "new", "gone", "sold_out", "back"];

type Point = [time: number, price: number | null];
interface Shown {
  value: [time: number, price: number];
  seriesName: string;
}

const priced = (offer: Offer | null | undefined): offer is Offer => offer?.seen === "seen" && offer.price !== null;
export const firstOffer = (product: ProductHistory): Offer | null => product.offers.find(priced) ?? null;
export const lastOffer = (product: ProductHistory): Offer | null => product.offers.findLast(priced) ?? null;

/** By how much a price rose or fell; a dash where that can't be told. */
export function share(before: Offer | null | undefined, after: Offer | null | undefined, language: string): string {
  if (!priced(before) || !priced(after) || before.currency !== after.currency || !Number(before.price)) return "–";
  const change = Number(after.price) / Number(before.price) - 1;
  return new Intl.NumberFormat(language, {
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  })
    .format(change)
    .replace("-", "−");
}

/** Prices that were seen, a line for each currency; what a reading did not look at is a gap, not the price before. */
export function linesOf(product: ProductHistory, readings: readonly Reading[]): Map<string, Point[]> {
  const currencies = new Set(product.offers.filter(priced).map((offer) => offer.currency ?? ""));
  const lineOf = (currency: string): Point[] =>
    product.offers.map((offer, at) => {
      const price = priced(offer) && (offer.currency ?? "") === currency ? Number(offer.price) : null;
      return [Date.parse(readings[at]?.at ?? ""), price];
    });
  return new Map([...currencies].map((currency) => [currency, lineOf(currency)]));
}

/** The chart over time: points lie as far apart as the readings do. */
export function chartOf(
  product: ProductHistory,
  readings: readonly Reading[],
  label: (iso: string) => string,
  amount: (value: number, currency: string) => string,
): object {
  const lines = linesOf(product, readings);
  const [only] = lines.size === 1 ? lines.keys() : [""];
  const moment = (time: number): string => label(new Date(time).toISOString());
  return {
    grid: { left: 16, right: 24, top: 24, bottom: 56, containLabel: true },
    xAxis: { type: "time", axisLabel: { formatter: moment, hideOverlap: true } },
    yAxis: { type: "value", scale: true, axisLabel: { formatter: (value: number) => amount(value, only ?? "") } },
    tooltip: {
      trigger: "item",
      renderMode: "richText",
      confine: true,
      formatter: ({ value: [time, price], seriesName }: Shown) => `${moment(time)}\n${amount(price, seriesName)}`,
    },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 8 }],
    series: [...lines].map(([currency, data], at) => ({
      type: "line",
      name: currency,
      step: "end",
      symbolSize: 9,
      connectNulls: false,
      lineStyle: { type: at ? "dashed" : "solid" },
      data,
    })),
  };
}
