/** Voices, as the gateway tells of them. */

export interface Manner {
  rules: string[];
  examples: string[];
  use: string[];
  avoid: string[];
}
export interface VoiceVersion extends Manner {
  number: number;
  at: string;
  /** A model's name, or user. */
  by: string;
  samples: number;
  left_out: number;
  copy_of: number;
}
export interface Voice extends Manner {
  name: string;
  language: string;
  in_use: boolean;
  in_use_since: number;
  row: number;
  versions: VoiceVersion[];
}

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
    (a, b) => Number(Boolean(b.language)) - Number(Boolean(a.language)) || b.in_use_since - a.in_use_since,
  )[0];
}
