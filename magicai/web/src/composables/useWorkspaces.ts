import { computed, ref } from "vue";
import { getAll, keepWorkspace, workspaceId } from "../api";
import type { Workspace } from "../types";

const workspaces = ref<Workspace[]>([]);
const current = computed(
  () => workspaces.value.find((one) => (workspaceId() ? one.workspace_id === workspaceId() : one.personal)) ?? null,
);
// Whoever is alone has no other role than an admin's.
const edits = computed(() => current.value?.role !== "viewer");

/** The workspaces that somebody is in, the one that this tab is in, and whether they may change what is in it. */
export function useWorkspaces() {
  async function load(): Promise<void> {
    workspaces.value = await getAll("/api/workspaces");
  }
  /** All that is shown is another one's from now on. */
  function choose(one: Pick<Workspace, "workspace_id" | "personal">): void {
    keepWorkspace(one.personal ? "" : one.workspace_id);
    location.assign("/");
  }
  return { workspaces, current, edits, load, choose };
}
