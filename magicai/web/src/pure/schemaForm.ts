/** A workflow's JSON Schema as fields of a form, and the form's values as its parameters. */
import type { Schema, SchemaProperty } from "../types";

export type Kind =
  "switch" | "number" | "text" | "long" | "lines" | "choice" | "secret" | "map" | "json" | "file" | "files" | "object";
/** Text as it was typed, a switch, files that were chosen, or an object's own values. */
export type Value = string | number | boolean | File[] | Values;
export interface Values {
  [name: string]: Value;
}
export interface Field {
  name: string;
  /** Its name with those of the objects that hold it, joined by dots. */
  path: string;
  kind: Kind;
  title: string;
  description: string;
  required: boolean;
  options: string[];
  example: string;
  /** What names of files may end in. */
  accept: string;
  /** Bytes that a file may have. */
  most: number;
  minimum?: number;
  maximum?: number;
  step: number | "any";
  initial: Value;
  /** Of an object. */
  fields: Field[];
}

/** A value that can't be a parameter. */
export class Unfit extends Error {
  constructor(
    readonly where: string,
    what: string,
  ) {
    super(what);
  }
}

type Defs = Record<string, SchemaProperty>;
const SAYS_MORE = ["array", "object"];

/** What is said of a field's value: of several types, the one that says more than that it is text. */
function valueOf(property: SchemaProperty, defs: Defs): SchemaProperty {
  const { anyOf, allOf, $ref, ...own } = property;
  const options = (anyOf ?? allOf ?? []).filter((one) => one.type !== "null").map((one) => valueOf(one, defs));
  const best = options.find((one) => SAYS_MORE.includes(one.type ?? "")) ?? options[0];
  const named = $ref ? defs[$ref.split("/").at(-1) ?? ""] : undefined;
  return { ...(named && valueOf(named, defs)), ...best, ...own };
}

function kindOf(value: SchemaProperty, defs: Defs): Kind {
  if (value.enum) return "choice";
  if (value.type === "boolean") return "switch";
  if (value.type === "integer" || value.type === "number") return "number";
  if (value.type === "array") {
    const item = valueOf(value.items ?? {}, defs);
    if (item.format === "file") return "files";
    return item.type === "string" && !item.writeOnly ? "lines" : "json";
  }
  if (value.properties) return "object";
  if (value.type === "object") {
    const held = typeof value.additionalProperties === "object" ? value.additionalProperties : {};
    return valueOf(held, defs).type === "string" ? "map" : "json";
  }
  if (value.format === "file") return "file";
  if (value.writeOnly) return "secret";
  return value.contentMediaType === "text/plain" ? "long" : "text";
}

function initialOf(kind: Kind, given: unknown, fields: readonly Field[]): Value {
  if (kind === "object") return initialValues(fields);
  if (kind === "file" || kind === "files") return [];
  if (kind === "switch") return given === true;
  return textOf(given);
}

const textOf = (given: unknown): string =>
  typeof given === "string" || typeof given === "number" ? String(given) : "";

export function fieldsOf(schema: Schema, defs: Defs = schema.$defs ?? {}, inside = "", depth = 0): Field[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const value = valueOf(property, defs);
    const path = inside + name;
    // A model may hold itself: what lies deeper is written as JSON.
    const kind = kindOf(value, defs) === "object" && depth > 3 ? "json" : kindOf(value, defs);
    const nested = kind === "object" ? { properties: value.properties ?? {}, required: value.required } : null;
    const fields = nested ? fieldsOf(nested, defs, `${path}.`, depth + 1) : [];
    const item = kind === "files" ? valueOf(value.items ?? {}, defs) : value;
    return {
      name,
      path,
      kind,
      title: property.title ?? value.title ?? name,
      description: property.description ?? value.description ?? "",
      required: schema.required?.includes(name) ?? false,
      options: value.enum ?? [],
      example: textOf(property.examples?.[0]),
      accept: (item.suffixes ?? []).join(","),
      most: item.maxBytes ?? Infinity,
      minimum: value.minimum,
      maximum: value.maximum,
      step: value.type === "number" ? "any" : 1,
      initial: initialOf(kind, value.default, fields),
      fields,
    };
  });
}

export function initialValues(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** Files stay as they were chosen; what was left empty is left out, and an object of which nothing was filled in.

Throws an `Unfit` that names the field. */
export function parametersOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const field of fields) {
    const value = parameterOf(field, values[field.name] ?? field.initial);
    if (value !== undefined) given[field.name] = value;
  }
  return given;
}

function parameterOf(field: Field, value: Value): unknown {
  if (field.kind === "switch") return value === true;
  if (field.kind === "object") {
    const inner = value as Values;
    return field.required || touched(field.fields, inner) ? parametersOf(field.fields, inner) : undefined;
  }
  if (field.kind === "file" || field.kind === "files") return filesOf(field, value as File[]);
  const typed = textOf(value);
  const text = field.kind === "secret" || field.kind === "long" ? typed : typed.trim();
  if (!text.trim()) return undefined;
  switch (field.kind) {
    case "lines":
      return linesOf(text, field.example.includes("://") ? /\s+/ : /\n/);
    case "map":
      return Object.fromEntries(linesOf(text, /\n/).map((line) => pairOf(field, line)));
    case "json":
      return jsonOf(field, text);
    case "number":
      return Number(text);
    default:
      return text;
  }
}

const linesOf = (text: string, end: RegExp): string[] =>
  text
    .split(end)
    .map((line) => line.trim())
    .filter(Boolean);

/** What is too large is not sent: whoever refuses it halfway can't say why. */
function filesOf(field: Field, files: readonly File[]): unknown {
  const large = files.find((file) => file.size > field.most);
  if (large) throw new Unfit(field.path, `${large.name} is larger than ${field.most / 1e6} MB.`);
  if (field.kind === "file") return files[0];
  return files.length ? files : undefined;
}

function pairOf(field: Field, line: string): [string, string] {
  const at = line.indexOf("=");
  if (at < 1) throw new Unfit(field.path, `${line} is no NAME=VALUE.`);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

function jsonOf(field: Field, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit(field.path, "This is no JSON.");
  }
}

function touched(fields: readonly Field[], values: Values): boolean {
  return fields.some((field) => {
    const value = values[field.name] ?? field.initial;
    if (field.kind === "object") return touched(field.fields, value as Values);
    if (Array.isArray(value)) return value.length > 0;
    return field.kind === "switch" ? value !== field.initial : textOf(value) !== field.initial;
  });
}

/** Parameters with the id of each file in its place. */
export async function handedIn(value: unknown, upload: (file: File) => Promise<string>): Promise<unknown> {
  if (value instanceof File) return upload(value);
  if (Array.isArray(value)) return Promise.all(value.map((one) => handedIn(one, upload)));
  if (value === null || typeof value !== "object") return value;
  const parts = Object.entries(value).map(async ([name, one]) => [name, await handedIn(one, upload)] as const);
  return Object.fromEntries(await Promise.all(parts));
}
