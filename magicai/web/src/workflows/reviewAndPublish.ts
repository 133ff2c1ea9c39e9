/** What a run of review-and-publish shows in its own way: what was found and not checked, with the way to its review. */
import SubmissionPanel from "../subjects/publishing/SubmissionPanel.vue";
import { cellText, rowsOf, valueAt } from "../pure/panels";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result, view, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Findings");
  const props = {
    findings: rowsOf(result, "findings"),
    missing: rowsOf(result, "not_checked"),
    id: source.runId && (cellText(valueAt(result, "content_id")) || source.runId),
  };
  const part = {
    id: "findings",
    words: title,
    findings: view.findings,
    messages: view.finding_messages,
    component: SubmissionPanel,
    props,
  };
  return { Findings: [part], "Not checked": [] };
}
