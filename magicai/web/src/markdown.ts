/** Markdown as HTML, in a file of its own: loaded once such a text is looked at. */
import MarkdownIt from "markdown-it";

// What texts quote was written by others: no HTML of theirs, no pictures from elsewhere, and only addresses of the web.
const reader = new MarkdownIt({ html: false, linkify: true, typographer: false }).disable("image");
reader.validateLink = (address: string) => /^(https?:|mailto:|#)/i.test(address.trim());
reader.core.ruler.push("safely", (state) => {
  for (const token of [...state.tokens, ...state.tokens.flatMap((one) => one.children ?? [])]) {
    if (token.type === "link_open") {
      token.attrSet("target", "_blank");
      token.attrSet("rel", "noreferrer noopener");
    }
    // The page's policy allows no style in the text; its sheet knows the class.
    const style = String(token.attrGet("style") ?? "");
    if (style) token.attrs = (token.attrs ?? []).filter(([name]) => name !== "style");
    if (style.includes("right")) token.attrSet("class", "price");
  }
});

export const rendered = (text: string): string => reader.render(text);
