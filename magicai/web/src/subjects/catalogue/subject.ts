/** Products of the catalogue, and what shops' categories are in the taxonomy. */
import type { Subject } from "../subject";

export const subject: Subject = {
  words: "nav.products",
  places: [{ to: "/products", words: "nav.products", icon: "products" }],
  shows: {
    catalogue_product: ({ entity_id }) => ({ name: "product", params: { id: entity_id } }),
  },
  routes: [
    {
      path: "/products/:tab(categories|completeness|duplicates|systems|failures)?",
      name: "products",
      component: () => import("./ProductsView.vue"),
      meta: { words: "nav.products" },
    },
    {
      path: "/products/items/:id/:tab?",
      name: "product",
      component: () => import("./ProductView.vue"),
      props: true,
      meta: { words: "nav.products" },
    },
  ],
};
