/** What an address says of a list: its filters, none where nothing is said. */
import type { Status } from "../types";
import { localeOf } from "./format";
import { hasEnded } from "./runState";

export type Query = Record<string, string | null | (string | null)[] | undefined>;

/** The one value of a filter. */
export function oneOf(query: Query, name: string): string {
  const given = query[name];
  return (Array.isArray(given) ? given[0] : given) ?? "";
}

/** The same address with a filter changed; one that is empty is left out. */
export function changed(query: Query, name: string, value: string): Query {
  const next = { ...query };
  if (value) next[name] = value;
  else Reflect.deleteProperty(next, name);
  return next;
}

/** What the gateway is asked for; `waiting` stands among the states on the page, and is a filter of its own there. */
export function runQuery(query: Query): Record<string, string> {
  const state = oneOf(query, "status");
  const asked = {
    words: oneOf(query, "words").trim(),
    workflow: oneOf(query, "workflow"),
    ...(state === "waiting" ? { waiting: "true" } : { status: state }),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
}

/** A filter that somebody keeps. */
export interface SavedFilter {
  words: string;
  query: Record<string, string>;
}

/** The filters of an address, each with its one value. */
export function textQuery(query: Query): Record<string, string> {
  return Object.fromEntries(
    Object.keys(query)
      .map((name) => [name, oneOf(query, name)] as const)
      .filter(([, value]) => value),
  );
}

/** Do two addresses filter alike? */
export function isSameQuery(one: Query, other: Query): boolean {
  const [a, b] = [textQuery(one), textQuery(other)];
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** What can be done with several runs at once. */
export type Bulk = "cancel" | "resume" | "again";

/** Which of these runs something can be done with. */
export function fitFor<T extends { status: Status; resumable: boolean }>(what: Bulk, runs: readonly T[]): T[] {
  if (what === "again") return runs.filter((one) => hasEnded(one.status));
  return runs.filter((one) => (what === "cancel" ? !hasEnded(one.status) : one.resumable));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
];

/** How long ago a moment is, as people say it; the day itself after a week. */
export function ago(iso: string, now: number, language: string): string {
  let passed = (now - Date.parse(iso)) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  if (passed < 10) return words.format(0, "second");
  for (const [unit, size] of STEPS) {
    if (passed < size) return words.format(-Math.floor(passed), unit);
    passed /= size;
  }
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium" }).format(new Date(iso));
}

/** The seconds that a run took, or has taken so far. */
export function tookSeconds(
  run: { started_at: string | null; finished_at: string | null },
  now: number,
): number | null {
  if (!run.started_at) return null;
  return Math.max(0, ((run.finished_at ? Date.parse(run.finished_at) : now) - Date.parse(run.started_at)) / 1000);
}

/** What fits the words best: those whose name begins with them, then those that hold all of them. */
export function matching<T extends { words: string }>(all: readonly T[], typed: string): T[] {
  const parts = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = all.filter((one) => parts.every((part) => one.words.toLowerCase().includes(part)));
  const rank = (one: T) => (one.words.toLowerCase().startsWith(parts[0] ?? "") ? 0 : 1);
  return fits.toSorted((a, b) => rank(a) - rank(b));
}
