import { subject } from "../pure/format";
import type { Run } from "../types";
import { useWords } from "./useWords";

/** What people call what runs are about. */
export function useNames() {
  const { named } = useWords();
  /** A shop by its host, a content type: those that the page has words for. */
  const called = (text: string): string => named("subject", text, named("content-type", text, text));
  const nameOf = ({ request, file_names, workflow }: Pick<Run, "request" | "file_names" | "workflow">): string =>
    subject(request, called, file_names) || named("workflow", workflow);
  return { called, nameOf };
}
