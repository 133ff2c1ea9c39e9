/** Schedules as people choose them, and as cron writes them. */

export type Every = "hour" | "day" | "workday" | "week" | "month";

/** The five fields of cron; `day` is of the week, 0 for Sunday, or of the month. */
export function cronOf(every: Every, time: string, day: number): string {
  const [hour, minute] = time.split(":").map(Number);
  switch (every) {
    case "hour":
      return `${minute ?? 0} * * * *`;
    case "day":
      return `${minute ?? 0} ${hour ?? 0} * * *`;
    case "workday":
      return `${minute ?? 0} ${hour ?? 0} * * 1-5`;
    case "week":
      return `${minute ?? 0} ${hour ?? 0} * * ${day}`;
    case "month":
      return `${minute ?? 0} ${hour ?? 0} ${day} * *`;
  }
}

export interface Rhythm {
  every: Every;
  time: string;
  day: number;
}
const FORM = /^(\d+) (\d+|\*) (\d+|\*) \* (\d|1-5|\*) \(/;

/** What somebody chose, of a schedule's own words; null where they wrote something else. */
export function rhythmOf(when: string): Rhythm | null {
  const [, minute, hour, date, weekday] = FORM.exec(when) ?? [];
  if (minute === undefined || hour === undefined || date === undefined || weekday === undefined) return null;
  const time = `${(hour === "*" ? "0" : hour).padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (hour === "*") return date === "*" && weekday === "*" ? { every: "hour", time, day: 0 } : null;
  if (date !== "*") return weekday === "*" ? { every: "month", time, day: Number(date) } : null;
  if (weekday === "*") return { every: "day", time, day: 0 };
  return weekday === "1-5" ? { every: "workday", time, day: 0 } : { every: "week", time, day: Number(weekday) };
}

/** A weekday's name, 0 for Sunday. */
export const weekday = (day: number, language: string): string =>
  // 4 January 1970 was a Sunday.
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(new Date((3 + day) * 86_400_000));
