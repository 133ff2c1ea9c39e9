/** The table of products: filtered, sorted, written as CSV. */
import type { Key } from "../messages/en";
import type { Product } from "../types";
import { count } from "./format";

export type Column = "name" | "category" | "brand" | "price" | "availability";
export const COLUMNS: Column[] = ["name", "category", "brand", "price", "availability"];

/** How many this run has seen, as its report counts: without those gone and those not looked at. */
export function seen(products: readonly Product[]): number {
  return products.filter(({ seen = "seen" }) => seen === "seen").length;
}

export function cell(product: Product, column: Column): string {
  if (column === "category") return (product.category ?? []).join(" › ");
  if (column === "availability") return stock(product);
  return product[column] ?? "";
}

/** Whether it is in stock, as this run saw it; of what it did not see, that it is gone or was not looked at. */
export function stock({ availability = "unknown", seen = "seen" }: Product): string {
  return seen === "seen" ? availability : seen;
}

export function filtered(products: readonly Product[], words: string, availability: string): Product[] {
  const sought = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return products.filter((product) => {
    if (availability && stock(product) !== availability) return false;
    const text = [product.name, product.brand, product.sku, product.gtin, ...(product.category ?? [])]
      .join(" ")
      .toLocaleLowerCase();
    return sought.every((word) => text.includes(word));
  });
}

// One for all: to make one for each comparison takes seconds where there are thousands.
const order = new Intl.Collator();

/** Prices are ordered within their currency; what has none comes last either way. */
export function sorted(products: readonly Product[], column: Column, descending: boolean): Product[] {
  const sign = descending ? -1 : 1;
  const compare = (a: string, b: string) => (a === b ? 0 : order.compare(a, b));
  // What is compared is made once, not in each of a hundred thousand's millions of comparisons.
  const keyed = products.map((product) => {
    const text = cell(product, column);
    return { product, text, currency: product.currency ?? "", number: column === "price" ? Number(text) : 0 };
  });
  keyed.sort((a, b) => {
    if (!a.text || !b.text) return a.text ? -1 : b.text ? 1 : 0;
    if (column !== "price") return sign * compare(a.text, b.text);
    return compare(a.currency, b.currency) || sign * (a.number - b.number);
  });
  return keyed.map(({ product }) => product);
}

// Before what a spreadsheet takes for a formula: the same as in exports (values/cells.py), and a test says so.
const FORMULA =
  /^(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠|%\t\r\n\u0000])|(?<=[;|\t\r\n])(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠])/g;

function quoted(text: string): string {
  const safe = /^-?\d+(\.\d+)?$/.test(text) ? text : text.replaceAll(FORMULA, "'");
  return `"${safe.replaceAll('"', '""')}"`;
}

/** A custom field's value, as exports write it. */
export function fieldText(value: NonNullable<Product["fields"]>[string] | undefined): string {
  if (Array.isArray(value)) return value.join("; ");
  if (value && typeof value === "object") return [value["amount"], value["currency"]].filter(Boolean).join(" ");
  return String(value ?? "");
}

export function csvOf(products: readonly Product[]): string {
  const custom = [...new Set(products.flatMap(({ fields }) => Object.keys(fields ?? {})))];
  const head = ["name", "category", "brand", "price", "currency", "availability", "seen", "sku", "url", ...custom];
  const rows = products.map((one) => [
    one.name,
    cell(one, "category"),
    one.brand ?? "",
    one.price ?? "",
    one.currency ?? "",
    one.availability ?? "",
    one.seen ?? "",
    one.sku ?? "",
    one.url,
    ...custom.map((name) => fieldText(one.fields?.[name])),
  ]);
  return [head, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** A mean rating, with how many gave one where that is known; empty without a rating. */
export function ratingText(
  rating: Product["rating"],
  language: string,
  t: (key: Key, values: Record<string, string | number>) => string,
): string {
  if (!rating) return "";
  const value = count(rating.value, language);
  return rating.count == null ? value : t("products.rating", { value, n: rating.count });
}

/** Where a text about a product is asked for. */
export const describing = (id: string) => ({
  path: "/workflows/generate-content",
  query: { content_type: "product-description", about: `product:${id}` },
});
