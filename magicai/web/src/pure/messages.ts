/** What the gateway says by a code, in words of this page (magicai/messages). */
import type { Schemas } from "../types";

export type Message = Schemas["Message"];
type Words = string | { one: string; other: string };
export type Table = Readonly<Record<string, Readonly<Record<string, Words | boolean | undefined>>>>;
type Language = "en" | "zh";

const PLACE = /\{(\w+)\}/g;

const isMessage = (value: unknown): value is Message => typeof value === "object" && value !== null && "code" in value;

/** The words for a message; null where the table has none. */
export function worded(table: Table, message: Message, language: Language): string | null {
  const entry = table[message.code];
  const words = language === "en" ? (entry?.["page"] ?? entry?.["en"]) : entry?.[language];
  if (!words || typeof words === "boolean") return null;
  const text = typeof words === "string" ? words : message.params?.["n"] === 1 ? words.one : words.other;
  return text.replace(PLACE, (_, name: string) => shown(table, message.params?.[name], language));
}

function shown(table: Table, value: unknown, language: Language): string {
  if (Array.isArray(value))
    return value.map((one) => shown(table, one, language)).join(language === "zh" ? "、" : ", ");
  if (isMessage(value)) return worded(table, value, language) ?? value.code;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
