/** Texts that runs have written, and the templates that they were written from. */
import type { Subject } from "../subject";
import { get } from "../../api";

export const subject: Subject = {
  words: "nav.content",
  places: [{ to: "/content", words: "nav.content", icon: "content" }],
  waits: {
    texts_flagged: {
      words: "content.waiting",
      all: { words: "content.waiting.act", to: { name: "content", query: { state: "flagged" } } },
      show: (id) => ({ name: "text", params: { id } }),
    },
  },
  shows: {
    content: ({ entity_id }) => ({ name: "text", params: { id: entity_id } }),
    template: ({ entity_id }) => {
      const [, name, language] = /^.*\/(.+)\.(en|zh)$/.exec(entity_id) ?? [];
      return { name: "template", params: { name: `own:${name ?? ""}`, language: language ?? "en" } };
    },
  },
  named: async () =>
    (await get("/api/content", { query: { limit: 50 } })).items.map((one) => ({
      words: one.title,
      to: { name: "text", params: { id: one.content_id } },
    })),
  routes: [
    {
      path: "/content/:tab(templates|voices)?",
      name: "content",
      component: () => import("./ContentView.vue"),
      meta: { words: "nav.content" },
    },
    {
      path: "/content/texts/:id/:tab?",
      name: "text",
      component: () => import("./TextView.vue"),
      props: true,
      meta: { words: "nav.content" },
    },
    {
      path: "/content/voices/:name",
      name: "voice",
      component: () => import("./VoiceView.vue"),
      props: true,
      meta: { words: "content.tab.voices" },
    },
    {
      path: "/content/templates/:name/:language",
      name: "template",
      component: () => import("./TemplateView.vue"),
      props: true,
      meta: { words: "content.tab.templates" },
    },
  ],
};
