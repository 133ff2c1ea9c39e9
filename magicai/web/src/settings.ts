/** The sections of the settings, as their own navigation and the palette list them. */
import type { Key } from "./messages/en";

export const OPERATORS = ["operator", "admin"];
const SECTIONS = [
  { id: "account", words: "nav.account" },
  { id: "users", words: "users.title", roles: ["admin"] },
  { id: "keys", words: "keys.title" },
  { id: "budget", words: "settings.budget" },
  { id: "costs", words: "costs.title" },
  { id: "notifications", words: "settings.notifications" },
  { id: "models", words: "settings.models", roles: OPERATORS },
  { id: "stores", words: "settings.stores", roles: OPERATORS },
  { id: "webhooks", words: "settings.webhooks" },
] as const satisfies { id: string; words: Key; roles?: readonly string[] }[];

/** Which sections somebody of a role has. */
export function sectionsOf(role: string | undefined): { id: string; words: Key; to: string }[] {
  return SECTIONS.filter((one) => !("roles" in one) || one.roles.some((its) => its === role)).map(({ id, words }) => ({
    id,
    words,
    to: id === "account" ? "/settings" : `/settings/${id}`,
  }));
}
