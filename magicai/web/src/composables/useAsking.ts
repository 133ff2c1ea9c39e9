import { ref } from "vue";

/** One question at a time, and what went wrong with the last. */
export function useAsking() {
  const busy = ref(false);
  const error = ref<unknown>(null);
  async function asking(what: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await what();
    } catch (caught) {
      error.value = caught;
    } finally {
      busy.value = false;
    }
  }
  return { busy, error, asking };
}
