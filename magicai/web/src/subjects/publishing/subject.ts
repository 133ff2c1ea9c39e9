/** What is to be published: reviews, posts, and the sites and accounts that are published to. */
import type { Subject } from "../subject";
import { get } from "../../api";

export const subject: Subject = {
  words: "nav.reviews",
  places: [
    {
      to: "/reviews",
      words: "nav.reviews",
      icon: "reviews",
      count: async () => (await get("/api/reviews/counts")).counts["pending_review"] ?? 0,
    },
  ],
  shows: { post: ({ entity_id }) => ({ name: "review", params: { id: entity_id.split(":")[0] } }) },
  routes: [
    {
      path: "/reviews/:tab(posts|targets|channel)?",
      name: "reviews",
      component: () => import("./ReviewsView.vue"),
      meta: { words: "nav.reviews" },
    },
    {
      path: "/reviews/:id/:tab?",
      name: "review",
      component: () => import("./ReviewView.vue"),
      props: true,
      meta: { words: "nav.reviews" },
    },
  ],
};
