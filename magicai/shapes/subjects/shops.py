"""What goes out of the routes about shops over time."""

from typing import Annotated

from pydantic import AfterValidator, Field

from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.shops.analysis import ChangeKind
from magicai.shops.crawl_analyze_generate import shop_address
from magicai.shops.history import Difference, Offer
from magicai.values.times import Moment


class DecidedMatch(Body):
    """Whether a product of one's own and one of a shop are the same."""

    mine: Annotated[str, Field(min_length=1, max_length=500, description="`mine` of the pair in own_comparison.")]
    shop: Annotated[str, Field(min_length=1, max_length=500, description="`shop` of its comparison.")]
    theirs: Annotated[str, Field(min_length=1, max_length=64, description="`theirs` of the pair.")]
    same: bool


class ShopNamed(Shown):
    """A shop by its name and address."""

    shop: str = Field(description="What it is known by: the address at which it was first crawled.")
    name: str = Field(description="The name that it was given; empty if none.")
    address: str = Field(description="Where it is now.")


class ShopShown(ShopNamed):
    """A shop that was read."""

    addresses: list[str] = Field(description="All that it has had, the present one last.")
    readings: int
    last_read_at: Moment


class ShopChange(Body):
    """What is to change of a shop: its name, its address, or both."""

    shop: Annotated[str, Field(min_length=1, max_length=500, description="A name from GET /api/shops.")]
    name: Annotated[str | None, Field(max_length=100, description="Empty to take its name away.")] = None
    address: Annotated[
        Annotated[str, AfterValidator(shop_address)] | None,
        Field(max_length=2000, description="Of its front page, after it moved."),
    ] = None


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
