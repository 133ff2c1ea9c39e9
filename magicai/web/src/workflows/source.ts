/** Where a run's document and files come from: its owner's run, or a link that somebody shared. */
import { opened } from "../api";

export interface Source {
  /** The run, for what only its owner sees; "" of a link. */
  runId: string;
  /** The document for a frame. */
  document: string;
  /** The document in a tab of its own. */
  whole: string;
  /** An address that a frame or a link that saves can ask for by itself. */
  opened: (path: string) => Promise<string>;
}

export const ownSource = (runId: string): Source => ({
  runId,
  document: `/api/runs/${runId}/document`,
  whole: `/documents/${runId}`,
  opened,
});

export const sharedSource = (secret: string): Source => ({
  runId: "",
  document: `/api/shared/${secret}/document`,
  whole: `/api/shared/${secret}/document`,
  opened: (path) => Promise.resolve(path),
});
