"""What goes in and out of operations on feeds of products."""

from pydantic import BaseModel, Field

from magicai.catalogue.listing import ProductFilter
from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.values.times import Moment


class NewFeed(Body):
    """A feed to make."""

    name: str = Field(min_length=1, max_length=80, description="For yourself, such as the feed's country.")
    shop: tuple[str, ...] = Field((), max_length=50, description="Only products of these shops.")
    category: tuple[str, ...] = Field((), max_length=50, description="Only products of these categories.")

    @property
    def wanted(self) -> ProductFilter:
        """Which products it has."""
        return ProductFilter(shop=self.shop, category=self.category)


class FeedShown(Shown):
    """A feed, without its address."""

    feed_id: str
    name: str
    wanted: ProductFilter
    created_at: Moment


class FeedMade(FeedShown):
    """A new feed with its address, which is shown this once."""

    path: str = Field(description="Behind the gateway's address. Whoever has it can read the feed.")


class FeedList(Page[FeedShown]):
    """Feeds, by name."""


class FeedGap(BaseModel):
    """An attribute that Google Merchant requires, and that products lack."""

    attribute: str
    count: int
    left_out: bool = Field(description="Whether the feed leaves such products out.")
    product_ids: list[str] = Field(description="The first of them.")


class FeedChecked(BaseModel):
    """What the products of a feed lack."""

    products: int
    gaps: list[FeedGap]
