"""HTML that tables and people give where a text is meant: whether it is, and what it says."""

import html
import re

import nh3
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from magicai.shops.extraction.nesting import without_abyss
from magicai.shops.extraction.text import plain

_ELEMENTS = frozenset((*nh3.ALLOWED_TAGS, "script", "style"))
_UNREAD = ["script", "style", "template"]
_LOOKED_AT = 20_000
_SHORT = 1_500  # bytes, in which elements nest no deeper than `_read` may go
_BLANK = re.compile(r"[ \t]*\n[ \t]*\n\s*")
_PAGE = re.compile(r"https?://[^\s()]+", re.IGNORECASE)
_LINE_MARK = re.compile(r"^\s*(?:#{1,4}|-) ")  # of a heading or an item, as a written text has it
_SPACES = re.compile(r"\s+")
_PARAGRAPHS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "div", "dl", "figcaption", "figure"),
        *("footer", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
    )
)
# Elements that HTML lets stand without an end tag.
_OPEN = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "br", "hr", "img", "wbr", "col"))
_LINES = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "#### ", "h6": "#### ", "li": "- "}


def has_markup(text: str) -> bool:
    """Whether a parser finds elements of HTML in it; `x<y and y>z` and `<M>` are none, nor `<s>` without its end."""
    if "<" not in text:
        return False
    found = LexborHTMLParser(text[:_LOOKED_AT]).css("*")
    tags = {one.tag for one in found if one.tag in _ELEMENTS and None not in one.attributes.values()}
    ends = text.lower() if tags else ""
    return any(tag in _OPEN or f"</{tag}" in ends for tag in tags)


def written_from(text: str, *, with_links: bool = False) -> str:
    """A text that may hold HTML, as `parse` reads it: headings, items and paragraphs in lines of their own.

    A term stands before its description, `Weight: 3 kg`; of an image stays what its `alt` says.

    Args:
        with_links: whether links to pages are written as Markdown has them; their words alone where not.
    """
    if not has_markup(text):
        return text
    markup = without_abyss(text.encode("utf-8", "replace"), harmless=_SHORT)
    body = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS).body
    if body is None:
        return ""
    body.strip_tags(_UNREAD, recursive=True)
    pieces: list[str] = []
    _read(body, pieces, within="", with_links=with_links)
    return _BLANK.sub("\n\n", "".join(pieces)).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs, headings and items of a cell that may hold HTML; a text without it as it is."""
    read = html.unescape(html.unescape(text))  # escaped by a shop, and by what wrote the file
    markup = next(filter(has_markup, (text, read)), "")
    if not markup:
        return [plain(read, len(read)) if "<!--" in read else read]
    lines = (_LINE_MARK.sub("", line).split() for line in written_from(markup).split("\n"))
    return [" ".join(words) for words in lines if words]


def _read(node: LexborNode, pieces: list[str], *, within: str, with_links: bool) -> None:
    """Add what a node's children say.

    Args:
        within: the element whose text is one paragraph; "" where lines are as they were typed.
    """
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "-text":
            said = child.text_content or ""
            pieces.append(_SPACES.sub(" ", said) if within else said)
        elif tag == "br":
            pieces.append(" " if within in _LINES else "\n\n")
        elif tag == "img":
            pieces.append(f" {child.attributes.get('alt') or ''} ")
        elif tag == "a" and with_links and _PAGE.fullmatch(address := child.attributes.get("href") or ""):
            pieces.append("[")
            _read(child, pieces, within=within, with_links=with_links)
            pieces.append(f"]({address})")
        elif tag == "dt":
            term: list[str] = []
            _read(child, term, within="li", with_links=with_links)
            pieces.append(f"\n{''.join(term).strip().rstrip(':：')}:")
        elif tag == "dd":
            pieces.append(" ")
            _read(child, pieces, within="li", with_links=with_links)
            pieces.append("\n\n")
        elif tag in _LINES:
            at_start = not pieces or pieces[-1].endswith("\n")
            pieces.append(_LINES[tag] if at_start else f"\n{_LINES[tag]}")
            _read(child, pieces, within=tag, with_links=with_links)
            pieces.append("\n")
        elif tag in _PARAGRAPHS:
            inside = within in _LINES
            pieces.append(" " if inside else "\n\n")
            _read(child, pieces, within=within if inside else tag, with_links=with_links)
            pieces.append(" " if inside else "\n\n")
        else:
            pieces.append(" " if tag in ("td", "th") else "")
            _read(child, pieces, within=within, with_links=with_links)
