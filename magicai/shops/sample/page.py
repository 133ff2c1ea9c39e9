"""A page of the shop, and the frame that every HTML page stands in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from magicai.shops.sample.catalogue import Language, shop
from magicai.shops.sample.rendering import render

# Stands in a page where each answer gets a session id of its own.
SESSION_MARK = "session-id-goes-here"


@dataclass(frozen=True, slots=True)
class SamplePage:
    """What an address is answered with.

    Attributes:
        location: of a redirect, the path that it leads to.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None


Query = Mapping[str, str]
Route = Callable[[Query], SamplePage | None]
Routes = dict[str, Route]


def html(
    template: str,
    base: str,
    *,
    canonical: str,
    language: Language = "en",
    encoding: str = "utf-8",
    sessions: bool = False,
    status: int = 200,
    **values: Any,
) -> SamplePage:
    """An HTML page from a template.

    Args:
        template: its file name.
        base: the shop's address without a slash at its end.
        canonical: the path that the page names as its own; empty for none.
        language: of the frame.
        encoding: named by the page's <meta>; by the header too where it is UTF-8, as old shops don't.
        sessions: whether links that go through `link` carry a session id.
        status: HTTP status.
        values: for the template.
    """
    about = shop()
    suffix = "_zh" if language == "zh" else ""
    text = render(
        template,
        base=base,
        canonical=canonical,
        language=language,
        encoding=encoding,
        link=_with_session if sessions else str,
        shop_name=about[f"name{suffix}"],
        tagline=about[f"tagline{suffix}"],
        workshops=about["workshop"],
        **values,
    )
    header = "text/html; charset=utf-8" if encoding == "utf-8" else "text/html"
    return SamplePage(text.encode(encoding, "xmlcharrefreplace"), status, header)


def plain(text: str, content_type: str = "text/plain; charset=utf-8") -> SamplePage:
    """A page of text, SVG, CSS or JSON."""
    return SamplePage(text.encode(), content_type=content_type)


def svg(text: str) -> SamplePage:
    """A picture."""
    return plain(text, "image/svg+xml")


def moved(path: str) -> SamplePage:
    """A redirect for good."""
    return SamplePage(status=301, location=path)


def _with_session(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}sid={SESSION_MARK}"
