/** Voices, as the gateway tells of them. */

import type { Schemas } from "../../types";

export type Voice = Schemas["VoiceShown"];
export type VoiceVersion = Schemas["VoiceVersionShown"];

/** A text's lines that say something. */
export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const primary = (language: string): string => language.split("-")[0]?.toLowerCase() ?? "";

/** The voice of texts that name none: one of their own language first, then the one that was put to use last. */
export function inUse(voices: Voice[], language: string): Voice | undefined {
  const fit = voices.filter((one) => one.in_use && (!one.language || primary(one.language) === primary(language)));
  return fit.toSorted(
    (a, b) =>
      Number(Boolean(b.language)) - Number(Boolean(a.language)) ||
      Date.parse(b.in_use_since) - Date.parse(a.in_use_since),
  )[0];
}
