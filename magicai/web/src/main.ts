import { createApp } from "vue";
import App from "./App.vue";
import { readable } from "./composables/useWords";
import { router } from "./router";
import "./style.css";

void readable.then(() => createApp(App).use(router).mount("#app"));
