import { ref, watchEffect } from "vue";

type Theme = "auto" | "light" | "dark";
const theme = ref((localStorage.getItem("theme") as Theme | null) ?? "auto");

watchEffect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  localStorage.setItem("theme", theme.value);
});

/** Light, dark, or as the system has it. */
export function useTheme() {
  return { theme };
}
