/** Documents that questions are answered from. */
import type { Subject } from "../subject";
import { get } from "../../api";

export const subject: Subject = {
  words: "nav.knowledge",
  places: [{ to: "/knowledge", words: "nav.knowledge", icon: "knowledge" }],
  shows: {
    document: ({ entity_id }) => ({ name: "knowledge-document", params: { id: entity_id } }),
    passage: ({ entity_id }) => ({
      name: "knowledge-document",
      params: { id: entity_id.split(":", 1)[0] ?? "" },
      query: { passage: entity_id },
    }),
  },
  named: async () =>
    (await get("/api/knowledge/documents", { query: { limit: 50 } })).items.map((one) => ({
      words: one.title,
      to: { name: "knowledge-document", params: { id: one.document_id } },
    })),
  routes: [
    {
      path: "/knowledge/:tab(collections|gaps|disagreements)?",
      name: "knowledge",
      component: () => import("./KnowledgeView.vue"),
      meta: { words: "nav.knowledge" },
    },
    {
      path: "/ask/:id?",
      name: "ask",
      component: () => import("./ConversationView.vue"),
      props: true,
      meta: { words: "knowledge.ask" },
    },
    {
      path: "/knowledge/documents/:id",
      name: "knowledge-document",
      component: () => import("./DocumentText.vue"),
      props: true,
      meta: { words: "nav.knowledge" },
    },
  ],
};
