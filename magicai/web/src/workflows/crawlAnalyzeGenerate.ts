/** What a crawl shows in its own way: its report with numbers, charts of prices, and products with their sources. */
import PricesPanel from "../components/PricesPanel.vue";
import ProductTable from "../components/ProductTable.vue";
import ReportPanel from "../components/ReportPanel.vue";
import MatchesPanel from "../subjects/shops/MatchesPanel.vue";
import type { CrawlResult } from "../types";
import type { Named, Part, Shown } from "./parts";

export function ownParts({ result: shown, view, source }: Shown, named: Named): Partial<Record<string, Part[]>> {
  const part = (tab: string, component: Part["component"], props: Part["props"]) => ({
    id: tab, // the same in every language
    words: named("tab", tab),
    component,
    props,
  });
  const result = shown as Partial<CrawlResult>;
  const products = result.crawl_data?.products ?? [];
  const shops = result.analysis?.shops ?? [];
  const comparisons = result.own_comparison ?? [];
  const names = shops.map((one) => one.shop);
  return {
    Report: [part("report", ReportPanel, { result, view, source })],
    Products: [
      ...(shops.length ? [part("prices", PricesPanel, { shops })] : []),
      ...(comparisons.length ? [part("matches", MatchesPanel, { comparisons, own: source.runId !== "" })] : []),
      part("products", ProductTable, { products, runId: source.runId, shops: names }),
    ],
  };
}
