"""HTML by lxml: headings, paragraphs, list items, the rows of tables; not what surrounds a page's content."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from integrations.parsing.text import decoded
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

etree: Any = import_module("lxml.etree")  # lxml brings no types
html: Any = import_module("lxml.html")

_LEFT_OUT = ("script", "style", "noscript", "template", "nav", "aside", "footer", "form", "svg", "iframe", "button")
_BLOCKS = ("p", "li", "pre", "blockquote", "dt", "dd", "tr", "figcaption", "td", "th", "div", "section", "article")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    text = decoded(body)
    if text.lstrip().startswith("<?xml"):  # lxml takes no text that states an encoding
        text = text.partition("?>")[2]
    try:
        page = html.document_fromstring(text)
    except (etree.LxmlError, ValueError) as exc:
        raise Invalid(f"It is damaged: {exc!s:.200}.", way_out="Save it again as HTML.") from exc
    etree.strip_elements(page, *_LEFT_OUT, etree.Comment, etree.PI, with_tail=False)
    title = " ".join((page.findtext(".//title") or "").split())
    mains = page.xpath("//main | //*[@role='main']")
    root = mains[0] if mains else page.find("body")
    return title, tuple(_blocks(page if root is None else root))


def _code(element: Any) -> Iterator[Block]:
    """What is set as it stands, with its lines."""
    if code := element.text_content().strip("\n").rstrip():
        yield Block(text=code)


def _blocks(root: Any) -> Iterator[Block]:
    """Text by the innermost block that holds it, in order."""
    gathered: list[str] = []

    def flushed(level: int = 0) -> Iterator[Block]:
        text = " ".join("".join(gathered).split())
        gathered.clear()
        if text:
            yield Block(text=text, level=level)

    def walk(element: Any) -> Iterator[Block]:
        name = element.tag
        if name == "pre":
            yield from flushed()
            yield from _code(element)
            return
        level = _HEADINGS.get(name, 0)
        begins = level or name in _BLOCKS
        cell = name in ("td", "th")
        if begins and not cell:
            yield from flushed()
        gathered.append(element.text or "")
        for child in element:
            yield from walk(child)
            gathered.append(child.tail or "")
        if cell:
            gathered.append(" | ")
        elif name == "br":
            gathered.append(" ")
        elif begins:
            yield from flushed(level)

    yield from walk(root)
    yield from flushed()
