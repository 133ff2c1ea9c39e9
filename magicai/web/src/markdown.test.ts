import { expect, it } from "vitest";
import { rendered } from "./markdown";

it("reads Markdown, and lets nothing through that its text brings along", () => {
  const html = rendered(
    [
      "# Title",
      "| a | b |",
      "|---|--:|",
      "| 1 | 2 |",
      "",
      "<script>alert(1)</script> <b onclick=x>bold</b>",
      "[bad](javascript:alert(1)) [data](data:text/html,x) [good](https://a.example/)",
      "![pixel](https://evil.example/x.png)",
    ].join("\n"),
  );
  expect(html).toContain("<h1>Title</h1>");
  expect(html).toContain('<td class="price">2</td>');
  expect(html).toContain('<a href="https://a.example/" target="_blank" rel="noreferrer noopener">good</a>');
  for (const one of ["<script", "<b ", 'href="javascript', 'href="data:', "<img", "style="])
    expect(html).not.toContain(one);
});
