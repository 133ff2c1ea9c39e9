import { reactive } from "vue";
import { get } from "../api";
import { hasEnded } from "../pure/runState";
import type { Status } from "../types";

/** Runs whose end the browser is to tell of, by id: what they are called. Kept, so that a reload forgets none. */
const KEPT = "notices";
const EVERY_MS = 5000;
const wanted = reactive(new Map<string, string>(read()));
let timer: ReturnType<typeof setTimeout> | undefined;

function read(): [string, string][] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as [string, string][];
  } catch {
    return [];
  }
}
const keep = () => localStorage.setItem(KEPT, JSON.stringify([...wanted]));

function tell(runId: string, title: string, status: string): void {
  const notice = new Notification(title, { body: status, tag: runId });
  notice.onclick = () => {
    window.focus();
    location.assign(`/runs/${runId}`);
    notice.close();
  };
}

async function look(words: (status: Status) => string): Promise<void> {
  for (const [runId, title] of [...wanted]) {
    // What can't be asked just now is asked again.
    const run = await get("/api/runs/{run_id}", { path: { run_id: runId } }).catch(() => null);
    if (!run || !hasEnded(run.status)) continue;
    wanted.delete(runId);
    keep();
    tell(runId, title, words(run.status));
  }
}

/** Browser notifications about the ends of runs, for as long as a tab of the page is open. */
export function useNotices(words: (status: Status) => string) {
  function watch(): void {
    clearTimeout(timer);
    if (wanted.size) timer = setTimeout(() => void look(words).then(watch), EVERY_MS);
  }
  /** Asks the browser for leave; answers whether it was given. */
  async function notify(runId: string, title: string): Promise<boolean> {
    if (!("Notification" in window) || (await Notification.requestPermission()) !== "granted") return false;
    wanted.set(runId, title);
    keep();
    watch();
    return true;
  }
  function forget(runId: string): void {
    wanted.delete(runId);
    keep();
  }
  watch();
  return { wanted, notify, forget };
}
