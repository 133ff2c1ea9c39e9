/** Languages of texts, by their codes. */
import type { Language } from "./types";

/** The language of the template that a text in this language is written by: English, but for Chinese. */
export const ofTemplate = (code: unknown): Language =>
  typeof code === "string" && /^zh(-|$)/i.test(code) ? "zh" : "en";

/** Languages that the page offers to translate texts into; commands and the API take any. */
export const TRANSLATED = ["en", "zh", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "ko"];

/** What a language is called; its code, where the browser does not know it. */
export function languageName(code: string, shownIn: string): string {
  try {
    return new Intl.DisplayNames([shownIn], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
