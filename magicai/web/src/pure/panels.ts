/** What a panel of a run's page shows of its result. */
import type { Column, ColumnKind } from "../types";
import { count, localeOf, money, moment, percent, seconds } from "./format";

export type Row = Record<string, unknown>;
export interface Cell {
  text: string;
  /** Where it leads. */
  link?: string;
  /** A picture of this installation's; the page's policy shows none from elsewhere, which would tell who looks. */
  image?: string;
}

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

/** A table's columns: those that were declared, else every one that a row has, in the order in which they come. */
export function columnsOf(rows: readonly Row[], declared: readonly Column[]): Column[] {
  if (declared.length) return [...declared];
  const names = new Set(rows.flatMap(Object.keys));
  return [...names].map((name) => ({ name, kind: "auto", unit: "" }));
}

/** A value as text. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const plain = Array.isArray(value) && value.every((one) => typeof one !== "object");
  return plain ? value.map(cellText).join(", ") : JSON.stringify(value);
}

/** Where a value leads, if it is an address of the web and nothing else. */
export function linkOf(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\/\S+$/.test(value) ? value : undefined;
}

/** A value as a number; null where it is none. Decimals come as strings. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

const NUMERIC: readonly ColumnKind[] = ["number", "money", "percent", "bytes", "duration"];

/** A text in pieces, some of them marked: `places` are pairs of start and end, in characters as Python counts them. */
export function marked(text: string, places: unknown): { text: string; marked: boolean }[] {
  const chars = Array.from(text);
  const pairs = (Array.isArray(places) ? (places as unknown[]) : []).filter(
    (one): one is [number, number] => Array.isArray(one) && one.length === 2 && one.every((at) => Number.isInteger(at)),
  );
  const pieces: { text: string; marked: boolean }[] = [];
  let done = 0;
  for (const [start, end] of pairs) {
    if (start < done || end > chars.length) continue;
    pieces.push({ text: chars.slice(done, start).join(""), marked: false });
    pieces.push({ text: chars.slice(start, end).join(""), marked: true });
    done = end;
  }
  pieces.push({ text: chars.slice(done).join(""), marked: false });
  return pieces.filter((one) => one.text);
}

/** Whether a column stands on the right: its kind says so, or all that it has are numbers. */
export function isNumeric(column: Column, rows: readonly Row[]): boolean {
  if (column.kind !== "auto") return NUMERIC.includes(column.kind);
  const values = rows.map((row) => valueAt(row, column.name)).filter((one) => one !== null && one !== undefined);
  return values.length > 0 && values.every((one) => typeof one === "number");
}

/** The currency of a row's money: the column's own, or what another field of the row says. */
const currencyOf = (row: Row, { unit }: Column): string =>
  /^[A-Z]{3}$/.test(unit) ? unit : cellText(valueAt(row, unit));

/** A cell as people of a language read it. */
export function cellOf(row: Row, column: Column, language: string): Cell {
  const value = valueAt(row, column.name);
  const text = cellText(value);
  const number = numberOf(value);
  if (column.kind === "image" && /^(\/api\/|data:image\/)/.test(text)) return { text, image: text };
  if (column.kind === "date") return { text: dateText(text, language) };
  if (column.kind === "text") return { text };
  if (!NUMERIC.includes(column.kind)) {
    return typeof value === "number" ? { text: count(value, language) } : { text, link: linkOf(value) };
  }
  if (number === null) return { text };
  switch (column.kind) {
    case "money":
      return { text: money(String(number), currencyOf(row, column) || null, language) };
    case "percent":
      return { text: percent(number) };
    case "bytes":
      return { text: bytes(number, language) };
    case "duration":
      return { text: seconds(number, language) };
    default:
      return { text: [count(number, language), column.unit].filter(Boolean).join(" ") };
  }
}

function dateText(iso: string, language: string): string {
  if (!iso || Number.isNaN(Date.parse(iso))) return iso;
  // A day has no time of day, wherever it is read.
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso))
    return new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso));
  return moment(iso, language);
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
export function bytes(value: number, language: string): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)));
  // English abbreviates all but bytes, of which it makes "286 byte".
  const unitDisplay = step ? "short" : "long";
  const style = { style: "unit", unit: SIZES[step], unitDisplay, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(value / 1000 ** step);
}

/** Rows that hold all of the words that were typed, wherever. */
export function filtered(rows: readonly Row[], columns: readonly Column[], words: string): Row[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!wanted.length) return [...rows];
  return rows.filter((row) => {
    const text = columns
      .map((one) => cellText(valueAt(row, one.name)))
      .join("\n")
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Rows by a column: numbers by size, all else as people sort it; what is missing comes last either way. */
export function sorted(rows: readonly Row[], name: string, descending: boolean, language: string): Row[] {
  const collator = new Intl.Collator(language, { numeric: true });
  const keyed = rows.map((row) => {
    const value = valueAt(row, name);
    return { row, text: cellText(value), number: numberOf(value) };
  });
  keyed.sort((a, b) => {
    if (!a.text || !b.text) return a.text ? -1 : b.text ? 1 : 0;
    const both = a.number !== null && b.number !== null;
    const order = both ? Number(a.number) - Number(b.number) : collator.compare(a.text, b.text);
    return descending ? -order : order;
  });
  return keyed.map(({ row }) => row);
}

/** A tab's name in the address, made of a panel's title; none of those that are taken. */
export function tabName(title: string, taken: readonly string[]): string {
  const plain =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "") || "part";
  let name = plain;
  for (let n = 2; taken.includes(name); n++) name = `${plain}-${n}`;
  return name;
}

/** A text in pieces: what it says, and the numbers of the sources that it names as `[1]`. */
export function cited(text: string, sources: number): (string | number)[] {
  return text
    .split(/\[(\d{1,3})\]/)
    .map((piece, at) => (at % 2 ? citation(Number(piece), sources) : piece))
    .filter((piece) => piece !== "");
}
/** A sentence of an answer, and what its reader should know of it. */
export interface Remarked {
  text: string;
  remarks: string[];
}
/** The same, with what is remarked of sentences behind them, and behind their numbers. */
export function citedAndRemarked(
  text: string,
  sources: number,
  sentences: readonly Remarked[],
): (string | number | Remarked)[] {
  const pieces: (string | number | Remarked)[] = [];
  let at = 0;
  for (const one of sentences) {
    const place = text.indexOf(one.text, at);
    if (place < 0) continue;
    const end = place + one.text.length;
    const after = end + (/^\s?(?:\[\d{1,3}\])*/.exec(text.slice(end))?.[0].length ?? 0);
    pieces.push(...cited(text.slice(at, after), sources));
    if (one.remarks.length) pieces.push(one);
    at = after;
  }
  return [...pieces, ...cited(text.slice(at), sources)];
}
const citation = (number: number, sources: number): string | number =>
  number >= 1 && number <= sources ? number : `[${number}]`;
