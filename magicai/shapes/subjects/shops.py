"""What goes out of the routes about shops over time."""

from typing import Annotated

from pydantic import Field

from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.shops.analysis import ChangeKind
from magicai.shops.history import Difference, Offer
from magicai.values.times import Moment


class DecidedMatch(Body):
    """Whether a product of one's own and one of a shop are the same."""

    mine: Annotated[str, Field(min_length=1, max_length=500, description="`mine` of the pair in own_comparison.")]
    shop: Annotated[str, Field(min_length=1, max_length=500, description="`shop` of its comparison.")]
    theirs: Annotated[str, Field(min_length=1, max_length=64, description="`theirs` of the pair.")]
    same: bool


class ShopShown(Shown):
    """A shop that was read."""

    shop: str
    readings: int
    last_read_at: Moment


class ShopList(Page[ShopShown]):
    """Shops by name."""


class ReadingShown(Shown):
    """One reading of a shop."""

    run_id: str
    at: Moment
    complete: bool
    coverage: float
    products: int = Field(description="Number of products that it found.")


class ProductShown(Shown):
    """A product over the readings, as the latest of them names it."""

    product_id: str
    name: str
    url: str
    brand: str | None
    offers: list[Offer | None] = Field(description="One per crawl; null if it did not know the product.")


class HistoryShown(Page[ProductShown]):
    """Products by id over readings, the oldest first."""

    shop: str
    readings: list[ReadingShown]
    earlier: str | None = Field(description="Send it as `before` to get earlier crawls; null if there are none.")


class ComparisonShown(Page[Difference]):
    """What differs between two readings of a shop."""

    shop: str
    shops: list[str] = Field(description="The shops that both crawled.")
    older: ReadingShown
    newer: ReadingShown
    compared: int = Field(description="Products that the newer crawl found and the older one knew.")
    counts: dict[ChangeKind, int]


class PageText(Shown):
    """A product's page as Markdown."""

    product_id: str
    name: str
    url: str
    markdown: str


class PageTextList(Page[PageText]):
    """Pages in the order of their products."""
