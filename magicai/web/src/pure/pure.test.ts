import { describe, expect, it } from "vitest";
import type { Offer, PlannedStep, Product, ProductHistory, Reading, RunEvent, Status } from "../types";
import { cost, momentsOf, subject } from "./format";
import { chartOf, firstOffer, lastOffer, linesOf, share } from "./history";
import { layers } from "./layers";
import { csvOf, filtered, seen, sorted } from "./products";
import { emptyState, take } from "./runState";
import { en } from "../messages/en";
import { zh } from "../messages/zh";

const step = (name: string, gives: string, needs: string[] = []): PlannedStep => ({
  name,
  gives,
  needs,
  revision: 1,
  options: {},
  reason: "",
  message: null,
  ways_out: [],
});
const product = (id: string, more: Partial<Product> = {}): Product => ({
  id,
  url: `https://shop.example/${id}`,
  name: id,
  price: "1.00",
  currency: "USD",
  list_price: null,
  availability: "in_stock",
  sku: null,
  brand: null,
  category: [],
  seen: "seen",
  provenance: {},
  ...more,
});
let sequence = 0;
const event = (
  kind: string,
  data: Record<string, unknown>,
  task: string | null = null,
  progress = 0,
  status: Status = "processing",
): RunEvent => ({
  run_id: "r",
  sequence: ++sequence,
  at: "2026-11-01T00:00:00Z",
  kind,
  status,
  progress,
  current_task: task,
  estimated_remaining: null,
  data,
});

describe("moments of one list", () => {
  const [first, second, later] = ["2026-11-01T10:00:05Z", "2026-11-01T10:00:50Z", "2026-11-01T11:07:00Z"];

  it("says seconds where two share the minute, and there alone", () => {
    const said = momentsOf([first, second, later], "en");
    expect(said(first)).toMatch(/:00:05/);
    expect(said(second)).toMatch(/:00:50/);
    expect(said(later)).not.toMatch(/:07:00/);
    expect(momentsOf([first, later], "en")(first)).not.toMatch(/:00:05/);
  });
});

describe("what models cost", () => {
  it.each([
    ["0", "$0", "US$0"],
    ["0.00213", "$0.0021", "US$0.0021"],
    ["0.001", "$0.001", "US$0.001"],
    ["0.00996", "$0.01", "US$0.01"],
    ["0.0000012345", "$0.0000012", "US$0.0000012"],
    ["0.1", "$0.10", "US$0.10"],
    ["0.125", "$0.13", "US$0.13"],
    ["1234.5", "$1,234.50", "US$1,234.50"],
  ])("is shown to the first two digits that are not zero: %s", (amount, english, chinese) => {
    expect(cost({ amount, currency: "USD" }, "en")).toBe(english);
    expect(cost({ amount, currency: "USD" }, "zh")).toBe(chinese);
  });
});

describe("what a run is about", () => {
  it("is a text that people know, and no file's id or secret", () => {
    const file = "01a21f77-6764-73f6-827d-20edf335035c";
    expect(subject({ token: "sealed:x", list: file, supplier: { name: "Fira Ltd.", markups: [] } })).toBe("Fira Ltd.");
    expect(subject({ urls: ["https://a.example/x", "https://b.example/"] })).toBe("a.example +1");
    expect(subject({ most: 3, list: file })).toBe("");
    expect(subject({ list: file, currency: "EUR" }, undefined, { [file]: "goods.csv" })).toBe("goods.csv");
  });
});

describe("layers", () => {
  it("put a step after all that it waits for, and side by side what waits for the same", () => {
    const columns = layers([
      step("crawl", "pages"),
      step("count", "numbers", ["pages"]),
      step("relate", "graph", ["pages"]),
      step("write", "report", ["numbers", "graph"]),
    ]);
    expect(columns.map((column) => column.map((one) => one.name))).toEqual([["crawl"], ["count", "relate"], ["write"]]);
  });
  it("end for a plan that goes in circles", () => {
    expect(layers([step("a", "x", ["y"]), step("b", "y", ["x"])]).flat()).toHaveLength(2);
  });
});

describe("a run's state", () => {
  it("begins its steps again, but for those that are done, where its process ended", () => {
    const state = emptyState("processing");
    take(state, event("step", { state: "done", duration_s: 2 }, "crawl"));
    take(state, event("progress", { done: 2, total: 3, unit: "pages" }, "render"));
    take(state, event("status", { restart: 1, died: 1 }));
    expect([state.steps["crawl"]?.state, state.steps["render"]?.state]).toEqual(["done", "waiting"]);
  });
  it("fills the plan, and never takes back what was shown", () => {
    const state = emptyState();
    take(state, event("plan", { revision: 1, steps: [{ name: "crawl" }], reason: "" }));
    expect(state.steps["crawl"]?.state).toBe("waiting");
    take(
      state,
      event("progress", { done: 12, total: 48, unit: "pages", extra: { products: 22, rate: 3.5 } }, "crawl", 14),
    );
    take(
      state,
      event("progress", { done: 2, total: 3, unit: "pages", extra: { products: 0, rate: 0.1 } }, "render", 12),
    );
    expect(state.progress).toBe(14);
    expect(state.numbers).toEqual({ pages: 12, products: 22, rate: 0.1 });
  });
  it("says what is waited for as long as it is", () => {
    const state = emptyState();
    const told = (waiting: string) =>
      event("progress", { done: 0, total: 0, unit: "pages", extra: { waiting } }, "crawl");
    take(state, told("waiting for a, try 1 of 3"));
    expect(state.pending).toBe("waiting for a, try 1 of 3");
    take(state, told(""));
    expect(state.pending).toBe("");
    take(state, told("waiting for a, try 2 of 3"));
    take(state, event("step", { state: "failed", why: "" }, "crawl"));
    expect(state.pending).toBe("");
  });
  it("shows the text that is being written, and none of its pieces in the log", () => {
    const state = emptyState();
    const piece = (text: string, begins = false) => event("text", { item: "1", begins, text }, "write");
    for (const one of [piece("A draft", true), piece("It ", true), piece("is")]) take(state, one);
    expect([state.text, state.lines]).toEqual(["It is", []]);
    take(state, event("step", { state: "done" }, "write"));
    expect(state.text).toBe("");
  });
  it("tells a failure as a problem, once", () => {
    const state = emptyState();
    const problem = { where: "shop", what: "It is closed.", way_out: "Try later.", temporary: true };
    take(state, event("problem", { problem }));
    take(state, event("step", { state: "failed", why: "It is closed. Try later." }, "crawl"));
    take(state, event("failure", { problem }));
    expect(state.problems).toEqual([problem]);
    expect(state.lines.map((line) => [line.kind, line.data["why"]])).toEqual([
      ["problem", undefined],
      ["step", ""],
    ]);
  });
  it("leaves nothing waiting once it has ended, and takes it up where it goes on", () => {
    const state = emptyState();
    take(
      state,
      event("plan", { revision: 1, steps: [{ name: "crawl" }, { name: "count" }, { name: "write" }], reason: "" }),
    );
    take(state, event("step", { state: "done" }, "crawl"));
    take(state, event("step", { state: "started" }, "count"));
    take(state, event("status", { attempt: 1 }, null, 40, "failed"));
    const states = () => ["crawl", "count", "write"].map((name) => state.steps[name]?.state);
    expect(states()).toEqual(["done", "cut", "not_begun"]);
    take(state, event("status", { attempt: 2 }));
    expect(states()).toEqual(["done", "waiting", "waiting"]);
  });
  it("says what went wrong anew where it goes wrong again", () => {
    const state = emptyState();
    const problem = { where: "shop", what: "It is closed.", way_out: "", temporary: true };
    for (const attempt of [1, 2]) {
      take(state, event("status", { attempt }));
      take(state, event("failure", { problem }));
    }
    expect(state.lines.map((line) => line.kind)).toEqual(["status", "failure", "status", "failure"]);
  });
});

describe("products", () => {
  it("counts what was seen, not what is gone or was not looked at", () => {
    expect(seen([product("a"), product("b", { seen: "gone" }), product("c", { seen: "not_visited" })])).toBe(1);
  });

  it("are found by all words, in any of their texts", () => {
    const all = [product("Red lamp", { brand: "Ovelund" }), product("Red chair")];
    expect(filtered(all, "red ovel", "").map((one) => one.id)).toEqual(["Red lamp"]);
  });
  it("that are gone are called so, not what their stock was", () => {
    const all = [product("here"), product("gone", { seen: "gone" }), product("far", { seen: "not_visited" })];
    expect(filtered(all, "", "in_stock").map((one) => one.id)).toEqual(["here"]);
    expect(filtered(all, "", "gone").map((one) => one.id)).toEqual(["gone"]);
    expect(csvOf(all).split("\r\n")[2]).toContain('"in_stock","gone"');
  });
  it("are ordered by number, what has no price last either way", () => {
    const all = [
      product("none", { price: null }),
      product("ten", { price: "10.00" }),
      product("nine", { price: "9.00" }),
    ];
    expect(sorted(all, "price", false).map((one) => one.id)).toEqual(["nine", "ten", "none"]);
    expect(sorted(all, "price", true).map((one) => one.id)).toEqual(["ten", "nine", "none"]);
  });
  it("have the fields that a run was asked for", () => {
    const fields = { material: "oak", colours: ["red", "blue"], fee: { amount: "2.50", currency: "EUR" }, note: null };
    const [head, row] = csvOf([product("x", { fields })]).split("\r\n");
    expect(head).toContain('"material","colours","fee","note"');
    expect(row).toContain('"oak","red; blue","2.50 EUR",""');
  });
  it("never become a formula where cells are separated by another mark", () => {
    expect(csvOf([product("x", { name: "Lamp;=1+1;x" })])).toContain(`"Lamp;'=1+1;x"`);
    expect(csvOf([product("x", { name: "＝1+1" })])).toContain(`"'＝1+1"`);
  });

  it("never become a formula", () => {
    expect(csvOf([product("x", { name: '=HYPERLINK("http://evil")' })])).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });
});

describe("a history", () => {
  const offer = (price: string | null, seen: Offer["seen"] = "seen", currency = "EUR"): Offer => ({
    price,
    currency,
    availability: "in_stock",
    seen,
  });
  const history = (...offers: (Offer | null)[]): ProductHistory => ({
    product_id: "p",
    name: "p",
    url: "",
    brand: null,
    offers,
  });
  const day = (n: number): Reading => ({
    run_id: `r${String(n)}`,
    at: `2026-11-${String(n).padStart(2, "0")}T00:00:00Z`,
    complete: true,
    coverage: 1,
    products: 1,
  });
  const prices = (line: [number, number | null][] | undefined) => line?.map(([, price]) => price);
  it("shows what was seen, and leaves gaps where nothing was", () => {
    const told = history(null, offer("5.00"), offer("5.00", "not_visited"), offer("6.00"), offer(null, "gone"));
    expect(prices(linesOf(told, [1, 2, 3, 4, 5].map(day)).get("EUR"))).toEqual([null, 5, null, 6, null]);
  });
  it("draws a line for each currency, never one through both", () => {
    const lines = linesOf(history(offer("5.00"), offer("5.50", "seen", "USD")), [day(1), day(2)]);
    expect([...lines.keys()]).toEqual(["EUR", "USD"]);
    expect([prices(lines.get("EUR")), prices(lines.get("USD"))]).toEqual([
      [5, null],
      [null, 5.5],
    ]);
  });
  it("lies as far apart as the readings do", () => {
    const told = history(offer("5.00"), offer("6.00"), offer("7.00"));
    const chart = chartOf(told, [day(1), day(2), day(20)], (iso) => iso, String) as {
      xAxis: { type: string };
      series: { data: [number, number][] }[];
    };
    const [first, second, third] = chart.series[0]?.data.map(([time]) => time) ?? [];
    expect(chart.xAxis.type).toBe("time");
    expect((Number(third) - Number(second)) / (Number(second) - Number(first))).toBe(18);
  });
  it("tells by how much a price moved, within a currency", () => {
    expect(share(offer("5.00"), offer("6.00"), "en")).toBe("+20.0%");
    expect(share(offer("5.00"), offer("4.00"), "en")).toBe("−20.0%");
    expect(share(offer("5.00"), offer("6.00", "seen", "USD"), "en")).toBe("–");
    expect(share(null, offer("6.00"), "en")).toBe("–");
    expect(share(offer("5.00", "not_visited"), offer("6.00"), "en")).toBe("–");
  });
  it("begins and ends with a price", () => {
    const told = history(null, offer(null), offer("5.00"), offer("7.00"), offer("7.00", "not_visited"));
    expect([firstOffer(told)?.price, lastOffer(told)?.price]).toEqual(["5.00", "7.00"]);
  });
});

describe("the messages", () => {
  it("have the same places to fill in every language", () => {
    const places = (text: string) =>
      (
        text
          .split(" | ")
          .at(-1)
          ?.match(/\{\w+\}/g) ?? []
      ).sort();
    for (const [key, words] of Object.entries(en))
      expect(places(zh[key as keyof typeof zh]), key).toEqual(places(words));
  });
});
