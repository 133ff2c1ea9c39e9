import { createRouter, createWebHistory } from "vue-router";
import StartView from "./views/StartView.vue";

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", name: "start", component: StartView },
    { path: "/runs", name: "runs", component: () => import("./views/RunsView.vue") },
    { path: "/runs/:id", name: "run", component: () => import("./views/RunView.vue"), props: true },
    {
      path: "/compare/:older/:newer",
      name: "compare",
      component: () => import("./views/CompareView.vue"),
      props: true,
    },
    { path: "/history", name: "history", component: () => import("./views/HistoryView.vue") },
    { path: "/brain", name: "brain", component: () => import("./views/BrainView.vue") },
    { path: "/account", name: "account", component: () => import("./views/AccountView.vue") },
    { path: "/:rest(.*)*", name: "nowhere", component: () => import("./views/NowhereView.vue") },
  ],
});
