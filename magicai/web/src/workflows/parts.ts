/** The parts of a run's view: of any workflow the panels that it declares, of a few a view of their own beside them. */
import type { Component } from "vue";
import AnswerPanel from "../components/panels/AnswerPanel.vue";
import ChartPanel from "../components/panels/ChartPanel.vue";
import DocumentPanel from "../components/panels/DocumentPanel.vue";
import FilesPanel from "../components/panels/FilesPanel.vue";
import ItemsPanel from "../components/panels/ItemsPanel.vue";
import QueuePanel from "../components/panels/QueuePanel.vue";
import TablePanel from "../components/panels/TablePanel.vue";
import TextPanel from "../components/panels/TextPanel.vue";
import { cellText, rowsOf, tabName, valueAt } from "../pure/panels";
import type { Message } from "../pure/messages";
import type { Panel, RunView } from "../types";
import type { Source } from "./source";

export interface Part {
  /** In the address. */
  id: string;
  words: string;
  component: Component;
  props: Record<string, unknown>;
  /** What it begins with. */
  findings?: string[];
  messages?: Message[];
}
export type Named = (group: string, name: string, fallback?: string) => string;
export interface Shown {
  /** What there is of the fields that its workflow declares. */
  result: Record<string, unknown>;
  view: RunView;
  source: Source;
}
/** In place of the panels of these titles: what panels can't show. */
export type OwnParts = (shown: Shown, named: Named) => Partial<Record<string, Part[]>>;

/** By the path of each workflow's file, which is named after it and exports `ownParts`. */
const files = import.meta.glob<OwnParts>(["./*.ts", "!./parts*.ts", "!./source.ts"], {
  eager: true,
  import: "ownParts",
});

function ownPartsOf(workflow: string): OwnParts | undefined {
  return files[`./${workflow.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}.ts`];
}

/** `taken`: names of tabs that are not the parts'. */
export function partsOf(workflow: string, shown: Shown, named: Named, taken: readonly string[] = []): Part[] {
  const own = ownPartsOf(workflow)?.(shown, named) ?? {};
  const parts: Part[] = [];
  shown.view.panels.forEach((panel, place) => {
    const words = named("panel", panel.title, panel.title);
    const findings = place === 0 ? shown.view.findings : [];
    const messages = place === 0 ? shown.view.finding_messages : [];
    for (const one of own[panel.title] ?? [{ words, findings, messages, ...shownBy(panel, words, shown) }]) {
      const ids = [...taken, ...parts.map(({ id }) => id)];
      parts.push({ id: tabName(panel.title, ids), ...one });
    }
  });
  return parts;
}

function shownBy(panel: Panel, title: string, { result, view, source }: Shown): Pick<Part, "component" | "props"> {
  switch (panel.kind) {
    case "document":
      return { component: DocumentPanel, props: { source, title } };
    case "table":
      return { component: TablePanel, props: { rows: rowsOf(result, panel.source), columns: panel.columns, title } };
    case "chart":
      return { component: ChartPanel, props: { rows: rowsOf(result, panel.source), panel, title } };
    case "text":
      return { component: TextPanel, props: { text: textIn(result, panel.source), format: panel.format, title } };
    case "answer":
      return {
        component: AnswerPanel,
        props: { text: textIn(result, panel.source), sources: rowsOf(result, panel.sources), title },
      };
    case "queue":
      return { component: QueuePanel, props: { runId: source.runId, panel, title } };
    case "items":
      return { component: ItemsPanel, props: { runId: source.runId, step: panel.step } };
    case "files":
      return { component: FilesPanel, props: { files: view.files, source } };
  }
}

const textIn = (result: unknown, place: string): string => cellText(valueAt(result, place));
