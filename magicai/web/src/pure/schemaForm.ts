/** A workflow's JSON Schema as fields of a form, and the form's values as its parameters. */
import type { Schema, SchemaProperty } from "../types";

export type Kind = "lines" | "choice" | "number" | "text";
export interface Field {
  name: string;
  kind: Kind;
  title: string;
  description: string;
  required: boolean;
  options: string[];
  minimum?: number;
  maximum?: number;
  initial: string;
}

function kindOf(property: SchemaProperty): Kind {
  if (property.enum) return "choice";
  if (property.type === "integer" || property.type === "number") return "number";
  const types = (property.anyOf ?? [property]).map((one) => one.type);
  return types.includes("array") ? "lines" : "text";
}

export function fieldsOf(schema: Schema): Field[] {
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    title: property.title ?? name,
    description: property.description ?? "",
    required: schema.required?.includes(name) ?? false,
    options: property.enum ?? [],
    minimum: property.minimum,
    maximum: property.maximum,
    initial:
      typeof property.default === "string" || typeof property.default === "number" ? String(property.default) : "",
  }));
}

/** A field of numbers holds one, whatever it began with. */
export function parametersOf(
  fields: readonly Field[],
  values: Record<string, string | number>,
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const text = String(values[name] ?? "").trim();
    if (!text) continue;
    if (kind === "lines") given[name] = text.split(/\s+/);
    else given[name] = kind === "number" ? Number(text) : text;
  }
  return given;
}
