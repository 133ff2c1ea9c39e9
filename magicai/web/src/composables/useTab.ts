import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

/** The tab that the address names; the first where it names none of them. */
export function useTab(tabs: () => readonly string[]): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => tabs().find((one) => one === route.params["tab"]) ?? tabs()[0] ?? "",
    set: (tab) => {
      const params = { ...route.params, tab: tab === tabs()[0] ? "" : tab };
      void router.push({ name: route.name ?? undefined, params });
    },
  });
}
