/** Two readings of one shop, side by side: only what both have seen is compared. */
import type { Product } from "../types";

export interface Difference { product: Product; kind: "new" | "missing" | "dearer" | "cheaper" | "stock"; before: Product | null }

export function differences(older: readonly Product[], newer: readonly Product[]): Difference[] {
  const before = new Map(older.map((one) => [one.id, one]));
  const found: Difference[] = [];
  for (const product of newer) {
    const old = before.get(product.id);
    before.delete(product.id);
    if (!old) found.push({ product, kind: "new", before: null });
    else if (old.price && product.price && old.currency === product.currency && Number(old.price) !== Number(product.price)) {
      found.push({ product, kind: Number(product.price) > Number(old.price) ? "dearer" : "cheaper", before: old });
    } else if (old.availability !== product.availability) found.push({ product, kind: "stock", before: old });
  }
  for (const old of before.values()) found.push({ product: old, kind: "missing", before: old });
  return found;
}
