/** What the gateway says by a code, in words of this page (magicai/messages). */

export interface Message {
  code: string;
  params: Readonly<Record<string, unknown>>;
}
type Words = string | { one: string; other: string };
export type Table = Readonly<Record<string, Readonly<Record<string, Words | boolean | undefined>>>>;
type Language = "en" | "zh";

// Before what only whoever runs the installation can do.
const OPERATOR: Readonly<Record<Language, string>> = { en: "For the operator: ", zh: "运维人员可以：" };
const PLACE = /\{(\w+)\}/g;

const isMessage = (value: unknown): value is Message => typeof value === "object" && value !== null && "code" in value;

/** The words for a message; null where the table has none. */
export function worded(table: Table, message: Message, language: Language): string | null {
  const entry = table[message.code];
  const words = language === "en" ? (entry?.["page"] ?? entry?.["en"]) : entry?.[language];
  if (!words || typeof words === "boolean") return null;
  const text = typeof words === "string" ? words : message.params["n"] === 1 ? words.one : words.other;
  const said = text.replace(PLACE, (_, name: string) => shown(table, message.params[name], language));
  return entry?.["operator"] ? OPERATOR[language] + said : said;
}

function shown(table: Table, value: unknown, language: Language): string {
  if (Array.isArray(value)) {
    const between = value.every(isMessage) ? { en: " ", zh: "" } : { en: ", ", zh: "、" };
    return value.map((one) => shown(table, one, language)).join(between[language]);
  }
  if (isMessage(value)) return worded(table, value, language) ?? value.code;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
