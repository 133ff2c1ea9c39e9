import { shallowRef } from "vue";
import { worded, type Message, type Table } from "../pure/messages";
import { useSession } from "./useSession";
import { useWords } from "./useWords";

const { language, named } = useWords();
const { user, command } = useSession();
const COMMAND = /(?<![\w/.@-])magicai(?= [a-z])/g;
const table = shallowRef<Table>({});

let fetched = false;
async function fetchTable(): Promise<void> {
  fetched = true;
  const files = import.meta.glob<Table>("../../../messages/*.json", { import: "default" });
  const tables = await Promise.all(Object.values(files).map((load) => load()));
  table.value = Object.assign({}, ...tables) as Table;
}

// In Chinese at once: until the words are there, messages would show in English.
if (language.value === "zh") fetchTable().catch(() => (fetched = false));

/** What the gateway says: a message in the language that was chosen, a text without a code as it stands. */
export function useTold() {
  const isOperator = () => user.value?.role === "admin" || user.value?.role === "operator";
  const told = (text: string): string => text.replace(COMMAND, () => command.value);
  const said = (message: Message | null | undefined): string | null => {
    if (message && !fetched) fetchTable().catch(() => (fetched = false));
    const reader = {
      language: language.value,
      operator: isOperator(),
      step: (name: string) => named("step", name),
      setting: (variable: string) => named("setting", variable.replace(/^MAGICAI_/, "").toLowerCase(), variable),
    };
    const words = message ? worded(table.value, message, reader) : null;
    return words === null ? null : told(words);
  };
  return { said, told };
}
