/** A workflow's JSON Schema as fields of a form, and the form's values as its parameters. */
import type { Message } from "./messages";

/** What a form is made of: the part of JSON Schema that requests, messages and templates use. */
export interface Schema {
  properties?: Record<string, SchemaProperty>;
  required?: string[];
  $defs?: Record<string, SchemaProperty>;
}
export interface SchemaProperty {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  format?: string;
  contentMediaType?: string;
  writeOnly?: boolean;
  /** Of a file: what its name may end in. */
  suffixes?: string[];
  maxBytes?: number;
  /** Of a number: what it counts. */
  unit?: string;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: SchemaProperty;
  properties?: Record<string, SchemaProperty>;
  additionalProperties?: SchemaProperty | boolean;
  required?: string[];
  anyOf?: SchemaProperty[];
  allOf?: SchemaProperty[];
  $ref?: string;
}

export type Kind =
  | "switch"
  | "number"
  | "text"
  | "long"
  | "lines"
  | "choice"
  | "choices"
  | "date"
  | "datetime"
  | "secret"
  | "map"
  | "objects"
  | "json"
  | "file"
  | "files"
  | "object";
/** Text as it was typed, a switch, files that were chosen, an object's own values, or those of each of several. */
export type Value = string | number | boolean | File[] | Values | Values[];
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
  /** What options are called, where the page's words don't say. */
  called?: Record<string, string>;
  example: string;
  /** Values that are offered, beside any other. */
  suggestions: string[];
  /** What names of files may end in. */
  accept: string;
  /** Bytes that a file may have. */
  most: number;
  minimum?: number;
  maximum?: number;
  step: number | "any";
  /** What a number counts. */
  unit: string;
  /** Characters. */
  longest: number;
  pattern?: string;
  initial: Value;
  /** Of an object, or of each of several. */
  fields: Field[];
}

type Defs = Record<string, SchemaProperty>;
const SAYS_MORE = ["array", "object"];

const optionsOf = ({ anyOf, allOf }: SchemaProperty, defs: Defs): SchemaProperty[] =>
  (anyOf ?? allOf ?? []).filter((one) => one.type !== "null").map((one) => valueOf(one, defs));

/** What is said of a field's value: of several types, the one that says more than that it is text. */
function valueOf(property: SchemaProperty, defs: Defs): SchemaProperty {
  const { $ref, ...own } = property;
  const options = optionsOf(property, defs);
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
    if (item.properties) return "objects";
    if (item.enum) return "choices";
    return item.type === "string" && !item.writeOnly ? "lines" : "json";
  }
  if (value.properties) return "object";
  if (value.type === "object") {
    const held = typeof value.additionalProperties === "object" ? value.additionalProperties : {};
    return valueOf(held, defs).type === "string" ? "map" : "json";
  }
  if (value.format === "file") return "file";
  if (value.format === "date") return "date";
  if (value.format === "date-time") return "datetime";
  if (value.writeOnly) return "secret";
  return value.contentMediaType === "text/plain" ? "long" : "text";
}

function initialOf(kind: Kind, given: unknown, fields: readonly Field[]): Value {
  if (kind === "object") return initialValues(fields);
  if (kind === "file" || kind === "files" || kind === "objects") return [];
  if (kind === "map") return pairsOf(given);
  if (["lines", "choices"].includes(kind) && Array.isArray(given)) return given.join("\n");
  if (kind === "switch") return given === true;
  return textOf(given);
}

const textOf = (given: unknown): string =>
  typeof given === "string" || typeof given === "number" ? String(given) : "";

export function fieldsOf(schema: Schema, defs: Defs = schema.$defs ?? {}, inside = "", depth = 0): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const value = valueOf(property, defs);
    const path = inside + name;
    // A model may hold itself: what lies deeper is written as JSON.
    const shallow = kindOf(value, defs);
    const kind = ["object", "objects"].includes(shallow) && depth > 3 ? "json" : shallow;
    const item = ["files", "objects", "choices"].includes(kind) ? valueOf(value.items ?? {}, defs) : value;
    // What may be written may be in a file, too.
    const file = kind === "json" ? optionsOf(property, defs).find((one) => one.format === "file") : item;
    const nested = ["object", "objects"].includes(kind);
    const inner = { properties: item.properties ?? {}, required: item.required };
    const fields = nested ? fieldsOf(inner, defs, `${path}.`, depth + 1) : [];
    return {
      name,
      path,
      kind,
      title: property.title ?? value.title ?? name,
      description: property.description ?? value.description ?? "",
      required: schema.required?.includes(name) ?? false,
      options: item.enum ?? [],
      example: textOf(property.examples?.[0]),
      suggestions: property.examples && property.examples.length > 1 ? property.examples.map(textOf) : [],
      accept: (file?.suffixes ?? []).join(","),
      most: file?.maxBytes ?? Infinity,
      minimum: value.minimum ?? value.exclusiveMinimum,
      maximum: value.maximum ?? value.exclusiveMaximum,
      step: value.type === "number" ? "any" : 1,
      unit: value.unit ?? "",
      longest: value.maxLength ?? Infinity,
      pattern: value.pattern,
      initial: initialOf(kind, value.default, fields),
      fields,
    };
  });
}

export function initialValues(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** Parameters as they are sent: what was left empty is left out, and an object of which nothing was filled in.

Files stay as they were chosen. What `faultsOf` finds fault with is left out, too. */
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
  if (field.kind === "file" || (field.kind === "json" && isFile(value))) return (value as unknown as File[])[0];
  if (field.kind === "files") return (value as File[]).length ? value : undefined;
  if (field.kind === "objects") {
    const many = (value as Values[]).map((one) => parametersOf(field.fields, one));
    return many.length ? many : undefined;
  }
  if (field.kind === "map") {
    const pairs = (value as Values[]).filter((one) => textOf(one["name"]).trim());
    return pairs.length
      ? Object.fromEntries(pairs.map((one) => [textOf(one["name"]).trim(), textOf(one["value"])]))
      : undefined;
  }
  const typed = textOf(value);
  const text = field.kind === "secret" || field.kind === "long" ? typed : typed.trim();
  if (!text.trim()) return undefined;
  switch (field.kind) {
    case "choices":
      return linesOf(text, /\n/);
    case "lines":
      return linesOf(text, field.example.includes("://") ? /\s+/ : /\n/);
    case "json":
      return jsonOf(text);
    case "number":
      return Number(text);
    case "datetime":
      // The browser gives a time without an offset: the reader's own.
      return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();
    default:
      return text;
  }
}

/** Whether a file was chosen for a value that could have been written. */
export const isFile = (value: Value): value is File[] => Array.isArray(value) && value[0] instanceof File;

const linesOf = (text: string, end: RegExp): string[] =>
  text
    .split(end)
    .map((line) => line.trim())
    .filter(Boolean);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pairsOf(given: unknown): Values[] {
  if (given === null || typeof given !== "object" || Array.isArray(given)) return [];
  return Object.entries(given).map(([name, value]) => ({ name, value: textOf(value) }));
}

function touched(fields: readonly Field[], values: Values): boolean {
  return fields.some((field) => {
    const value = values[field.name] ?? field.initial;
    if (field.kind === "object") return touched(field.fields, value as Values);
    if (Array.isArray(value)) return value.length > 0;
    return field.kind === "switch" ? value !== field.initial : textOf(value) !== field.initial;
  });
}

/** What a form finds wrong before anything is sent; the page has words for it, with these values. */
export interface Fault {
  where: string;
  what:
    "required" | "number" | "whole" | "least" | "most" | "longest" | "pattern" | "json" | "large" | "kind" | "twice";
  values: Record<string, string | number>;
}

/** What is wrong with a value: in the page's words, or, where it was told, as the gateway says it. */
export interface FaultWords {
  text: string;
  told: boolean;
  message?: Message | null;
}
export type Wrong = (where: string) => FaultWords | null;

/** What is wrong with the values, in the order of the fields. */
export function faultsOf(fields: readonly Field[], values: Values, inside = ""): Fault[] {
  return fields.flatMap((field) => {
    const value = values[field.name] ?? field.initial;
    const where = inside + field.name;
    if (field.kind === "object") {
      const inner = value as Values;
      return field.required || touched(field.fields, inner) ? faultsOf(field.fields, inner, `${where}.`) : [];
    }
    if (field.kind === "objects")
      return (value as Values[]).flatMap((one, at) => faultsOf(field.fields, one, `${where}.${at}.`));
    const found = faultOf(field, value);
    return found ? [{ where, ...found }] : [];
  });
}

function faultOf(field: Field, value: Value): Omit<Fault, "where"> | null {
  const fault = (what: Fault["what"], values: Fault["values"] = {}) => ({ what, values });
  if (field.kind === "switch") return null;
  if (field.kind === "file" || field.kind === "files" || (field.kind === "json" && isFile(value))) {
    const files = value as File[];
    if (!files.length) return field.required ? fault("required") : null;
    // What is too large is not sent: whoever refuses it halfway can't say why.
    const large = files.find((file) => file.size > field.most);
    if (large) return fault("large", { name: large.name, most: field.most / 1e6 });
    const kinds = field.accept ? field.accept.split(",") : [];
    const other = files.find((file) => kinds.length && !kinds.some((end) => file.name.toLowerCase().endsWith(end)));
    return other ? fault("kind", { name: other.name, kinds: kinds.join(", ") }) : null;
  }
  if (field.kind === "map") {
    const names = (value as Values[]).map((one) => textOf(one["name"]).trim()).filter(Boolean);
    const twice = names.find((name, at) => names.indexOf(name) < at);
    if (twice !== undefined) return fault("twice", { name: twice });
    return field.required && !names.length ? fault("required") : null;
  }
  const text = textOf(value);
  if (!text.trim()) return field.required ? fault("required") : null;
  if (field.kind === "number") return numberFault(field, text);
  if (field.kind === "json") return jsonOf(text) === undefined ? fault("json") : null;
  if (field.kind !== "lines" && text.length > field.longest) return fault("longest", { most: field.longest });
  return field.kind === "text" && !fits(text.trim(), field.pattern) ? fault("pattern") : null;
}

/** Whether a text has the form that is asked for; a pattern that a browser can't read is the server's to check. */
function fits(text: string, pattern: string | undefined): boolean {
  try {
    return pattern === undefined || new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

function numberFault(field: Field, text: string): Omit<Fault, "where"> | null {
  const number = Number(text);
  if (Number.isNaN(number)) return { what: "number", values: {} };
  if (field.step === 1 && !Number.isInteger(number)) return { what: "whole", values: {} };
  if (field.minimum !== undefined && number < field.minimum) return { what: "least", values: { least: field.minimum } };
  if (field.maximum !== undefined && number > field.maximum) return { what: "most", values: { most: field.maximum } };
  return null;
}

/** The values of a form that was filled in as a request says: those of a run that is duplicated.

A file has its id in the request, not its body, and a secret is sealed: both are given anew. */
export function valuesOf(fields: readonly Field[], request: Record<string, unknown>): Values {
  return Object.fromEntries(fields.map((field) => [field.name, valueIn(field, request[field.name])]));
}

function valueIn(field: Field, given: unknown): Value {
  const isObject = given !== null && typeof given === "object" && !Array.isArray(given);
  switch (field.kind) {
    case "file":
    case "files":
      return [];
    case "secret":
      return "";
    case "switch":
      return given === true;
    case "object":
      return isObject ? valuesOf(field.fields, given as Record<string, unknown>) : initialValues(field.fields);
    case "objects":
      return Array.isArray(given) ? given.map((one) => valuesOf(field.fields, one as Record<string, unknown>)) : [];
    case "map":
      return pairsOf(given);
    case "lines":
    case "choices":
      return Array.isArray(given) ? given.join("\n") : textOf(given);
    case "json":
      if (field.accept && typeof given === "string") return [];
      return given === undefined || given === null ? "" : JSON.stringify(given, null, 2);
    case "datetime":
      return localTime(textOf(given));
    default:
      return textOf(given);
  }
}

function localTime(iso: string): string {
  const at = new Date(iso);
  if (!iso || Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Parameters with the id of each file in its place. */
export async function handedIn(value: unknown, upload: (file: File) => Promise<string>): Promise<unknown> {
  if (value instanceof File) return upload(value);
  if (Array.isArray(value)) return Promise.all(value.map((one) => handedIn(one, upload)));
  if (value === null || typeof value !== "object") return value;
  const parts = Object.entries(value).map(async ([name, one]) => [name, await handedIn(one, upload)] as const);
  return Object.fromEntries(await Promise.all(parts));
}
