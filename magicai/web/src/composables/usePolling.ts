import { onScopeDispose } from "vue";

/** Asks again and again while somebody looks, a while after each answer. */
export function usePolling(ask: () => Promise<void>, waitMs: () => number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = false;
  async function again(): Promise<void> {
    clearTimeout(timer);
    if (document.visibilityState === "visible") await ask();
    if (!left) timer = setTimeout(again, waitMs());
  }
  const looked = () => {
    if (document.visibilityState === "visible") void again();
  };
  document.addEventListener("visibilitychange", looked);
  onScopeDispose(() => {
    left = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", looked);
  });
  void again();
}
