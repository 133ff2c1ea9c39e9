import { onScopeDispose, readonly, ref, watchEffect } from "vue";

const own = ref("");

/** What the view that is shown calls itself; "" where its place's name is enough. */
export const ownTitle = readonly(own);

/** Names the view in the document's title for as long as it is shown. */
export function useTitle(title: () => string): void {
  let mine = "";
  watchEffect(() => {
    own.value = mine = title();
  });
  onScopeDispose(() => {
    // The next view may have named itself already.
    if (own.value === mine) own.value = "";
  });
}
