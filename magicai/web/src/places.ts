/** The places that the navigation and the palette lead to. */
import { OPERATORS } from "./settings";
import { subjects } from "./subjects";
import type { Place } from "./subjects/subject";

/** Who is shown what, in its order: the work, what subjects bring, then what the installation needs. */
export function placesOf(role: string | undefined): Place[] {
  const all: Place[] = [
    { to: "/", words: "nav.home", icon: "home" },
    { to: "/workflows", words: "nav.workflows", icon: "workflows" },
    { to: "/runs", words: "nav.runs", icon: "runs" },
    ...subjects.flatMap((subject) => subject.places),
    { to: "/insights", words: "nav.insights", icon: "insights", roles: ["admin"] },
    { to: "/operations", words: "nav.operations", icon: "operations", roles: OPERATORS },
    { to: "/settings", words: "nav.settings", icon: "settings" },
  ];
  return all.filter((one) => !one.roles || one.roles.includes(role ?? ""));
}
