/** What a run's events add up to: steps that fill, numbers, problems, lines. */
import type { Problem, RunEvent, Status } from "../types";

export interface StepState { state: string; seconds: number | null; done: number; total: number | null; why: string }
export interface LogLine { sequence: number; at: number; kind: string; task: string | null; data: Record<string, unknown> }
export interface RunState {
  status: Status; progress: number; remaining: number | null; task: string | null; revision: number;
  steps: Record<string, StepState>; numbers: Record<string, number>; problems: Problem[]; lines: LogLine[];
}

const ENDED: Status[] = ["completed", "partial", "failed", "cancelled"];
const NUMBERS = ["products", "rate"];

export const hasEnded = (status: Status): boolean => ENDED.includes(status);

export function emptyState(status: Status = "queued"): RunState {
  return { status, progress: 0, remaining: null, task: null, revision: 0, steps: {}, numbers: {}, problems: [], lines: [] };
}

const fresh = (): StepState => ({ state: "waiting", seconds: null, done: 0, total: null, why: "" });

/** Take one event in; the state is changed in place. */
export function take(state: RunState, event: RunEvent): void {
  const { data, current_task: task } = event;
  state.status = event.status;
  // A plan that grows makes the share smaller; what was shown is not taken back.
  state.progress = hasEnded(event.status) ? event.progress : Math.max(state.progress, event.progress);
  state.remaining = event.estimated_remaining;
  if (task) state.task = task;
  if (event.kind === "plan") {
    state.revision = Number(data["revision"]);
    for (const step of data["steps"] as { name: string }[]) state.steps[step.name] ??= fresh();
  } else if (event.kind === "step" && task) {
    const step = (state.steps[task] ??= fresh());
    step.state = String(data["state"]);
    step.seconds = typeof data["seconds"] === "number" ? data["seconds"] : null;
    step.why = typeof data["why"] === "string" ? data["why"] : "";
  } else if (event.kind === "progress" && task) {
    const step = (state.steps[task] ??= fresh());
    step.state = "started";
    step.done = Number(data["done"]);
    step.total = typeof data["total"] === "number" && data["total"] > 0 ? data["total"] : null;
    note(state, data);
  } else if (event.kind === "problem" || event.kind === "failure") {
    const problem = data["problem"] as Problem;
    if (!state.problems.some((one) => one.what === problem.what)) state.problems.push(problem);
  }
  if (event.kind !== "progress") {
    state.lines.push({ sequence: event.sequence, at: event.at, kind: event.kind, task, data });
  }
}

function note(state: RunState, data: Record<string, unknown>): void {
  if (data["unit"] === "pages") state.numbers["pages"] = Math.max(state.numbers["pages"] ?? 0, Number(data["done"]));
  const extra = (data["extra"] ?? {}) as Record<string, unknown>;
  for (const name of NUMBERS) {
    const value = extra[name];
    // A later reading begins at nothing; what was found stays found.
    if (typeof value === "number") state.numbers[name] = name === "rate" ? value : Math.max(state.numbers[name] ?? 0, value);
  }
}
