/** What a run of review-and-publish shows in its own way: what was found and not checked, with the way to its review. */
import SubmissionPanel from "../subjects/publishing/SubmissionPanel.vue";
import type { SubmissionResult } from "../subjects/publishing/types";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result: shown, view, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Findings");
  const result = shown as Partial<SubmissionResult>;
  const props = {
    findings: result.findings ?? [],
    missing: result.not_checked ?? [],
    id: source.runId && (result.content_id || source.runId),
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
