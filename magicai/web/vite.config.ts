import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { firstView } from "./firstView.ts";

const gateway = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [vue(), firstView({ mostBytes: 200_000 })],
  // The page's policy allows nothing inline: small files stay files.
  build: {
    license: { fileName: "LICENSES.md" },
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": gateway, "/ws": { target: gateway, ws: true } } },
  test: { include: ["src/**/*.test.ts"] },
});
