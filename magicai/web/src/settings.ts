/** The sections of the settings, as their own navigation and the palette list them. */
import type { Key } from "./messages/en";
import type { Waits } from "./subjects/subject";

export const OPERATORS = ["operator", "admin"];
const SECTIONS = [
  { id: "account", words: "nav.account" },
  { id: "members", words: "members.title", shared: true },
  { id: "audit", words: "audit.title", administers: true },
  { id: "general", words: "settings.general" },
  { id: "users", words: "users.title", roles: ["admin"] },
  { id: "keys", words: "keys.title" },
  { id: "budget", words: "settings.budget" },
  { id: "costs", words: "costs.title" },
  { id: "notifications", words: "settings.notifications" },
  { id: "mail", words: "settings.mail", roles: OPERATORS },
  { id: "sign-in", words: "settings.signIn", roles: ["admin"] },
  { id: "models", words: "settings.models" },
  { id: "crawling", words: "settings.crawling" },
  { id: "publishing", words: "settings.publishing" },
  { id: "webhooks", words: "settings.webhooks", administers: true },
  { id: "limits", words: "settings.limits", roles: ["admin"] },
] as const satisfies { id: string; words: Key; roles?: readonly string[]; shared?: boolean; administers?: boolean }[];

/** Which sections somebody has: by their role in the installation, whether they share nothing with anybody, and their role in the workspace. */
export function sectionsOf(
  role: string | undefined,
  alone: boolean,
  member: string | undefined,
): { id: string; words: Key; to: string }[] {
  return SECTIONS.filter(
    (one) =>
      (!("roles" in one) || one.roles.some((its) => its === role)) &&
      !("shared" in one && alone) &&
      !("administers" in one && !alone && member !== "admin"),
  ).map(({ id, words }) => ({ id, words, to: id === "account" ? "/settings" : `/settings/${id}` }));
}

/** Connections that were lost, each shown in its section. */
export const waits: Record<string, Waits> = {
  connections_lost: {
    words: "connections.waiting",
    show: (id) => ({ name: "settings", params: { tab: id.split(":")[0] } }),
  },
};
