import { ref, watchEffect } from "vue";
import { en, type Key, type Messages } from "../messages/en";
import { zh } from "../messages/zh";

export type Language = "en" | "zh";
const tables: Record<Language, Messages> = { en, zh };
const preferred: Language = navigator.language.startsWith("zh") ? "zh" : "en";
const language = ref<Language>((localStorage.getItem("language") as Language | null) ?? preferred);

watchEffect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  localStorage.setItem("language", language.value);
});

/** The page's words in the language that was chosen. */
export function useWords() {
  function t(key: Key, values: Record<string, string | number> = {}): string {
    return tables[language.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }
  /** The word for something that only the gateway names; its own name, made readable, where there is none. */
  function named(group: string, name: string, fallback?: string): string {
    const table: Partial<Record<string, string>> = tables[language.value];
    const plain = name.replaceAll("_", " ").replaceAll("-", " ");
    return table[`${group}.${name}`] ?? fallback ?? plain.charAt(0).toUpperCase() + plain.slice(1);
  }
  return { language, t, named };
}
