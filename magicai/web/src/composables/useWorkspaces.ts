import { computed, ref } from "vue";
import { getAll, keepWorkspace, workspaceId } from "../api";
import type { Workspace } from "../types";
import { useSession } from "./useSession";
import { useWords } from "./useWords";

const workspaces = ref<Workspace[]>([]);
const current = computed(
  () => workspaces.value.find((one) => (workspaceId() ? one.workspace_id === workspaceId() : one.personal)) ?? null,
);
// Whoever is alone has no other role than an admin's.
const edits = computed(() => current.value?.role !== "viewer");
const reviews = computed(() => current.value === null || ["reviewer", "admin"].includes(current.value.role));

/** The workspaces that somebody is in, the one that this tab is in, and whether they may change or review in it. */
export function useWorkspaces() {
  const { user } = useSession();
  const { t } = useWords();
  /** What one is called everywhere: one's own is "Personal", unless it was given another name. */
  const titleOf = (one: Workspace) =>
    one.personal && one.name === user.value?.name ? t("workspace.personal") : one.name;
  async function load(): Promise<void> {
    workspaces.value = await getAll("/api/workspaces");
  }
  /** All that is shown is another one's from now on. */
  function choose(one: Pick<Workspace, "workspace_id" | "personal">): void {
    keepWorkspace(one.personal ? "" : one.workspace_id);
    location.assign("/");
  }
  return { workspaces, current, edits, reviews, titleOf, load, choose };
}
