import { describe, expect, it } from "vitest";
import { cronOf, rhythmOf, weekday, type Every } from "./cron";

describe("a schedule", () => {
  it("is what was chosen, there and back", () => {
    const chosen: [Every, string, number, string][] = [
      ["hour", "00:30", 0, "30 * * * *"],
      ["day", "07:05", 0, "5 7 * * *"],
      ["workday", "18:00", 0, "0 18 * * 1-5"],
      ["week", "06:30", 1, "30 6 * * 1"],
      ["month", "23:59", 28, "59 23 28 * *"],
    ];
    for (const [every, time, day, cron] of chosen) {
      expect(cronOf(every, time, day)).toBe(cron);
      expect(rhythmOf(`${cron} (Europe/Oslo)`)).toEqual({ every, time, day });
    }
  });
  it("that somebody wrote otherwise is shown as it is", () => {
    for (const when of ["*/5 * * * * (UTC)", "0 7 1 * 1 (UTC)", "0 * 1 * * (UTC)", "every 60 s (UTC)", ""])
      expect(rhythmOf(when)).toBeNull();
  });
  it("has days by their names", () => {
    expect([0, 1, 6].map((day) => weekday(day, "en"))).toEqual(["Sunday", "Monday", "Saturday"]);
  });
});
