/** What a run's events add up to: steps that fill, numbers, problems, lines. */
import type { Message } from "./messages";
import type { Problem, RunEvent, Status } from "../types";

export interface StepState {
  state: string;
  seconds: number | null;
  done: number;
  total: number | null;
  why: string;
}
export interface LogLine {
  sequence: number;
  at: string;
  kind: string;
  status: Status;
  task: string | null;
  data: Record<string, unknown>;
}
export interface RunState {
  status: Status;
  progress: number;
  remaining: number | null;
  task: string | null;
  revision: number;
  steps: Record<string, StepState>;
  numbers: Record<string, number>;
  /** What is waited for, in words and by its code; empty where nothing is. */
  pending: string;
  pendingMessage: Message | null;
  /** A text while it is written, by a model whose words nobody has checked yet. */
  text: string;
  problems: Problem[];
  lines: LogLine[];
  /** What went wrong in the present attempt and has been said: it is not said again. */
  said: string[];
}

const ENDED: Status[] = ["completed", "partial", "failed", "cancelled"];
const NUMBERS = ["products", "rate", "failed"];

export const hasEnded = (status: Status): boolean => ENDED.includes(status);
/** What a value says; nothing where it is no text. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
/** The code of what an event or a plan says; null where it has none. */
export const messageOf = (value: unknown): Message | null =>
  typeof value === "object" && value !== null && "code" in value ? (value as Message) : null;
export const sentence = (problem: Problem): string => `${problem.what} ${problem.way_out}`.trim();

export function emptyState(status: Status = "queued"): RunState {
  return {
    status,
    progress: 0,
    remaining: null,
    task: null,
    revision: 0,
    steps: {},
    numbers: {},
    pending: "",
    pendingMessage: null,
    text: "",
    problems: [],
    lines: [],
    said: [],
  };
}

const fresh = (): StepState => ({ state: "waiting", seconds: null, done: 0, total: null, why: "" });

/** Take one event in; the state is changed in place. */
export function take(state: RunState, event: RunEvent): void {
  const { data, current_task: task } = event;
  state.status = event.status;
  // What was shown is not taken back, whatever an attempt that goes on begins with.
  state.progress = hasEnded(event.status) ? event.progress : Math.max(state.progress, event.progress);
  state.remaining = event.estimated_remaining;
  if (task) state.task = task;
  if (event.kind === "status") {
    if (hasEnded(event.status)) settle(state);
    else if ("attempt" in data || "resumed" in data || "restart" in data || "gave_way" in data) begin(state);
  } else if (event.kind === "plan") {
    state.revision = Number(data["revision"]);
    for (const step of data["steps"] as { name: string }[]) state.steps[step.name] ??= fresh();
  } else if (event.kind === "step" && task) {
    state.pending = state.text = "";
    const step = (state.steps[task] ??= fresh());
    step.state = String(data["state"]);
    step.seconds = typeof data["duration_s"] === "number" ? data["duration_s"] : null;
    step.why = typeof data["why"] === "string" ? data["why"] : "";
  } else if (event.kind === "progress" && task) {
    const step = (state.steps[task] ??= fresh());
    step.state = "started";
    step.done = Number(data["done"]);
    step.total = typeof data["total"] === "number" && data["total"] > 0 ? data["total"] : null;
    note(state, data);
  } else if (event.kind === "text") {
    state.text = (data["begins"] ? "" : state.text) + textOf(data["text"]);
  } else if (event.kind === "problem" || event.kind === "failure") {
    const problem = data["problem"] as Problem;
    if (!state.problems.some((one) => one.what === problem.what)) state.problems.push(problem);
  }
  if (!["progress", "text"].includes(event.kind)) tell(state, event);
}

/** Nothing of a run that has ended goes on, or waits. */
function settle(state: RunState): void {
  for (const step of Object.values(state.steps)) {
    if (step.state === "waiting") step.state = "not_begun";
    if (step.state === "started") step.state = "cut";
  }
}

/** An attempt that goes on takes up what was not done; what it says anew is heard anew. */
function begin(state: RunState): void {
  for (const step of Object.values(state.steps)) {
    if (!["done", "kept", "left_out"].includes(step.state)) Object.assign(step, fresh());
  }
  state.said = [];
  state.pending = state.text = "";
  delete state.numbers["failed"];
}

/** A line of the log, but for what another one has said already. */
function tell(state: RunState, event: RunEvent): void {
  const { sequence, at, kind, status, current_task: task } = event;
  let data = event.data;
  const problem = data["problem"] as Problem | undefined;
  const why = problem ? sentence(problem) : kind === "step" ? textOf(data["why"]) : "";
  if (why) {
    if (state.said.includes(why)) {
      if (problem) return;
      data = { ...data, why: "", message: null };
    } else state.said.push(why);
  }
  state.lines.push({ sequence, at, kind, status, task, data });
}

function note(state: RunState, data: Record<string, unknown>): void {
  const unit = textOf(data["unit"]);
  if (unit) state.numbers[unit] = Math.max(state.numbers[unit] ?? 0, Number(data["done"]));
  const extra = (data["extra"] ?? {}) as Record<string, unknown>;
  state.pending = textOf(extra["waiting"]);
  state.pendingMessage = (extra["waiting_message"] as Message | null | undefined) ?? null;
  for (const name of NUMBERS) {
    const value = extra[name];
    // A later reading begins at nothing; what was found stays found.
    if (typeof value === "number")
      state.numbers[name] = name === "rate" ? value : Math.max(state.numbers[name] ?? 0, value);
  }
}
