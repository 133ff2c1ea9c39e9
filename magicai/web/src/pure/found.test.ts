import { describe, expect, it } from "vitest";
import table from "../messages/found.zh.json";
import { finder } from "./found";

describe("a finding in Chinese", () => {
  const found = finder(table);
  it("has its numbers in place", () => {
    expect(found("1,204 products: 3 new, 1,201 unchanged.")).toBe("1,204 件商品：新增 3 件，未变 1,201 件。");
    expect(found("Published on blog: https://a.example/x")).toBe("已发布到 blog：https://a.example/x");
  });
  it("leaves alone what a report or an answer says", () => {
    expect(found("We sell many products.")).toBeNull();
    expect(found("“Linen drum shade” saw the largest price increase, from US$49.00 to US$65.00.")).toBeNull();
  });
});
