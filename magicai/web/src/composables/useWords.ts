import { ref, shallowRef, watch } from "vue";
import type { Key, Messages } from "../messages/en";

export type Language = "en" | "zh";
// Each reader fetches one language.
const tables: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import("../messages/en")).en,
  zh: async () => (await import("../messages/zh")).zh,
};
const preferred: Language = navigator.language.startsWith("zh") ? "zh" : "en";
const language = ref<Language>((localStorage.getItem("language") as Language | null) ?? preferred);

const words = shallowRef<Partial<Messages>>({});

async function read(wanted: Language): Promise<void> {
  const table = await tables[wanted]();
  if (wanted !== language.value) return;
  words.value = table;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  localStorage.setItem("language", wanted);
}
watch(language, read);
/** The first words are there. */
export const readable = read(language.value);

/** The page's words in the language that was chosen. */
export function useWords() {
  function t(key: Key, values: Record<string, string | number> = {}): string {
    // "{n} run | {n} runs": of one, and of any other number.
    const [one, many] = (words.value[key] ?? key).split(" | ");
    const chosen = many !== undefined && String(values["n"]) !== "1" ? many : (one ?? key);
    return chosen.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }
  /** The word for something that only the gateway names; its own name, made readable, where there is none. */
  function named(group: string, name: string, fallback?: string): string {
    const table: Partial<Record<string, string>> = words.value;
    const plain = name.replaceAll("_", " ").replaceAll("-", " ");
    return table[`${group}.${name}`] ?? fallback ?? plain.charAt(0).toUpperCase() + plain.slice(1);
  }
  return { language, t, named };
}
