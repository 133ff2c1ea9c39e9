import { shallowRef, watch } from "vue";
import { teller, type Tell } from "../pure/told";
import { useWords } from "./useWords";

const { language } = useWords();
const chinese = shallowRef<Tell | null>(null);

watch(
  language,
  async (now) => {
    // Only who reads Chinese fetches it.
    if (now === "zh" && !chinese.value) chinese.value = teller((await import("../messages/told.zh.json")).default);
  },
  { immediate: true },
);

/** What the gateway says, in the language that was chosen; as it came where there are no words for it. */
export function useTold() {
  const translated = (text: string): string | null =>
    language.value === "zh" ? (chinese.value?.(text) ?? null) : text;
  return {
    told: (text: string): string => translated(text) ?? text,
    isTold: (text: string): boolean => translated(text) !== null,
  };
}
