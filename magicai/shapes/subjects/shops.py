"""What goes out of the routes about shops over time."""

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.shops.analysis import ChangeKind
from magicai.shops.history import Difference, Offer, ProductHistory, Reading, ShopRead
from magicai.values.times import Moment


class ShopShown(BaseModel):
    """A shop that was read."""

    shop: str
    readings: int
    last_read_at: Moment

    @classmethod
    def of(cls, read: ShopRead) -> "ShopShown":
        """The shape of a shop."""
        return cls(shop=read.shop, readings=read.readings, last_read_at=read.last_at)


class ShopList(Page[ShopShown]):
    """Shops by name."""


class ReadingShown(BaseModel):
    """One reading of a shop."""

    run_id: str
    at: Moment
    complete: bool
    coverage: float
    products: int = Field(description="Number of products that it found.")

    @classmethod
    def of(cls, reading: Reading) -> "ReadingShown":
        """The shape of a reading."""
        return cls(
            run_id=reading.run_id,
            at=reading.at,
            complete=reading.complete,
            coverage=reading.coverage,
            products=reading.products,
        )


class ProductShown(BaseModel):
    """A product over the readings, as the latest of them names it."""

    product_id: str
    name: str
    url: str
    brand: str | None
    offers: list[Offer | None] = Field(description="One per crawl; null if it did not know the product.")

    @classmethod
    def of(cls, product: ProductHistory) -> "ProductShown":
        """The shape of a product over the readings."""
        return cls(
            product_id=product.product_id,
            name=product.name,
            url=product.url,
            brand=product.brand,
            offers=list(product.offers),
        )


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
