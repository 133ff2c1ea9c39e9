/** What a run of generate-content shows in its own way: its texts, each with the way to its editor. */
import WrittenPanel from "../subjects/content/WrittenPanel.vue";
import type { WrittenResult } from "../subjects/content/types";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Written");
  const props = { texts: (result as Partial<WrittenResult>).texts ?? [], own: source.runId !== "", title };
  return { Written: [{ id: "written", words: title, component: WrittenPanel, props }] };
}
