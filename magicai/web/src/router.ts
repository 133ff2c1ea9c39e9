import { createRouter, createWebHistory, type RouteLocationNormalizedLoaded } from "vue-router";
import type { Key } from "./messages/en";
import { subjects } from "./subjects";
import HomeView from "./views/HomeView.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** What the view is called, in the document's title. */
    words?: Key;
    /** It stands alone, without the navigation. */
    bare?: boolean;
    /** Nobody need be signed in to look at it. */
    open?: boolean;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (viewOf(to) === viewOf(from) ? false : { top: 0 }),
  routes: [
    { path: "/", name: "home", component: HomeView, meta: { words: "nav.home" } },
    {
      path: "/workflows",
      name: "workflows",
      component: () => import("./views/WorkflowsView.vue"),
      meta: { words: "nav.workflows" },
    },
    {
      path: "/workflows/:name",
      name: "workflow",
      component: () => import("./views/WorkflowView.vue"),
      props: true,
      meta: { words: "nav.workflows" },
    },
    { path: "/runs", name: "runs", component: () => import("./views/RunsView.vue"), meta: { words: "nav.runs" } },
    {
      path: "/runs/:id/:tab?",
      name: "run",
      component: () => import("./views/RunView.vue"),
      props: true,
      meta: { words: "nav.runs" },
    },
    {
      path: "/documents/:id",
      name: "document",
      component: () => import("./views/DocumentView.vue"),
      props: true,
      meta: { bare: true },
    },
    {
      path: "/shared/:secret",
      name: "shared",
      component: () => import("./views/SharedView.vue"),
      props: true,
      meta: { bare: true, open: true },
    },
    {
      path: "/join/:secret",
      name: "join",
      component: () => import("./views/JoinView.vue"),
      props: true,
      meta: { bare: true, open: true, words: "join.title" },
    },
    {
      path: "/forgot",
      name: "forgot",
      component: () => import("./views/ForgotView.vue"),
      meta: { bare: true, open: true, words: "forgot.title" },
    },
    {
      path: "/reset/:secret",
      name: "reset",
      component: () => import("./views/ResetView.vue"),
      props: true,
      meta: { bare: true, open: true, words: "reset.title" },
    },
    {
      path: "/verify/:secret",
      name: "verify",
      component: () => import("./views/VerifyView.vue"),
      props: true,
      meta: { bare: true, open: true, words: "verify.title" },
    },
    ...subjects.flatMap((subject) => subject.routes),
    {
      path: "/settings/:tab?",
      name: "settings",
      component: () => import("./views/SettingsView.vue"),
      props: true,
      meta: { words: "nav.settings" },
    },
    {
      path: "/insights",
      name: "insights",
      component: () => import("./views/InsightsView.vue"),
      meta: { words: "nav.insights" },
    },
    {
      path: "/operations",
      name: "operations",
      component: () => import("./views/OperationsView.vue"),
      meta: { words: "nav.operations" },
    },
    {
      path: "/:rest(.*)*",
      name: "nowhere",
      component: () => import("./views/NowhereView.vue"),
      meta: { words: "nowhere" },
    },
  ],
});

/** Which view of which thing an address shows; its tabs are parts of one view. */
export function viewOf({ name, params }: Pick<RouteLocationNormalizedLoaded, "name" | "params">): string {
  return JSON.stringify([name, { ...params, tab: undefined }]);
}
