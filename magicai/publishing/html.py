"""HTML of articles, cleaned by nh3 before it is sent."""

from importlib import import_module
from typing import Any

_TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "li", "a"}
_ATTRIBUTES = {"a": {"href", "rel"}}
_SCHEMES = {"http", "https"}


def cleaned(made: str) -> str:
    """An article's HTML with nothing but its own tags, and links that a browser follows to a page."""
    library: Any = import_module("nh3")
    return library.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
