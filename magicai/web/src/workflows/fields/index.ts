/** Fields of a workflow's form that its schema alone can't make. */
import type { Component } from "vue";

export interface OwnField {
  /** It is given a SchemaField's properties and the form's `values`, and emits as `faults` what it finds wrong. */
  component?: Component;
  /** It is shown without asking for more options. */
  first?: boolean;
}
/** In the order in which the form shows them. */
export type OwnFields = Partial<Record<string, OwnField>>;

/** By the path of each workflow's file, which is named after it and exports `ownFields`. */
const files = import.meta.glob<OwnFields>(["./*.ts", "!./index.ts"], { eager: true, import: "ownFields" });

export function ownFieldsOf(workflow: string): OwnFields {
  return files[`./${workflow.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}.ts`] ?? {};
}
