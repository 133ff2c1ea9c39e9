/** Whether the browser has a network. */
import { onMounted, onUnmounted, ref } from "vue";

export function useOnline() {
  const online = ref(navigator.onLine);
  const look = () => (online.value = navigator.onLine);
  onMounted(() => {
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
  });
  onUnmounted(() => {
    window.removeEventListener("online", look);
    window.removeEventListener("offline", look);
  });
  return online;
}
