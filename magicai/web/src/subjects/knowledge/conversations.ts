import { textOf } from "../../pure/runState";

interface Asked {
  run_id: string;
  request: Record<string, unknown>;
}
export interface Conversation {
  id: string;
  turns: { runId: string; question: string }[];
}

/** The conversations that questions, newest first, were asked in, the latest first; each with its questions in order. */
export function conversationsOf(runs: Asked[]): Conversation[] {
  const found = new Map<string, Conversation>();
  for (const { run_id: runId, request } of runs) {
    // What was asked outside of a conversation stands by itself; a follow-up of it begins one.
    const id = textOf(request["conversation_id"]) || runId;
    const one = found.get(id) ?? { id, turns: [] };
    one.turns.unshift({ runId, question: textOf(request["query"]) });
    found.set(id, one);
  }
  return [...found.values()];
}
