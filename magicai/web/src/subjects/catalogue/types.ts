export interface ListedProduct {
  product_id: string;
  state: "ready" | "review";
  name: string;
  brand: string | null;
  price: string | null;
  currency: string | null;
  availability: string | null;
  category: string[];
  image: string | null;
  url: string;
  shop: string;
  row: number;
}

export interface Origin {
  kind: string;
  place: string;
  at: string;
  confidence: number;
}

export interface Attribute {
  name: string;
  kind: "text" | "number" | "flag" | "quantity";
  value: string | number | boolean;
  unit: string;
  origin: Origin | null;
}

export interface Category {
  id: string;
  path: string[];
}

export interface Change {
  number: number;
  at: string;
  by: string;
  fields: Record<string, [unknown, unknown]>;
  note: string;
}

export interface Contradiction {
  field: string;
  values: { value: unknown; origin: Origin }[];
}

export interface WholeProduct extends ListedProduct {
  values: Record<string, unknown> & {
    description: string | null;
    attributes: Attribute[];
    taxonomy: Category | null;
    category: string[];
  };
  origins: Record<string, Origin>;
  version: number;
  changes: Change[];
  contradictions: Contradiction[];
}

export interface Mapping {
  mapping_id: string;
  shop: string;
  path: string[];
  products: number;
  samples: string[];
  state: "open" | "confirmed" | "mixed";
  category: Category | null;
  suggestions: Category[];
}

export interface ProductImage {
  url: string;
  role: "product" | "repeated" | "shop" | "blank" | "small" | "failed";
  alt: string;
  /** The model that looked at it, and wrote `alt`; empty: from facts. */
  described_by: string;
  problem: string;
  renditions: { format: string; width: number; path: string }[];
}

export interface Suggested {
  item: string;
  reason: string;
  product: ListedProduct | null;
}

export interface Stock {
  item: string;
  on_hand: number;
  reserved: number;
  available: number;
  source: string;
  bundle: { item: string; quantity: number }[];
}

export interface Movement {
  number: number;
  kind: string;
  change: number;
  reserved_change: number;
  on_hand: number;
  reserved: number;
  note: string;
  at: string;
}

export interface StockConflict {
  conflict_id: string;
  item: string;
  kind: string;
  details: string;
  rule: string;
}

export interface Judged {
  positive: number;
  negative: number;
  unsure: number;
  label: string;
  quotes: { sentence: string; label: string; probability: number }[];
}

export interface Reviewed {
  reviews: number;
  sentiment: { overall: Judged; aspects: Record<string, Judged> } | null;
}

export type Counts = Record<string, Record<string, number>>;
export const FACETS = ["brand", "category", "availability", "price_band", "shop"] as const;
/** What a person edits as one line of text. */
export const LINES = ["name", "brand", "price", "currency", "list_price", "gtin", "sku", "model", "url"] as const;
