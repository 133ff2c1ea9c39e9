import { ref } from "vue";
import { isSameQuery, textQuery, type Query, type SavedFilter } from "../pure/lists";

function kept(key: string): SavedFilter[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? (found as SavedFilter[]) : [];
  } catch {
    return [];
  }
}

/** Filters of a list that this browser keeps under a key; each is an address of the list. */
export function useSavedFilters(key: string) {
  const saved = ref(kept(key));
  function keep(now: SavedFilter[]): void {
    saved.value = now;
    localStorage.setItem(key, JSON.stringify(now));
  }
  return {
    saved,
    save: (words: string, query: Query) => keep([...saved.value, { words, query: textQuery(query) }]),
    forget: (query: Query) => keep(saved.value.filter((one) => !isSameQuery(one.query, query))),
  };
}
