"""Markdown by markdown-it: headings, paragraphs, items of lists, the rows of tables, code as it stands."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from integrations.parsing.dialects import FENCE, plain_markdown, shown_in
from integrations.parsing.front_matter import without_front_matter
from integrations.parsing.lines import together
from integrations.parsing.navigation import Inline, is_contents
from integrations.parsing.outline import Outline
from integrations.parsing.tables import rows_of
from integrations.parsing.text import decoded
from magicai.knowledge.parsed import Block

if TYPE_CHECKING:
    from markdown_it.token import Token

_LISTS = ("bullet_list", "ordered_list")
_BREAK, _IMAGE = "\x00", "\x01"
_LABEL = re.compile(r"\s\[([^\]]{1,300})\]")
_ONLY_IMAGES = re.compile(f"(?:\\s|{_IMAGE}[^{_IMAGE}]*{_IMAGE})*")
# A long text is read in parts, each from a heading: what the parser makes of it takes 50 times its size.
_PART = 1 << 18


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; the title is the front matter's, or a lone first heading."""
    return _read(body, mdx=False)


def read_mdx(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks of MDX."""
    return _read(body, mdx=True)


def _read(body: bytes, *, mdx: bool) -> tuple[str, tuple[Block, ...]]:
    text = decoded(body).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    title, lines = without_front_matter(text.lstrip("\n").split("\n"))
    if mdx:
        from integrations.parsing.mdx import as_markdown

        lines = as_markdown(list(lines))
    parser = MarkdownIt("commonmark").enable("table")
    if mdx:  # what is indented there stands in a component
        parser.disable("code")
    outline = Outline()
    for part in _parts(plain_markdown(lines)):
        _add(outline, SyntaxTreeNode(parser.parse(part)).children)
    first = [block for block in outline.blocks if block.level == 1]
    return title or (first[0].text if len(first) == 1 else ""), outline.page()


def _parts(lines: Iterator[str]) -> Iterator[str]:
    part: list[str] = []
    size = 0
    fence = False
    for line in lines:
        fence ^= bool(FENCE.match(line))
        if size > _PART and not fence and line.startswith("#"):
            yield "\n".join(part)
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
    yield "\n".join(part)


def _add(outline: Outline, nodes: Sequence[SyntaxTreeNode]) -> None:
    """Add what nodes say."""
    markup: list[str] = []
    for node in nodes:
        if node.type == "html_block":
            markup.append(node.content)
            continue
        _add_markup(outline, markup)
        if node.type == "heading":
            outline.heading(" ".join(_inline(node).text.split()), int(node.tag[1]))
        elif node.type == "paragraph":
            _add_paragraph(outline, _inline(node))
        elif node.type in _LISTS:
            _add_list(outline, node)
        elif node.type in ("fence", "code_block"):
            outline.code(f"{_label(node.info)}{node.content}")
        elif node.type == "table":
            outline.rows(rows_of([[_inline(cell).text for cell in row.children] for row in _rows(node)], headed=True))
        elif node.children:
            _add(outline, node.children)
    _add_markup(outline, markup)


def _label(info: str) -> str:
    """What is shown above code as a line of its own, such as its file: `js [main.js]` or `js title="main.js"`."""
    labelled = _LABEL.search(info)
    label = labelled[1] if labelled else shown_in(info)
    return f"{label}\n" if label else ""


def _add_markup(outline: Outline, markup: list[str]) -> None:
    """Add HTML, which blank lines have cut into pieces."""
    if text := "".join(markup).strip():
        from integrations.parsing.pages import fragment

        fragment(text, outline)
    markup.clear()


def _add_paragraph(outline: Outline, inline: Inline) -> None:
    if inline.leads_elsewhere:
        outline.links(inline.text)
    elif not inline.is_shown_only:
        outline.paragraph(inline.text)


def _add_list(outline: Outline, node: SyntaxTreeNode) -> None:
    begin = int(str(node.attrs.get("start", 1)))
    made: list[tuple[str, Sequence[Block]]] = []
    for number, item in enumerate(node.children, begin):
        contents = outline.contents()
        _add(contents, item.children)
        made.append((f"{number}. " if node.type == "ordered_list" else "- ", contents.blocks))
    outline.items(made, within_page=is_contents([_inline(item) for item in node.children]))


def _rows(table: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for part in table.children:
        yield from part.children


def _inline(node: SyntaxTreeNode) -> Inline:
    """The text in a node, and in those below it."""
    found = Inline()
    parts: list[str] = []
    for one in node.walk():
        if one.type == "inline" and one.token:
            _add_tokens(found, parts, one.token.children or [])
            parts.append(_BREAK)
    lines = [line for line in "".join(parts).split(_BREAK) if not _ONLY_IMAGES.fullmatch(line)]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        joined = together(joined, line)
    joined = joined.replace(_IMAGE, "")
    found.text = "\n".join(" ".join(line.split()) for line in joined.split("\n")).strip()
    return found


def _add_tokens(found: Inline, parts: list[str], tokens: "Sequence[Token]") -> None:
    linked = 0
    for token in tokens:
        said = ""
        if token.type == "link_open":
            linked += 1
            found.targets.append(str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            linked -= 1
        elif token.type == "image":
            found.images += 1
            parts.append(f"{_IMAGE}{token.content}{_IMAGE}")
        elif token.type == "softbreak":
            said = _BREAK
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.lower().startswith("<br")):
            said = "\n"
        elif token.type in ("text", "code_inline"):
            said = token.content
        parts.append(said)
        if not linked:
            found.outside += said
