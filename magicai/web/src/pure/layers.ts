/** Steps of a plan in columns: each stands after everything that it waits for. */
import type { PlannedStep } from "../types";

export function layers(steps: readonly PlannedStep[]): PlannedStep[][] {
  const depths = new Map<string, number>();
  const depth = (step: PlannedStep, above: readonly string[]): number => {
    const known = depths.get(step.name);
    if (known !== undefined) return known;
    if (above.includes(step.name)) return 0;
    const before = steps.filter((one) => one.name !== step.name && step.needs.includes(one.gives));
    const found = before.length ? 1 + Math.max(...before.map((one) => depth(one, [...above, step.name]))) : 0;
    depths.set(step.name, found);
    return found;
  };
  const columns: PlannedStep[][] = [];
  for (const step of steps) (columns[depth(step, [])] ??= []).push(step);
  return columns.filter(Boolean);
}
