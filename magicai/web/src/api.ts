/** Asks the gateway. Every request brings the page's secret; every refusal is a `Refusal`. */

import type { Message } from "./pure/messages";
import {
  addressOf,
  type AnswerOf,
  type ArgumentsOf,
  type ItemOf,
  type ListPath,
  type Method,
  type OperationOf,
  type PathOf,
  type Request,
} from "./requests";
import type { Page, Schemas } from "./types";

interface ProblemJson {
  title?: string;
  detail?: string;
  way_out?: string;
  message?: Message | null;
  way?: Message | null;
  errors?: Schemas["Fault"][];
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly wayOut: string,
    readonly errors: Schemas["Fault"][] = [],
    readonly told: Message | null = null,
    readonly way: Message | null = null,
  ) {
    super(detail);
  }
}

const SECRET = "page-secret";
let onUnknown: () => void = () => undefined;

/** What proves the login beside the cookie; the browser keeps it to this origin, for all of its tabs. */
export const pageSecret = (): string => localStorage.getItem(SECRET) ?? "";
export function keepSecret(secret: string): void {
  localStorage.setItem(SECRET, secret);
}

const WORKSPACE = "workspace";
/** The workspace that this tab is in, which a new tab begins in; "" in one's own. */
export const workspaceId = (): string => sessionStorage.getItem(WORKSPACE) ?? localStorage.getItem(WORKSPACE) ?? "";
export function keepWorkspace(id: string): void {
  sessionStorage.setItem(WORKSPACE, id);
  localStorage.setItem(WORKSPACE, id);
}
/** What says who asks, and in which workspace. */
function proof(): Record<string, string> {
  return {
    ...(pageSecret() && { "X-Page-Secret": pageSecret() }),
    ...(workspaceId() && { "X-Workspace": workspaceId() }),
  };
}

/** Calls back where the login has ended. */
export function whenUnknown(callback: () => void): void {
  onUnknown = callback;
}

async function ask(method: Method, path: string, asked: Request = {}): Promise<unknown> {
  const { body, once } = asked;
  const headers = proof();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = once;
  let answer: Response;
  try {
    answer = await fetch(addressOf(path, asked), {
      method: method.toUpperCase(),
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(0, "", "", "");
  }
  if (answer.ok) return answer.status === 204 ? undefined : await answer.json();
  const told = (await answer.json().catch(() => ({}))) as ProblemJson;
  if (answer.status === 401 && !path.startsWith("/api/session")) onUnknown();
  if (told.message?.code === "workspace_not_found") leaveWorkspace();
  throw refusalOf(answer.status, answer.statusText, told);
}

/** One is not in it any more: the page begins anew in one's own. */
function leaveWorkspace(): void {
  if (!workspaceId()) return;
  keepWorkspace("");
  location.assign("/");
}

const refusalOf = (status: number, words: string, told: ProblemJson) =>
  new Refusal(
    status,
    told.title ?? words,
    told.detail ?? "",
    told.way_out ?? "",
    told.errors ?? [],
    told.message,
    told.way,
  );

/** Asks one method of a path as the API's description has it. */
const asks =
  <M extends Method>(method: M) =>
  <P extends PathOf<M>>(path: P, ...asked: ArgumentsOf<OperationOf<P, M>>): Promise<AnswerOf<OperationOf<P, M>>> =>
    ask(method, path, (asked as [Request?])[0]) as Promise<AnswerOf<OperationOf<P, M>>>;
export const get = asks("get");
export const post = asks("post");
export const put = asks("put");
export const patch = asks("patch");
export const del = asks("delete");

/** All of a list, by as many pages as it takes. */
export async function getAll<P extends ListPath>(
  path: P,
  ...[asked]: ArgumentsOf<OperationOf<P, "get">>
): Promise<ItemOf<P>[]> {
  const found: ItemOf<P>[] = [];
  const { query, ...rest }: Request = asked ?? {};
  for (let cursor: string | null = ""; cursor !== null;) {
    const page = (await ask("get", path, { ...rest, query: { ...query, limit: 200, cursor } })) as Page<ItemOf<P>>;
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}

/** A picture that only its owner may see, as the address of a copy; whoever asks lets go of it. */
export async function picture(path: string): Promise<string> {
  const answer = await fetch(path, { headers: proof() });
  if (!answer.ok) throw refusalOf(answer.status, answer.statusText, {});
  return URL.createObjectURL(await answer.blob());
}

/** A file that is made of what is asked, saved by the browser. */
export async function saveFile(path: string, body: unknown): Promise<void> {
  const headers = { ...proof(), "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw refusalOf(answer.status, answer.statusText, (await answer.json()) as ProblemJson);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The same address for a frame or a link that saves, which bring no secret; it works once, and soon. */
export async function opened(path: string): Promise<string> {
  const { ticket } = await post("/api/tickets", { query: { path } });
  return `${path}?ticket=${ticket}`;
}

const DEVICE = "device";
/** What says to a later login that somebody has logged in from here before. */
export const knownDevice = (): string | null => localStorage.getItem(DEVICE);
export function keepDevice(device: string): void {
  localStorage.setItem(DEVICE, device);
}

const uploads = new WeakMap<File, Promise<string>>();
/** Hands a file in, once; answers its id. */
export function upload(file: File, onSent?: (share: number) => void): Promise<string> {
  const known = uploads.get(file);
  if (known) return known;
  const made = sendFile(file, onSent);
  uploads.set(file, made);
  made.catch(() => uploads.delete(file));
  return made;
}

/** By the older way: `fetch` does not say how much of a body it has sent. */
function sendFile(file: File, onSent: (share: number) => void = () => undefined): Promise<string> {
  const asked = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    asked.open("POST", `/api/files?name=${encodeURIComponent(file.name)}`);
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(proof())) asked.setRequestHeader(name, value);
    asked.upload.onprogress = ({ loaded, total }) => onSent(total ? Math.min(loaded / total, 0.99) : 0);
    asked.onerror = asked.onabort = () => reject(new Refusal(0, "", "", ""));
    asked.onload = () => {
      const told = json<ProblemJson & { file_id?: string }>(asked.responseText);
      if (asked.status < 300 && told.file_id) resolve(told.file_id);
      else {
        if (asked.status === 401) onUnknown();
        reject(refusalOf(asked.status, asked.statusText, told));
      }
    };
    asked.send(file);
  });
}

function json<T>(text: string): Partial<T> {
  try {
    return JSON.parse(text) as T;
  } catch {
    return {};
  }
}

/** A value that names one thing to be made, so that a second click makes no second one. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
