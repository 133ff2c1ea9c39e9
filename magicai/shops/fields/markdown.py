"""A product's page as Markdown: its own part, without menus, reviews, other products and the shop's foot."""

import re
from collections.abc import Iterator
from itertools import groupby

from magicai.shops.extraction.elements import Element
from magicai.shops.fields.page import FieldPage

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
# What would become markup, or HTML; other marks stay as they are read.
_SYNTAX = re.compile(r"[\\`*_\[\]<>|#~]")


def as_markdown(page: FieldPage) -> str:
    """Headings, paragraphs, lists and the rows of tables, in the page's order; no links, no pictures, no HTML."""
    written: list[tuple[object, str]] = []
    for row, lines in groupby(page.lines(), key=lambda line: _around(line[1], page, "tr")):
        if row is None:
            written += [_written(_SYNTAX.sub(r"\\\g<0>", text), element, page) for text, element in lines]
        else:
            cells = " | ".join(_SYNTAX.sub(r"\\\g<0>", text) for text, _ in lines)
            written.append((_around(row, page, "table"), f"- {cells}"))
    return "\n\n".join(_blocks(written)) + "\n"


def _blocks(written: list[tuple[object, str]]) -> Iterator[str]:
    """Lines that belong together, such as those of a list."""
    for _, lines in groupby(enumerate(written), key=lambda one: one[0] if one[1][0] is None else one[1][0]):
        yield "\n".join(line for _, (_, line) in lines)


def _written(text: str, element: Element, page: FieldPage) -> tuple[object, str]:
    """A line, and what keeps it together with the next one; None where nothing does."""
    for one in page.outline.around(element):
        if one.tag in _HEADINGS:
            return None, f"{_HEADINGS[one.tag]} {text}"
        if one.tag == "li":
            return page.outline.elements[one.parent], f"- {text}"
        if one.tag in ("dt", "dd"):
            return _around(one, page, "dl"), f"- **{text}**" if one.tag == "dt" else f"  {text}"
    return None, text


def _around(element: Element, page: FieldPage, tag: str) -> Element | None:
    return next((one for one in page.outline.around(element) if one.tag == tag), None)
