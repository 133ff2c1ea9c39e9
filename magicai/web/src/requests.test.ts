import { afterEach, expect, test, vi } from "vitest";
import { get, getAll, post } from "./api";
import { addressOf } from "./requests";

const answers = (...bodies: unknown[]) => {
  const asked: string[] = [];
  vi.stubGlobal("localStorage", { getItem: () => null });
  vi.stubGlobal("sessionStorage", { getItem: () => null });
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    return Promise.resolve(new Response(JSON.stringify(bodies.shift()), { status: 200 }));
  });
  return asked;
};
afterEach(() => vi.unstubAllGlobals());

test("names in a path and values of a query arrive as they are", () => {
  expect(addressOf("/api/voices/{name}/use", { path: { name: "a/b ü" } })).toBe("/api/voices/a%2Fb%20%C3%BC/use");
  const query = {
    status: ["queued", "failed"],
    words: "a&b",
    limit: 5,
    waiting: false,
    owner: null,
    cursor: undefined,
  };
  expect(addressOf("/api/runs", { query })).toBe(
    "/api/runs?status=queued&status=failed&words=a%26b&limit=5&waiting=false",
  );
});

test("a list is read to its end", async () => {
  const asked = answers({ items: [1, 2], next_cursor: "x" }, { items: [3], next_cursor: null });
  expect(await getAll("/api/users")).toEqual([1, 2, 3]);
  expect(asked).toEqual(["/api/users?limit=200&cursor=", "/api/users?limit=200&cursor=x"]);
});

test("what the API's description does not have is no program", async () => {
  answers({}, {}, {}, {}, {});
  // @ts-expect-error there is no such path
  await get("/api/nowhere");
  // @ts-expect-error this path is not for GET
  await get("/api/runs/{run_id}/cancel", { path: { run_id: "r" } });
  // @ts-expect-error it has no such parameter
  await get("/api/runs", { query: { colour: "red" } });
  // @ts-expect-error a run has no such field
  expect((await get("/api/runs/{run_id}", { path: { run_id: "r" } })).colour).toBeUndefined();
  // @ts-expect-error its body has another field
  await post("/api/targets/{name}/check", { path: { target: "t" } });
});
