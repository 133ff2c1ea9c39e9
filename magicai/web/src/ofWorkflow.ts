/** What is asked of a workflow whose name and parameters are known only when the page runs: its own schema checks them. */
import { get, post } from "./api";
import type { ScheduleTiming } from "./types";

type Parameters = Record<string, unknown>;
// Every workflow answers alike.
const started = (workflow: string) => `/api/workflows/${workflow}` as "/api/workflows/magicai";

export const showWorkflow = (workflow: string) => get(started(workflow));
export const startRun = (workflow: string, parameters: Parameters, once?: string) =>
  post(started(workflow), { body: parameters as never, once });
export const planRun = (workflow: string, parameters: Parameters) =>
  post(`/api/plans/${workflow}` as "/api/plans/magicai", { body: parameters as never });
export const previewFile = (workflow: string, parameters: Parameters, propose: boolean) =>
  post(`/api/previews/${workflow}` as "/api/previews/product-list", { query: { propose }, body: parameters });
export const addSchedule = (workflow: string, parameters: Parameters, timing: ScheduleTiming) =>
  post(`/api/schedules/${workflow}` as "/api/schedules/generate-content", {
    query: { ...timing },
    body: parameters as never,
  });
