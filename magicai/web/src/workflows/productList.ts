/** What a run of product-list shows in its own way: its files, with the way to the products themselves. */
import ImportedPanel from "../subjects/catalogue/ImportedPanel.vue";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ view, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const title = named("panel", "Files");
  return { Files: [{ id: "files", words: title, component: ImportedPanel, props: { files: view.files, source } }] };
}
