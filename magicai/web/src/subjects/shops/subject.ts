/** Shops: what was crawled of each, what its products cost over time, and what differs between two crawls. */
import type { Subject } from "../subject";
import { getAll } from "../../api";
import { knownOf } from "./known";

export const subject: Subject = {
  words: "nav.shops",
  places: [{ to: "/shops", words: "nav.shops", icon: "shops" }],
  shows: {
    product: ({ entity_id, url }) => ({
      name: "shop",
      params: { shop: new URL(url).host, tab: "history" },
      query: { product: entity_id },
    }),
    report: ({ entity_id }) => ({ name: "run", params: { id: entity_id } }),
  },
  named: async () =>
    (await getAll("/api/shops")).map(({ shop, name, address }) => ({
      words: name || address,
      to: { name: "shop", params: { shop } },
    })),
  known: async () => Object.fromEntries((await getAll("/api/shops")).flatMap((one) => Object.entries(knownOf(one)))),
  routes: [
    {
      path: "/shops/:tab(alerts)?",
      name: "shops",
      component: () => import("./ShopsView.vue"),
      meta: { words: "nav.shops" },
    },
    {
      path: "/shops/:shop/:tab?",
      name: "shop",
      component: () => import("./ShopView.vue"),
      props: true,
      meta: { words: "nav.shops" },
    },
  ],
};
