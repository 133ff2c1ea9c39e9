import { expect, test } from "vitest";
import { conversationsOf } from "./conversations";

test("questions of a conversation stand together in the order they were asked, the latest conversation first", () => {
  const asked = (run_id: string, query: string, conversation_id?: string) => ({
    run_id,
    request: { query, conversation_id },
  });
  const found = conversationsOf([asked("4", "And lids?", "a"), asked("3", "Alone?"), asked("1", "Warranty?", "a")]);
  expect(found.map((one) => [one.id, one.turns.map((turn) => turn.question)])).toEqual([
    ["a", ["Warranty?", "And lids?"]],
    ["3", ["Alone?"]],
  ]);
});
