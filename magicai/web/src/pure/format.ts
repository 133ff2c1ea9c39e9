/** Numbers, money and times as people of a language write them. */

import type { Money } from "../types";

export function money(amount: string | null, currency: string | null, language: string, digits?: number): string {
  if (amount === null) return "–";
  if (!currency) return amount;
  try {
    return currencyFormat(language, currency, digits).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}

// To make one takes longer than to use it a hundred times, and tables scroll past thousands of prices.
const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(language: string, currency: string, digits: number | undefined): Intl.NumberFormat {
  const key = `${language} ${currency} ${digits}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: digits });
  formats.set(key, made);
  return made;
}

/**
 * What models cost: to the first two digits that are not zero, and never less than cents. The command line has the same
 * rule (money.py).
 */
export function cost({ amount, currency }: { [Name in keyof Money]: Money[Name] | null }, language: string): string {
  const value = Number(amount);
  const place = Number(value.toExponential().split("e")[1]);
  return money(amount, currency, language, value ? Math.min(20, Math.max(2, 1 - place)) : 0);
}

/** A share of 1. */
export const percent = (share: number): string => (share > 0 && share < 0.005 ? "< 1%" : `${Math.round(share * 100)}%`);

export const count = (value: number, language: string): string => new Intl.NumberFormat(language).format(value);

// Units stand behind a space (docs/words.md); Intl puts none in Chinese, and abbreviates words in English.
const SYMBOLS: Partial<Record<string, Record<string, string>>> = {
  en: { second: "s", minute: "min", hour: "h" },
  zh: { second: "秒", minute: "分", hour: "小时" },
};

export function seconds(value: number, language: string): string {
  const unit = (number: number, name: string, digits = 0) => {
    const symbol = SYMBOLS[language]?.[name];
    const format: Intl.NumberFormatOptions = symbol ? {} : { style: "unit", unit: name, unitDisplay: "short" };
    const text = new Intl.NumberFormat(language, { ...format, maximumFractionDigits: digits }).format(number);
    return symbol ? `${text} ${symbol}` : text;
  };
  if (value < 60) return unit(value, "second", value < 10 ? 1 : 0);
  const [large, small, size] = value < 3600 ? (["minute", "second", 60] as const) : (["hour", "minute", 3600] as const);
  const smaller = size / 60;
  const whole = Math.round(value / smaller);
  const rest = whole % 60;
  return [unit(Math.floor(whole / 60), large), ...(rest ? [unit(rest, small)] : [])].join(" ");
}

/** The browser's own country of a language, which decides how dates are written. */
export const localeOf = (language: string): string =>
  (typeof navigator === "undefined" ? [] : navigator.languages).find((one) => one.startsWith(language)) ?? language;

export function moment(iso: string | null, language: string): string {
  return iso
    ? new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso))
    : "–";
}

/** What says the moments of one list: to the minute, and to the second those of which two share the minute. */
export function momentsOf(all: readonly (string | null | undefined)[], language: string): (iso: string) => string {
  const shared = new Map<string, number>();
  for (const iso of new Set(all))
    if (iso) shared.set(moment(iso, language), (shared.get(moment(iso, language)) ?? 0) + 1);
  const exact = new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeStyle: "medium" });
  return (iso) => {
    const minute = moment(iso, language);
    return (shared.get(minute) ?? 0) > 1 ? exact.format(new Date(iso)) : minute;
  };
}

/** A moment on the clocks of a time zone: as hours to 23, as schedules are set. */
export function timeIn(iso: string, zone: string, language: string): string {
  const format: Intl.DateTimeFormatOptions = {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat(localeOf(language), { ...format, timeZone: zone }).format(new Date(iso));
  } catch {
    return iso; // a zone that this browser does not know
  }
}

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** A weekday's name. */
export const weekday = (day: (typeof DAYS)[number], language: string): string =>
  // 5 January 1970 was a Monday.
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(
    new Date((4 + DAYS.indexOf(day)) * 86_400_000),
  );

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Names = Record<string, string>;

/** The texts of a value that people know: files by their names; ids and sealed secrets are none. */
function textsOf(value: unknown, fileNames: Names): string[] {
  if (typeof value === "string") {
    const text = fileNames[value] ?? value;
    return !text || ID.test(text) || text.startsWith("sealed:") ? [] : [text];
  }
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, fileNames).slice(0, 1));
  if (value === null || typeof value !== "object") return [];
  return (
    Object.values(value)
      .map((one) => textsOf(one, fileNames))
      .find((texts) => texts.length) ?? []
  );
}

/** What a run is about: the first texts of its request, of addresses the hosts, as they are called. */
export function subject(
  request: Record<string, unknown>,
  called = (text: string) => text,
  fileNames: Names = {},
): string {
  const hosts = textsOf(request, fileNames).map((text) =>
    called(URL.canParse(text) ? new URL(text).host || text : text),
  );
  return hosts.length > 1 ? `${hosts[0]} +${hosts.length - 1}` : (hosts[0] ?? "");
}
