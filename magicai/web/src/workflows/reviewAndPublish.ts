/** What a run of review-and-publish shows in its own way: what was found, with the way to its review. */
import SubmissionPanel from "../subjects/publishing/SubmissionPanel.vue";
import { cellText, rowsOf, valueAt } from "../pure/panels";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result, view, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Findings");
  const columns = view.panels.find((one) => one.title === "Findings")?.columns ?? [];
  const props = {
    rows: rowsOf(result, "findings"),
    columns,
    title,
    id: source.runId && (cellText(valueAt(result, "content_id")) || source.runId),
  };
  return { Findings: [{ id: "findings", words: title, findings: view.findings, component: SubmissionPanel, props }] };
}
