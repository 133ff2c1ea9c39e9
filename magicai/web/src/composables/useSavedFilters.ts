import { ref } from "vue";
import { isSameQuery, textQuery, type Query, type SavedFilter } from "../pure/lists";

const KEY = "saved-filters";

function kept(): SavedFilter[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? (found as SavedFilter[]) : [];
  } catch {
    return [];
  }
}

/** Filters of a list that this browser keeps; each is an address of the list. */
export function useSavedFilters() {
  const saved = ref(kept());
  function keep(now: SavedFilter[]): void {
    saved.value = now;
    localStorage.setItem(KEY, JSON.stringify(now));
  }
  return {
    saved,
    save: (words: string, query: Query) => keep([...saved.value, { words, query: textQuery(query) }]),
    forget: (query: Query) => keep(saved.value.filter((one) => !isSameQuery(one.query, query))),
  };
}
