/** What somebody has typed into cells of the table and not saved: it stays while lines, lists and pages change. */
import { shallowReactive } from "vue";

export const CELLS = ["name", "brand", "price", "currency"] as const;
export type Cell = (typeof CELLS)[number];

export interface Draft {
  cell: Cell;
  written: string;
  /** What was edited, though the line may show a newer one meanwhile. */
  row: number;
}

/** By product: a line has one open cell. */
export const drafts = shallowReactive(new Map<string, Draft>());
