/** Numbers, money and times as people of a language write them. */

export function money(amount: string | null, currency: string | null, language: string): string {
  if (amount === null) return "–";
  if (!currency) return amount;
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}

export const count = (value: number, language: string): string => new Intl.NumberFormat(language).format(value);

export function seconds(value: number, language: string): string {
  const unit = (number: number, name: string, digits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits }).format(number);
  if (value < 60) return unit(value, "second", value < 10 ? 1 : 0);
  if (value < 3600) return `${unit(Math.floor(value / 60), "minute")} ${unit(Math.round(value % 60), "second")}`;
  return `${unit(Math.floor(value / 3600), "hour")} ${unit(Math.round((value % 3600) / 60), "minute")}`;
}

export function moment(iso: string | null, language: string): string {
  return iso ? new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)) : "–";
}

/** What a run is about: the hosts that it reads. */
export function subject(request: Record<string, unknown>): string {
  const first = Object.values(request)[0];
  const all = (Array.isArray(first) ? first : [first]).map(String);
  const hosts = all.map((text) => (URL.canParse(text) ? new URL(text).host : text));
  return hosts.length > 1 ? `${hosts[0]} +${hosts.length - 1}` : (hosts[0] ?? "");
}
