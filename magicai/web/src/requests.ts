/** What may be asked of the API, and what it answers, from its description: a wrong path or shape is no program. */

import type { paths } from "./api-types";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that a method is for. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

export type OperationOf<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : undefined;
/** The body of an answer; nothing with status 204. */
export type AnswerOf<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;

type Listing = {
  get: { responses: { 200: { content: { "application/json": { items: unknown[]; next_cursor: unknown } } } } };
};
/** The paths of lists that come page by page, and what is in one. */
export type ListPath = { [P in keyof paths]: paths[P] extends Listing ? P : never }[keyof paths];
export type ItemOf<P extends ListPath> = paths[P] extends Listing
  ? paths[P]["get"]["responses"][200]["content"]["application/json"]["items"][number]
  : never;

export type Value = string | number | boolean;
type Query<Q> = { [Name in keyof Q]: Value | readonly Value[] | null };

type WithPath<O> = O extends { parameters: { path: infer P } } ? { path: Record<keyof P, Value> } : object;
type WithQuery<O> = O extends { parameters: { query: infer Q } }
  ? { query: Query<Q> }
  : O extends { parameters: { query?: infer Q } }
    ? { query?: Query<NonNullable<Q>> }
    : object;
type WithBody<O> = O extends { requestBody: { content: { "application/json": infer Body } } } ? { body: Body } : object;
type WithKey<O> = O extends { parameters: { header?: { "Idempotency-Key"?: unknown } } } ? { once?: string } : object;

/** What a request brings; `once` names one thing to be made, so that a second click makes no second one. */
export type RequestOf<O> = WithPath<O> & WithQuery<O> & WithBody<O> & WithKey<O>;
/** The same as arguments: none where nothing is needed. */
export type ArgumentsOf<O> = object extends RequestOf<O> ? [RequestOf<O>?] : [RequestOf<O>];

export interface Request {
  path?: Record<string, Value>;
  query?: Record<string, Value | readonly Value[] | null | undefined>;
  body?: unknown;
  once?: string;
}

/** The address of a path with its parameters. */
export function addressOf(path: string, { path: names = {}, query = {} }: Request): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, String(one)]),
    ),
  );
  return asked.size ? `${filled}?${asked}` : filled;
}
