/** What a panel of a run's page shows of its result. */

export type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);

/** What stands at a dotted place of a result; undefined where nothing does. */
export function valueAt(result: unknown, place: string): unknown {
  let value = result;
  for (const name of place.split(".")) {
    if (!isRow(value)) return undefined;
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** A table's rows: a list of objects as it is, of other values one each; an object as names and values. */
export function rowsOf(result: unknown, source: string): Row[] {
  const found = valueAt(result, source);
  if (Array.isArray(found)) return (found as unknown[]).map((one) => (isRow(one) ? one : { value: one }));
  if (!isRow(found)) return [];
  return Object.entries(found).map(([name, value]) => ({ name, value }));
}

/** A table's columns: those that were named, else every one that a row has, in the order in which they come. */
export function columnsOf(rows: readonly Row[], named: readonly string[]): string[] {
  return named.length ? [...named] : [...new Set(rows.flatMap(Object.keys))];
}

/** A cell's text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const plain = Array.isArray(value) && value.every((one) => typeof one !== "object");
  return plain ? value.map(cellText).join(", ") : JSON.stringify(value);
}

/** Where a cell leads, if it is an address of the web and nothing else. */
export function linkOf(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\/\S+$/.test(value) ? value : undefined;
}
