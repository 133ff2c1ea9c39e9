import { expect, test } from "vitest";
import { inUse, linesOf, type Voice } from "./voices";

const voice = (name: string, language: string, day: number): Voice => ({
  name,
  language,
  in_use: day > 0,
  in_use_since: new Date(Date.UTC(day ? 2026 : 1970, 0, day || 1)).toISOString(),
  row: 1,
  rules: [],
  examples: [],
  use: [],
  avoid: [],
  versions: [],
});

test("the voice in use is one of the text's own language first, then the one that was put to use last", () => {
  const voices = [voice("house", "", 1), voice("loud", "", 2), voice("brand", "zh-CN", 1), voice("old", "zh", 0)];
  expect(inUse(voices, "en")?.name).toBe("loud");
  expect(inUse(voices, "zh")?.name).toBe("brand");
  expect(inUse([], "en")).toBeUndefined();
});

test("lines that say nothing are left out", () => {
  expect(linesOf(" Short sentences \n\n No exclamation marks\n")).toEqual(["Short sentences", "No exclamation marks"]);
});
