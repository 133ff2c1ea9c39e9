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
  waits: {
    reviews_open: {
      words: "reviews.waiting",
      all: { words: "reviews.waiting.act", to: { name: "reviews" } },
      show: (id) => ({ name: "review", params: { id } }),
    },
    posts_failed: {
      words: "posts.waiting",
      all: { words: "posts.waiting.act", to: { name: "reviews", params: { tab: "posts" } } },
      show: (id) => ({ name: "review", params: { id } }),
    },
  },
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
