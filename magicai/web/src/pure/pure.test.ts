import { describe, expect, it } from "vitest";
import type { PlannedStep, Product, RunEvent } from "../types";
import { differences } from "./compare";
import { layers } from "./layers";
import { csvOf, filtered, sorted } from "./products";
import { emptyState, take } from "./runState";
import { fieldsOf, parametersOf } from "./schemaForm";
import { en } from "../messages/en";
import { zh } from "../messages/zh";

const step = (name: string, gives: string, needs: string[] = []): PlannedStep => ({ name, gives, needs, reason: "" });
const product = (id: string, more: Partial<Product> = {}): Product => ({
  id, url: `https://shop.example/${id}`, name: id, price: "1.00", currency: "USD", list_price: null, availability: "in_stock",
  sku: null, brand: null, category: [], seen: "seen", provenance: {}, ...more,
});
let sequence = 0;
const event = (kind: string, data: Record<string, unknown>, task: string | null = null, progress = 0): RunEvent => ({
  run_id: "r", sequence: ++sequence, at: 0, kind, status: "processing", progress, current_task: task, estimated_remaining: null, data,
});

describe("layers", () => {
  it("put a step after all that it waits for, and side by side what waits for the same", () => {
    const columns = layers([step("crawl", "pages"), step("count", "numbers", ["pages"]), step("relate", "graph", ["pages"]), step("write", "report", ["numbers", "graph"])]);
    expect(columns.map((column) => column.map((one) => one.name))).toEqual([["crawl"], ["count", "relate"], ["write"]]);
  });
  it("end for a plan that goes in circles", () => {
    expect(layers([step("a", "x", ["y"]), step("b", "y", ["x"])]).flat()).toHaveLength(2);
  });
});

describe("a run's state", () => {
  it("fills the plan, and never takes back what was shown", () => {
    const state = emptyState();
    take(state, event("plan", { revision: 1, steps: [{ name: "crawl" }], reason: "" }));
    expect(state.steps["crawl"]?.state).toBe("waiting");
    take(state, event("progress", { done: 12, total: 48, unit: "pages", extra: { products: 22, rate: 3.5 } }, "crawl", 14));
    take(state, event("progress", { done: 2, total: 3, unit: "pages", extra: { products: 0, rate: 0.1 } }, "render", 12));
    expect(state.progress).toBe(14);
    expect(state.numbers).toEqual({ pages: 12, products: 22, rate: 0.1 });
  });
  it("tells a failure as a problem, once", () => {
    const state = emptyState();
    const problem = { where: "shop", what: "It is closed.", way_out: "Try later.", temporary: true };
    take(state, event("problem", { problem }));
    take(state, event("failure", { problem }));
    expect(state.problems).toEqual([problem]);
  });
});

describe("the form", () => {
  const schema = { properties: {
    shop: { title: "Shop", anyOf: [{ type: "string" }, { type: "array" }] }, pages: { type: "integer", minimum: 1, default: 5 }, mode: { enum: ["a", "b"], default: "a" },
  }, required: ["shop"] };
  it("follows the schema", () => {
    expect(fieldsOf(schema).map((field) => [field.kind, field.required, field.initial])).toEqual([["lines", true, ""], ["number", false, "5"], ["choice", false, "a"]]);
  });
  it("gives parameters, and leaves out what was left empty", () => {
    expect(parametersOf(fieldsOf(schema), { shop: "one.example\n two.example", pages: "", mode: "b" })).toEqual({ shop: ["one.example", "two.example"], mode: "b" });
  });
});

describe("products", () => {
  it("are found by all words, in any of their texts", () => {
    const all = [product("Red lamp", { brand: "Ovelund" }), product("Red chair")];
    expect(filtered(all, "red ovel", "").map((one) => one.id)).toEqual(["Red lamp"]);
  });
  it("are ordered by number, what has no price last either way", () => {
    const all = [product("none", { price: null }), product("ten", { price: "10.00" }), product("nine", { price: "9.00" })];
    expect(sorted(all, "price", false).map((one) => one.id)).toEqual(["nine", "ten", "none"]);
    expect(sorted(all, "price", true).map((one) => one.id)).toEqual(["ten", "nine", "none"]);
  });
  it("never become a formula", () => {
    expect(csvOf([product("x", { name: '=HYPERLINK("http://evil")' })])).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });
});

describe("a comparison", () => {
  it("tells dearer, cheaper, new and missing apart, and mixes no currencies", () => {
    const older = [product("a", { price: "9.00" }), product("b", { price: "10.00" }), product("gone"), product("d", { currency: "EUR" })];
    const newer = [product("a", { price: "10.00" }), product("b", { price: "9.50" }), product("fresh"), product("d", { price: "2.00" })];
    expect(differences(older, newer).map((one) => [one.product.id, one.kind])).toEqual([["a", "dearer"], ["b", "cheaper"], ["fresh", "new"], ["gone", "missing"]]);
  });
});

describe("the messages", () => {
  it("have the same places to fill in every language", () => {
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, words] of Object.entries(en)) expect(places(zh[key as keyof typeof zh]), key).toEqual(places(words));
  });
});
