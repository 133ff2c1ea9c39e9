import { shallowRef, watch } from "vue";
import { worded, type Message, type Table } from "../pure/messages";
import { teller, type Tell } from "../pure/told";
import { useSession } from "./useSession";
import { useWords } from "./useWords";

// Before what only the operator of the installation can do (magicai/told.py).
const FOR_THE_OPERATOR = /For the operator: /g;
const { language, named } = useWords();
const { user, command } = useSession();
const COMMAND = /(?<![\w/.@-])magicai(?= [a-z])/g;
const chinese = shallowRef<Tell | null>(null);
const table = shallowRef<Table>({});

watch(
  language,
  async (now) => {
    // Only who reads Chinese fetches it.
    if (now !== "zh" || chinese.value) return;
    chinese.value = teller((await import("../messages/told.zh.json")).default);
  },
  { immediate: true },
);

// Each language's words are fetched once somebody is told something.
let fetched = false;
async function fetchTable(): Promise<void> {
  fetched = true;
  const files = import.meta.glob<Table>("../../../messages/*.json", { import: "default" });
  const tables = await Promise.all(Object.values(files).map((load) => load()));
  table.value = Object.assign({}, ...tables) as Table;
}

/** What the gateway says, in the language that was chosen; as it came where there are no words for it. */
export function useTold() {
  const isOperator = () => user.value?.role === "admin" || user.value?.role === "operator";
  const addressed = (text: string): string => (isOperator() ? text.replace(FOR_THE_OPERATOR, "") : text);
  const translated = (text: string): string | null =>
    language.value === "zh" ? (chinese.value?.(addressed(text)) ?? null) : addressed(text);
  const said = (message: Message | null | undefined): string | null => {
    if (message && !fetched) void fetchTable();
    const reader = { language: language.value, operator: isOperator(), step: (name: string) => named("step", name) };
    return message ? (worded(table.value, message, reader)?.replace(COMMAND, () => command.value) ?? null) : null;
  };
  return {
    said,
    told: (text: string): string => (translated(text) ?? text).replace(COMMAND, () => command.value),
    isTold: (text: string): boolean => translated(text) !== null,
  };
}
