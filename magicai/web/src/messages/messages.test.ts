/** The page's words: each is used, and each language has all of them. */
import { expect, test } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

const sources = import.meta.glob<string>(["../**/*.{ts,vue}", "!./*", "!../**/*.test.ts", "!../api-types.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const text = Object.values(sources).join("\n");
const found = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((one) => one[1] ?? "");
const quoted = new Set(found(/["'`]([\w.-]+)["'`]/g));
/** Groups whose words are looked up by a name that only the gateway knows: `named("status", run.status)`. */
const groups = found(/named\(\s*["']([\w.-]+)["']/g);
/** Keys that are put together: `share.${part}`. */
const forms = found(/`([a-z][\w-]*\.[\w.-]*(?:\$\{[^}]*\}[\w.-]*)+)`/g).map((form) => {
  const literals = form.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${literals.join(".+")}$`);
});
const isUsed = (key: string): boolean =>
  quoted.has(key) || groups.some((group) => key.startsWith(`${group}.`)) || forms.some((form) => form.test(key));

test("each of the page's words is used", () => {
  expect(Object.keys(en).filter((key) => !isUsed(key))).toEqual([]);
});

test("each language has the same words", () => {
  expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
});
