import { computed, ref, shallowReactive } from "vue";
import { newKey, post } from "../api";
import { startRun } from "../ofWorkflow";
import { fitFor, type Bulk } from "../pure/lists";
import type { ListedRun } from "../types";

/** Several runs of a list that something is done with, one after the other. */
export function useBulk() {
  const chosen = shallowReactive(new Map<string, ListedRun>());
  const busy = ref<Bulk | "">("");
  const error = ref<unknown>(null);
  const done = ref<{ n: number; of: number } | null>(null);
  const runs = computed(() => [...chosen.values()]);
  // A second click, after a part of them was done, starts none of them twice.
  const keys = new Map<string, string>();

  function choose(run: ListedRun, wanted: boolean): void {
    if (wanted) chosen.set(run.run_id, run);
    else chosen.delete(run.run_id);
  }
  async function act(what: Bulk, run: ListedRun): Promise<void> {
    if (what !== "again") {
      await post(`/api/runs/{run_id}/${what}`, { path: { run_id: run.run_id } });
      return;
    }
    const key = keys.get(run.run_id) ?? newKey();
    keys.set(run.run_id, key);
    await startRun(run.workflow, run.request, key);
  }
  /** Does it with all of them that it can be done with; those that are left stay chosen. */
  async function doAll(what: Bulk): Promise<void> {
    const these = fitFor(what, runs.value);
    busy.value = what;
    error.value = null;
    done.value = { n: 0, of: these.length };
    try {
      for (const run of these) {
        await act(what, run);
        chosen.delete(run.run_id);
        keys.delete(run.run_id);
        done.value = { n: done.value.n + 1, of: these.length };
      }
    } catch (caught) {
      error.value = caught;
    } finally {
      busy.value = "";
    }
  }
  function clear(): void {
    chosen.clear();
    keys.clear();
    done.value = error.value = null;
  }
  return { chosen, runs, busy, error, done, choose, doAll, clear };
}
