"""What reading one page gives: what it is, what it states, and where it leads."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from magicai.shops.crawl import UrlKind
from magicai.shops.product import Observation


class PageKind(StrEnum):
    """What a page turned out to be."""

    PRODUCT = "product"
    LISTING = "listing"
    OTHER = "other"
    BLOCKED = "blocked"  # a bot wall says no
    CAPTCHA = "captcha"
    CONSENT = "consent"  # nothing but a consent wall
    LOGIN = "login"
    NOT_FOUND = "not_found"  # says so, whatever its status
    EMPTY = "empty"  # no text; see `needs_rendering`


class Link(NamedTuple):
    """Where a page leads.

    Attributes:
        url: absolute, normalised, without any fragment but a route of scripts.
        kind: what its place and wording on the page promise.
        next_page: whether it leads to the next page of the same listing.
    """

    url: str
    kind: UrlKind
    next_page: bool = False


@dataclass(slots=True)
class Reading:
    """A page, read once.

    Attributes:
        canonical: its own canonical address, or "".
        language: BCP 47, or "".
        needs_rendering: its HTML holds no product and its scripts may draw some, or they may add to its list.
        is_undrawn: it shows nothing, though a browser may have read it.
        answers: addresses of JSON: of a list, that states further products of it; of a product, that states it.
    """

    kind: PageKind
    title: str = ""
    canonical: str = ""
    language: str = ""
    observations: list[Observation] = field(default_factory=list[Observation])
    links: list[Link] = field(default_factory=list[Link])
    needs_rendering: bool = False
    is_undrawn: bool = False
    answers: list[str] = field(default_factory=list[str])
