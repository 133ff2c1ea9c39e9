import { computed, reactive, ref, shallowRef, watch } from "vue";
import { get, getAll, post } from "../api";
import { emptyState, hasEnded, take } from "../pure/runState";
import type { Made, Plan, Result, Run, RunEvent, RunView } from "../types";
import { useEvents } from "./useEvents";

// Of many items only the latest are shown.
const DECISIONS = 200;

/** One run: its row, its plan, what happens to it, and its result once it has ended. */
export function useRun(runId: string) {
  const run = shallowRef<Run | null>(null);
  const plan = shallowRef<Plan | null>(null);
  const made = shallowRef<Made[]>([]);
  const result = shallowRef<Result | null>(null);
  const view = shallowRef<RunView | null>(null);
  const error = ref<unknown>(null);
  const asking = ref(false);
  const state = reactive(emptyState());
  const ended = computed(() => hasEnded(state.status));

  async function trying(what: () => Promise<void>): Promise<void> {
    try {
      error.value = null;
      await what();
    } catch (caught) {
      error.value = caught;
    }
  }
  const lookAgain = () =>
    trying(async () => {
      run.value = await get("/api/runs/{run_id}", { path: { run_id: runId } });
      if (!state.lines.length || run.value.status === "queued" || hasEnded(run.value.status))
        state.status = run.value.status;
    });
  const lookAtPlan = () =>
    trying(async () => {
      const [plans, decisions] = await Promise.all([
        getAll("/api/runs/{run_id}/plans", { path: { run_id: runId } }),
        get("/api/decisions", { query: { run_id: runId, limit: DECISIONS } }),
      ]);
      [plan.value, made.value] = [plans.at(-1) ?? null, decisions.items];
    });
  const lookAtResult = () =>
    trying(async () => {
      const [found, shown] = await Promise.all([
        get("/api/runs/{run_id}/result", { path: { run_id: runId } }),
        get("/api/runs/{run_id}/view", { path: { run_id: runId } }),
      ]);
      [result.value, view.value] = [found, shown];
    });
  const change = (what: "cancel" | "resume") =>
    trying(async () => {
      asking.value = true;
      try {
        await post(`/api/runs/{run_id}/${what}`, { path: { run_id: runId } });
      } finally {
        asking.value = false;
      }
      if (what === "resume") {
        result.value = view.value = null;
        state.problems = [];
        state.status = "queued";
        events.reopen();
      }
      await lookAgain();
    });

  const events = useEvents(runId, (event: RunEvent) => take(state, event));
  void lookAgain();
  watch(() => state.revision, lookAtPlan);
  // What was asked while the line was lost is asked again once it is back.
  watch(events.line, (now, before) => {
    if (now === "open" && before === "lost" && error.value) void Promise.all([lookAgain(), lookAtPlan()]);
  });
  watch(ended, (now) => now && void Promise.all([lookAgain(), lookAtResult(), lookAtPlan()]), {
    immediate: true,
  });
  return {
    run,
    plan,
    made,
    result,
    view,
    state,
    ended,
    error,
    asking,
    line: events.line,
    change,
    lookAgain,
    lookAtPlan,
  };
}
