import { expect, it } from "vitest";

const sources = import.meta.glob<string>("./**/*.{ts,vue}", { query: "?raw", import: "default", eager: true });
const FROM = /(?:\bfrom|\bimport\(|\bimport)\s*"(\.[^"]*)"/g;
const GLOB = /import\.meta\.glob[^(]*\(\s*"(\.[^"*]*)\*\/([^"*]+)"/g;

/** The file that a relative import names, or undefined where it is none of the page's sources. */
function fileOf(importer: string, named: string): string | undefined {
  const path = new URL(named, `file:///${importer}`).pathname.replace(/\/$/, "");
  return ["", ".ts", ".vue", "/index.ts"].map((end) => `.${path}${end}`).find((file) => file in sources);
}

function importsOf(file: string): string[] {
  const source = sources[file] ?? "";
  const named = [...source.matchAll(FROM)].map((match) => fileOf(file, match[1] ?? ""));
  const globbed = [...source.matchAll(GLOB)].flatMap(([, start, end]) => {
    const folder = new URL(start ?? "", `file:///${file}`).pathname;
    return Object.keys(sources).filter((one) => {
      const rest = one.startsWith(`.${folder}`) ? one.slice(folder.length + 1).split("/") : [];
      return rest.length === 2 && rest[1] === end;
    });
  });
  return [...named.filter((one) => one !== undefined), ...globbed];
}

const imports = new Map(Object.keys(sources).map((file) => [file, importsOf(file)]));

function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  return (imports.get(from) ?? []).some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(next, to, seen);
  });
}

it("has no import circles, but for fields that hold fields", () => {
  expect(imports.get("./places.ts")).toContain("./subjects/index.ts");
  expect(imports.get("./subjects/index.ts")).toContain("./subjects/shops/subject.ts");
  expect([...imports.keys()].filter((file) => reaches(file, file)).sort()).toEqual([
    "./components/SchemaField.vue",
    "./components/form/ObjectsField.vue",
  ]);
});
