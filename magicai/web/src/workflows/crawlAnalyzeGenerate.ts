/** A crawl's own view: its report with numbers, charts of prices, and products with their sources. */
import PricesPanel from "../components/PricesPanel.vue";
import ProductTable from "../components/ProductTable.vue";
import ReportPanel from "../components/ReportPanel.vue";
import type { Result, RunView } from "../types";
import type { Named, Part } from "./parts";

export function crawlParts(result: Result, view: RunView, named: Named): Part[] {
  const parts: Part[] = [];
  const add = (id: string, component: Part["component"], props: Part["props"], opens = false) =>
    parts.push({ id, words: named("tab", id), component, props, opens });
  const products = result.crawl_data?.products ?? [];
  const shops = result.analysis?.shops ?? [];
  if (result.report) add("report", ReportPanel, { result, view }, true);
  if (products.length) {
    add("prices", PricesPanel, { shops });
    add("products", ProductTable, { products, runId: result.run_id, shops: shops.map((one) => one.shop) });
  }
  return parts;
}
