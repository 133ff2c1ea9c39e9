/** What a run of search-and-answer shows in its own way: its answer, with what its asker says of it. */
import AnswerView from "../subjects/knowledge/AnswerView.vue";
import type { Answer } from "../subjects/knowledge/types";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Answer");
  const props = { result: result as Partial<Answer>, own: source.runId !== "", continues: source.runId, title };
  return { Answer: [{ id: "answer", words: title, component: AnswerView, props }] };
}
