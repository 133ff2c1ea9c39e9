import { describe, expect, it } from "vitest";
import type { Schema } from "./schemaForm";
import { faultsOf, fieldsOf, handedIn, initialValues, parametersOf, valuesOf, type Values } from "./schemaForm";

describe("the form", () => {
  const schema = {
    properties: {
      shop: {
        title: "Shop",
        examples: ["https://shop.example"],
        anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
      },
      pages: { type: "integer", minimum: 1, default: 5 },
      mode: { enum: ["a", "b"], default: "a" },
    },
    required: ["shop"],
  };
  it("follows the schema", () => {
    expect(fieldsOf(schema).map((field) => [field.kind, field.required, field.initial])).toEqual([
      ["lines", true, ""],
      ["number", false, "5"],
      ["choice", false, "a"],
    ]);
  });
  it("gives parameters, and leaves out what was left empty", () => {
    expect(parametersOf(fieldsOf(schema), { shop: "one.example\n two.example", pages: "", mode: "b" })).toEqual({
      shop: ["one.example", "two.example"],
      mode: "b",
    });
  });
});

describe("a form of any shape", () => {
  const schema: Schema = {
    properties: {
      topics: { type: "array", items: { type: "string" } },
      rows: {
        anyOf: [{ type: "string", format: "file", suffixes: [".csv", ".tsv"], maxBytes: 1000 }, { type: "null" }],
      },
      pictures: { type: "array", items: { type: "string", format: "file", suffixes: [".png"] } },
      notes: { type: "string", contentMediaType: "text/plain", default: "" },
      token: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }] },
      keys: { type: "array", items: { type: "string", writeOnly: true } },
      model: { anyOf: [{ type: "string", enum: ["none", "local:small"] }, { type: "null" }], default: null },
      enrich: { type: "boolean", default: false },
      share: { type: "number", default: 0.5 },
      variables: { type: "object", additionalProperties: { type: "string" } },
      inventory: { anyOf: [{ $ref: "#/$defs/Inventory" }, { type: "null" }], title: "Stock" },
      stores: { type: "array", items: { $ref: "#/$defs/Inventory" } },
      from_day: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] },
      at: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] },
    },
    required: ["topics"],
    $defs: {
      Inventory: {
        type: "object",
        title: "Inventory",
        properties: { warehouse: { type: "string", title: "Warehouse" }, count: { type: "integer", default: 1 } },
        required: ["warehouse"],
      },
    },
  };
  const fields = fieldsOf(schema);
  const filled = (more: Record<string, unknown>) =>
    parametersOf(fields, { ...structuredClone(initialValues(fields)), topics: "tea", ...more });

  it("has a control for each", () => {
    expect(Object.fromEntries(fields.map((field) => [field.name, field.kind]))).toEqual({
      topics: "lines",
      rows: "file",
      pictures: "files",
      notes: "long",
      token: "secret",
      keys: "json",
      model: "choice",
      enrich: "switch",
      share: "number",
      variables: "map",
      inventory: "object",
      stores: "objects",
      from_day: "date",
      at: "datetime",
    });
    const inventory = fields.find((field) => field.name === "inventory");
    expect(inventory?.title).toBe("Stock");
    expect(inventory?.fields.map((one) => [one.path, one.kind, one.required])).toEqual([
      ["inventory.warehouse", "text", true],
      ["inventory.count", "number", false],
    ]);
    expect(fields[1]?.accept).toBe(".csv,.tsv");
  });
  it("leaves out what nobody filled in, an object of that among it", () => {
    expect(filled({})).toEqual({ topics: ["tea"], enrich: false, share: 0.5 });
  });
  it("gives each its shape", () => {
    const given = filled({
      topics: "green tea\n\n cups ",
      notes: " one\ntwo\n",
      token: " with spaces ",
      model: "local:small",
      enrich: true,
      share: "0.25",
      variables: [
        { name: " a", value: "1" },
        { name: "b", value: " x" },
        { name: " ", value: "" },
      ],
      inventory: { warehouse: "north", count: "2" },
      stores: [{ warehouse: "s", count: "" }],
      from_day: "2026-11-01",
      at: "2026-11-01T10:30",
    });
    expect(given).toEqual({
      topics: ["green tea", "cups"],
      notes: " one\ntwo\n",
      token: " with spaces ",
      model: "local:small",
      enrich: true,
      share: 0.25,
      variables: { a: "1", b: " x" },
      inventory: { warehouse: "north", count: 2 },
      stores: [{ warehouse: "s" }],
      from_day: "2026-11-01",
      at: new Date("2026-11-01T10:30").toISOString(),
    });
  });
  it("finds what is wrong before anything is sent, and where", () => {
    const found = (more: Record<string, unknown>) =>
      faultsOf(fields, { ...structuredClone(initialValues(fields)), topics: "tea", ...(more as Values) }).map((one) => [
        one.where,
        one.what,
      ]);
    expect(found({})).toEqual([]);
    expect(found({ topics: " \n" })).toEqual([["topics", "required"]]);
    expect(found({ keys: "{" })).toEqual([["keys", "json"]]);
    expect(found({ rows: [new File(["x".repeat(1001)], "large.csv")] })).toEqual([["rows", "large"]]);
    expect(found({ rows: [new File(["x"], "ROWS.CSV")], pictures: [new File([""], "a.gif")] })).toEqual([
      ["pictures", "kind"],
    ]);
    expect(found({ share: "much" })).toEqual([["share", "number"]]);
    const twice = [1, 2].map((n) => ({ name: "a", value: String(n) }));
    expect(found({ variables: twice })).toEqual([["variables", "twice"]]);
    expect(found({ inventory: { warehouse: "", count: "2" } })).toEqual([["inventory.warehouse", "required"]]);
    const stores = [
      { warehouse: "n", count: "1" },
      { warehouse: "", count: "1.5" },
    ];
    expect(found({ stores })).toEqual([
      ["stores.1.warehouse", "required"],
      ["stores.1.count", "whole"],
    ]);
  });
  it("holds numbers and texts within their limits", () => {
    const limited = fieldsOf({
      properties: {
        pages: { type: "integer", minimum: 1, maximum: 10 },
        name: { type: "string", maxLength: 3, pattern: "^[a-z]+$" },
        odd: { type: "string", pattern: "(?i)x" },
      },
    });
    const found = (values: Values) => faultsOf(limited, values).map((one) => [one.what, one.values]);
    expect(found({ pages: "0" })).toEqual([["least", { least: 1 }]]);
    expect(found({ pages: "11" })).toEqual([["most", { most: 10 }]]);
    expect(found({ pages: "10", name: "abc", odd: "y" })).toEqual([]);
    expect(found({ name: "abcd" })).toEqual([["longest", { most: 3 }]]);
    expect(found({ name: "A" })).toEqual([["pattern", {}]]);
  });
  it("is filled in from a request, and gives the same one again but for files and secrets", () => {
    const request = {
      topics: ["green tea", "cups"],
      notes: "one\ntwo",
      model: "local:small",
      enrich: true,
      share: 0.25,
      variables: { a: "1" },
      inventory: { warehouse: "north", count: 2 },
      stores: [{ warehouse: "s", count: 1 }],
      keys: ["k"],
      from_day: "2026-11-01",
      at: "2026-11-01T10:30:00.000Z",
    };
    const values = valuesOf(fields, { ...request, rows: "file-id", token: "sealed:x" });
    expect([values["rows"], values["token"]]).toEqual([[], ""]);
    expect(parametersOf(fields, values)).toEqual(request);
    expect(parametersOf(fields, valuesOf(fields, { topics: ["tea"], inventory: null, stores: null }))).toEqual({
      topics: ["tea"],
      enrich: false,
    });
  });
  it("hands files in, and names each by its id", async () => {
    const [one, two] = [new File(["a"], "a.png"), new File(["b"], "b.png")];
    const given = filled({ rows: [new File(["r"], "r.csv")], pictures: [one, two] });
    const ids = await handedIn(given, (file) => Promise.resolve(`id of ${file.name}`));
    expect(ids).toMatchObject({ rows: "id of r.csv", pictures: ["id of a.png", "id of b.png"], topics: ["tea"] });
  });
  it("ends where a model holds itself", () => {
    const node = { type: "object", properties: { next: { $ref: "#/$defs/Node" }, name: { type: "string" } } };
    const loop = fieldsOf({ properties: { node: { $ref: "#/$defs/Node" } }, $defs: { Node: node } });
    expect(loop[0]?.fields.map((one) => one.kind)).toEqual(["object", "text"]);
  });
});
