/** Settings that can be set: those of whoever is signed in, or for all users. */
import { ref, shallowRef } from "vue";
import { get, getAll } from "../api";
import type { Setting } from "../types";
import { useAsking } from "./useAsking";
import { useSession } from "./useSession";

export function useOwnSettings() {
  const { user } = useSession();
  const { error, asking } = useAsking();
  const settings = shallowRef<Setting[]>([]);
  const hasOthers = ref(false);
  const load = (forAll: boolean) =>
    asking(async () => {
      settings.value = (await get("/api/settings", { query: { for_all: forAll } })).settings;
      if (user.value?.role === "admin") hasOthers.value = (await getAll("/api/users")).length > 1;
    });
  /** Show what a setting is now. */
  function put(changed: Setting): void {
    settings.value = settings.value.map((one) => (one.name === changed.name ? changed : one));
  }
  return { settings, hasOthers, error, load, put };
}
