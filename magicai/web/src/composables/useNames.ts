import { shallowRef } from "vue";
import { subject } from "../pure/format";
import type { Run } from "../types";
import { useWords } from "./useWords";

/** What a text of a request stands for: by what it is known, and what people call it. */
export interface Known {
  key: string;
  name: string;
  address: string;
}
const known = shallowRef<Readonly<Record<string, Known>>>({});
export function keepNames(more: Readonly<Record<string, Known>>): void {
  known.value = { ...known.value, ...more };
}

/** What people call what runs are about. */
export function useNames() {
  const { named } = useWords();
  /** A shop by its host, a content type: those that people have named, or the page has words for. */
  function called(text: string): string {
    const { key, name, address } = known.value[text] ?? { key: text, name: "", address: text };
    return name || named("subject", key, named("content-type", key, address));
  }
  const aboutOf = ({ request, file_names, workflow }: Pick<Run, "request" | "file_names" | "workflow">): string =>
    subject(request, called, file_names) || named("workflow", workflow);
  /** What people named it, or what it is about. */
  const nameOf = (run: Pick<Run, "name" | "request" | "file_names" | "workflow">): string => run.name || aboutOf(run);
  return { called, aboutOf, nameOf, known };
}
