"""HTML by lxml: headings, paragraphs, list items, the rows of tables; not what surrounds a page's content."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from integrations.parsing.navigation import Inline, is_contents
from integrations.parsing.outline import Outline
from integrations.parsing.tables import rows_of, spread
from integrations.parsing.text import decoded
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

etree: Any = import_module("lxml.etree")  # lxml brings no types
html: Any = import_module("lxml.html")

_LEFT_OUT = ("script", "style", "noscript", "template", "nav", "aside", "footer", "form", "svg", "iframe", "button")
_BLOCKS = ("p", "li", "blockquote", "dt", "dd", "figcaption", "caption", "div", "section", "article", "summary")
_LISTS = ("ul", "ol")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_COLUMNS = 2
_DIGITS = 4


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    text = decoded(body)
    if text.lstrip().startswith("<?xml"):  # lxml takes no text that states an encoding
        text = text.partition("?>")[2]
    try:
        page = html.document_fromstring(text)
    except (etree.LxmlError, ValueError) as exc:
        raise Invalid("content_damaged", way_out="save_again_as_html", exc=str(exc)[:200]) from exc
    _strip(page)
    title = " ".join((page.findtext(".//title") or "").split())
    mains = page.xpath("//main | //*[@role='main']")
    root = mains[0] if mains else page.find("body")
    outline = Outline()
    _Walk(outline).walk_all(page if root is None else root)
    return title, outline.page()


def fragment(text: str, outline: Outline) -> None:
    """Add what a piece of HTML says that stands in another text; what is damaged says nothing."""
    try:
        root = html.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return
    _strip(root)
    _Walk(outline).walk_all(root)


def _strip(root: Any) -> None:
    etree.strip_elements(root, *_LEFT_OUT, etree.Comment, etree.PI, with_tail=False)
    for one in root.xpath(".//*[@role='navigation']"):
        one.drop_tree()


@dataclass(slots=True)
class _Walk:
    """Text by the innermost block that holds it, in order."""

    outline: Outline
    inline: Inline = field(default_factory=Inline)
    linked: int = 0

    def walk_all(self, root: Any) -> None:
        """Add what is in an element."""
        self._within(root)
        self._flush()

    def _walk(self, element: Any) -> None:
        name = element.tag
        if name == "pre":
            self._flush()
            self.outline.code(element.text_content())
        elif name in _LISTS:
            self._flush()
            self._list(element)
        elif name == "table":
            self._flush()
            self._table(element)
        elif name == "dd":
            self._flush()
            contents = self.outline.contents()
            _Walk(contents).walk_all(element)
            self.outline.extend_items(contents.blocks)
        elif name in _HEADINGS:
            self._flush()
            self._within(element)
            self._flush(_HEADINGS[name])
        elif name in _BLOCKS:
            self._flush()
            self._within(element)
            self._flush()
        elif name == "a":
            self.inline.targets.append(element.get("href") or "")
            self.linked += 1
            self._within(element)
            self.linked -= 1
        elif name == "img":
            self.inline.images += 1
        else:
            self._within(element)
            if name == "br":
                self._take(" ")

    def _within(self, element: Any) -> None:
        self._take(element.text or "")
        for child in element:
            self._walk(child)
            self._take(child.tail or "")

    def _take(self, text: str) -> None:
        self.inline.text += text
        if not self.linked:
            self.inline.outside += text

    def _flush(self, level: int = 0) -> None:
        inline, self.inline = self.inline, Inline()
        text = " ".join(inline.text.split())
        if level:
            self.outline.heading(text, level)
        elif inline.leads_elsewhere:
            self.outline.links(text)
        else:
            self.outline.paragraph(text)

    def _list(self, element: Any) -> None:
        items = [one for one in element if one.tag == "li"]
        made: list[tuple[str, Sequence[Block]]] = []
        for number, item in enumerate(items, 1):
            contents = self.outline.contents()
            _Walk(contents).walk_all(item)
            made.append((f"{number}. " if element.tag == "ol" else "- ", contents.blocks))
        self.outline.items(made, within_page=is_contents([_inline(one) for one in items]))

    def _table(self, table: Any) -> None:
        own = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in own]
        if max(map(len, rows), default=0) < _COLUMNS:  # it only arranges what it holds
            for part in table.iter("td", "th", "caption"):
                if next(part.iterancestors("table")) is table:
                    _Walk(self.outline).walk_all(part)
            return
        if (caption := table.find("caption")) is not None:
            self.outline.paragraph(" ".join(caption.text_content().split()))
        headed = table.find("thead") is not None or all(cell.tag == "th" for cell in rows[0])
        self.outline.rows(rows_of(spread([[_cell(cell) for cell in row] for row in rows]), headed=headed))


def _cell(cell: Any) -> tuple[str, int, int]:
    """What a cell says, and over how many columns and rows."""
    contents = Outline()
    _Walk(contents).walk_all(cell)
    columns, rows = (_number(cell.get(name)) for name in ("colspan", "rowspan"))
    return " ".join(block.text for block in contents.blocks), columns, rows


def _number(stated: str | None) -> int:
    return max(1, int(stated)) if stated and stated.isdecimal() and len(stated) < _DIGITS else 1


def _inline(element: Any) -> Inline:
    """All text of an element with its links."""
    links = list(element.iter("a"))
    text = element.text_content()
    outside = text
    for link in links:
        outside = outside.replace(link.text_content(), "", 1)
    return Inline(text, outside, [link.get("href") or "" for link in links])
