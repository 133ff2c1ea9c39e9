/** What the gateway says by a code, in words of this page (magicai/messages). */
import type { Schemas } from "../types";

export type Message = Schemas["Message"];
type Words = string | { one: string; other: string };
export type Table = Readonly<Record<string, Readonly<Record<string, Words | boolean | undefined>>>>;
/** Who reads it: in which language, whether they run the installation, and what they call a step and a setting. */
export interface Reader {
  language: "en" | "zh";
  operator: boolean;
  step: (name: string) => string;
  setting: (variable: string) => string;
}

const PLACE = /\{(\w+)\}([.。]?)/g;
const ENDS = /[.!?。！？]$/;
// A text that has no code.
const PLAIN = "text";
const FOR_THE_OPERATOR = { en: "For the operator: ", zh: "运维人员：" };

const isMessage = (value: unknown): value is Message => typeof value === "object" && value !== null && "code" in value;

/** The words for a message; null where the table has none. */
export function worded(table: Table, message: Message, reader: Reader): string | null {
  const { language, operator } = reader;
  const entry = table[message.code];
  const words = language === "en" ? (entry?.["page"] ?? entry?.["en"]) : entry?.[language];
  if (!words || typeof words === "boolean") return null;
  const text = typeof words === "string" ? words : message.params?.["n"] === 1 ? words.one : words.other;
  const filled = text.replace(PLACE, (_, name: string, stop: string) => {
    const part = shown(table, name, message.params?.[name], reader);
    // A sentence brings its own full stop.
    return ENDS.test(part) ? part : part + stop;
  });
  return entry?.["operator"] && !operator ? FOR_THE_OPERATOR[language] + filled : filled;
}

function shown(table: Table, name: string, value: unknown, reader: Reader): string {
  if (Array.isArray(value)) {
    const between = value.every(isMessage) ? { en: " ", zh: "" } : { en: ", ", zh: "、" };
    return value.map((one) => shown(table, name, one, reader)).join(between[reader.language]);
  }
  if (isMessage(value)) {
    if (value.code === PLAIN) return String(value.params?.[PLAIN]);
    return worded(table, value, reader) ?? value.code;
  }
  if (typeof value === "number") return name === "n" ? value.toLocaleString("en") : String(value);
  if (typeof value !== "string") return "";
  if (name === "setting") return reader.setting(value);
  return name === "step" || name === "steps" ? reader.step(value) : value;
}
