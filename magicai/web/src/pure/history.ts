/** What a product cost over readings, as a chart and a table show it. */
import type { Offer, ProductHistory, Reading } from "../types";

/** Prices that were seen; what a reading did not look at is a gap, not the price before. */
export const seenPrices = (product: ProductHistory): (string | null)[] =>
  product.offers.map((offer) => (offer?.seen === "seen" ? offer.price : null));

/** By how much a price rose or fell; a dash where that can't be told. */
export function share(before: Offer | null | undefined, after: Offer | null | undefined, language: string): string {
  const [was, now] = [Number(before?.price), Number(after?.price)];
  if (!before?.price || !after?.price || before.currency !== after.currency || !was) return "–";
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(now / was - 1);
}

const priced = (offer: Offer | null): boolean => offer?.seen === "seen" && offer.price !== null;
export const firstOffer = (product: ProductHistory): Offer | null => product.offers.find(priced) ?? null;
export const lastOffer = (product: ProductHistory): Offer | null => product.offers.findLast(priced) ?? null;

/** A line over time: as far apart as the readings were. */
export function lineOf(product: ProductHistory, readings: readonly Reading[], label: (iso: string) => string, amount: (value: number) => string): object {
  const points = seenPrices(product).map((price, at) => [readings[at]?.at ?? "", price === null ? null : Number(price)]);
  return {
    grid: { left: 16, right: 24, top: 24, bottom: 56, containLabel: true },
    xAxis: { type: "category", data: readings.map((one) => one.at), axisLabel: { formatter: label, hideOverlap: true } },
    yAxis: { type: "value", scale: true, axisLabel: { formatter: amount } },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true,
      formatter: (found: { value: [string, number | null] }[]) => `${label(found[0]?.value[0] ?? "")}\n${found[0]?.value[1] == null ? "–" : amount(found[0].value[1])}`,
    },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 8 }],
    series: [{ type: "line", name: product.name, step: "end", symbolSize: 9, connectNulls: false, data: points }],
  };
}
