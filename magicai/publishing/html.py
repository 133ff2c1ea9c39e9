"""HTML, cleaned by nh3: of articles before they are sent, and of texts that were written as HTML."""

import html
import re
from importlib import import_module
from typing import Any

_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "li", "a"}
_ATTRIBUTES = {"a": {"href", "rel"}}
_SCHEMES = {"http", "https"}
# What a text that was written as HTML has; one of another text, such as `<3` or `<size>`, is none.
_BLOCK = re.compile(r"</(?:p|h[1-6]|ul|ol|li|div|table)\s*>", re.IGNORECASE)
_OPENS = re.compile(r"<(h[1-6]|p|li|div|br|ul|ol|tr|td|th)\s*/?>|</(?:h[1-6]|p|li|div|ul|ol|tr|td|th)>")
_LINK = re.compile(r'<a(?: href="(?P<address>[^"]*)")?>(?P<words>.*?)</a>', re.DOTALL)
_BLANK = re.compile(r"\n{3,}")


def cleaned(made: str) -> str:
    """An article's HTML with nothing but its own tags, and links that a browser follows to a page."""
    library: Any = import_module("nh3")
    return library.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def as_written(text: str) -> str:
    """A text as its author would write it where it came as HTML: headings, paragraphs, items; another one as it is."""
    if not _BLOCK.search(text):
        return text
    library: Any = import_module("nh3")
    blocks = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "div", "ul", "ol", "li", "tr", "td", "th", "a"}
    made = library.clean(text, tags=blocks, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=None)
    lines = _OPENS.sub(_mark, _LINK.sub(_link, made))
    return _BLANK.sub("\n\n", html.unescape(lines)).strip()


def _mark(tag: re.Match[str]) -> str:
    name = tag[1] or ""
    if name.startswith("h"):
        return f"\n\n{'#' * min(int(name[1]), 4)} "
    if tag[0] in ("</td>", "</th>"):
        return " "
    return {"li": "\n- ", "br": "\n", "td": "", "th": ""}.get(name, "" if tag[0] == "</li>" else "\n\n")


def _link(found: re.Match[str]) -> str:
    return f"[{found['words']}]({found['address']})" if found["address"] else found["words"]
