/** Which models may write here. */

import { get } from "./api";

const COMPOSER = "composer";
interface Models {
  models: { name: string; ready: boolean }[];
  roles: { role: string; model: string; ready: boolean }[];
}

/** Names of the models that are ready: the one of the role `writer` first, then those that requests may name. */
export async function writers(): Promise<string[]> {
  const { models, roles } = await get("/api/models").catch((): Models => ({ models: [], roles: [] }));
  const chosen = roles.filter((one) => one.role === "writer").map((one) => ({ name: one.model, ready: one.ready }));
  const ready = [...chosen, ...models].filter((one) => one.ready && one.name && one.name !== COMPOSER);
  return [...new Set(ready.map((one) => one.name))];
}
