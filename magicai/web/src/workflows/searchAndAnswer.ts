/** What a run of search-and-answer shows in its own way: its answer, with what its asker says of it. */
import AnswerView from "../subjects/knowledge/AnswerView.vue";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Answer");
  const props = { result, own: source.runId !== "", title };
  return { Answer: [{ id: "answer", words: title, component: AnswerView, props }] };
}
