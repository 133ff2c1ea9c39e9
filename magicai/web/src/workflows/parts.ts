/** The parts of a run's page: of any workflow the panels that it declares, of a few a view of their own. */
import type { Component } from "vue";
import DocumentPanel from "../components/panels/DocumentPanel.vue";
import FilesPanel from "../components/panels/FilesPanel.vue";
import TablePanel from "../components/panels/TablePanel.vue";
import { rowsOf } from "../pure/panels";
import type { Panel, Result, RunView } from "../types";
import { crawlParts } from "./crawlAnalyzeGenerate";

export interface Part {
  id: string;
  words: string;
  component: Component;
  props: Record<string, unknown>;
  /** Whether it shows by itself, once it is there. */
  opens?: boolean;
  /** What it begins with. */
  findings?: string[];
}
export type Named = (group: string, name: string, fallback?: string) => string;
type OwnView = (result: Result, view: RunView, named: Named) => Part[];

/** For what panels can't show, such as charts. */
const ownViews: Partial<Record<string, OwnView>> = { "crawl-analyze-generate": crawlParts };

export function partsOf(workflow: string, result: Result, view: RunView, named: Named): Part[] {
  return (ownViews[workflow] ?? panelParts)(result, view, named);
}

function panelParts(result: Result, view: RunView, named: Named): Part[] {
  return view.panels.map((panel, place) => {
    const title = named("panel", panel.title, panel.title);
    const first = place === 0;
    const findings = first ? view.findings : [];
    return { id: `part-${place}`, words: title, opens: first, findings, ...shownBy(panel, title, result, view) };
  });
}

function shownBy(panel: Panel, title: string, result: Result, view: RunView): Pick<Part, "component" | "props"> {
  switch (panel.kind) {
    case "document":
      return { component: DocumentPanel, props: { runId: result.run_id, title } };
    case "table":
      return { component: TablePanel, props: { rows: rowsOf(result, panel.source), columns: panel.columns, title } };
    case "files":
      return { component: FilesPanel, props: { files: view.files } };
  }
}
