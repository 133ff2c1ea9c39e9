import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Fails a build whose first view, compressed, is too large to come quickly; says how large it is. */
export function firstView({ mostBytes }: { mostBytes: number }): Plugin {
  return {
    name: "first-view",
    apply: "build",
    writeBundle(_options, bundle) {
      const index = bundle["index.html"];
      if (index?.type !== "asset") this.error("there is no index.html");
      const html = index.source.toString();
      const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((found) => found[1] ?? "");
      // Who reads fetches one language's words too.
      const words = Object.keys(bundle).filter((name) => /\/en-[\w-]+\.js$/.test(name));
      if (words.length !== 1) this.error("there is no one file of English words");
      const files = ["index.html", ...named, ...words].flatMap((name) => bundle[name] ?? []);
      const sizes = files.map((file) => gzipSync(file.type === "asset" ? file.source : file.code, { level: 9 }).length);
      const bytes = sizes.reduce((sum, one) => sum + one, 0);
      this.info(
        `the first view: ${(bytes / 1000).toFixed(1)} kB compressed in ${files.length} files, of ${mostBytes / 1000} kB at most`,
      );
      if (bytes > mostBytes)
        this.error(`the first view has ${bytes} bytes compressed; at most ${mostBytes} come quickly`);
    },
  };
}
