"""A shop over its readings: what each product cost when, and what differs between two of them."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from magicai.shops.product import Availability, Seen
from magicai.values.money import DecimalString


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ShopRead(_Model):
    """A shop that was read; `last_at` in UTC microseconds."""

    shop: str
    readings: int
    last_at: int


class Reading(_Model):
    """One finished crawl of a shop that saw products; `at` in UTC microseconds."""

    crawl_id: str
    run_id: str
    shop: str
    at: int
    complete: bool
    coverage: float
    products: int


class Offer(_Model):
    """What one reading found of a product."""

    price: DecimalString | None = None
    currency: str | None = None
    availability: Availability = Availability.UNKNOWN
    seen: Seen = Seen.SEEN


class ProductHistory(_Model):
    """A product over readings: an offer for each of them, in their order, None where it did not know the product."""

    product_id: str
    name: str
    url: str
    brand: str | None = None
    offers: tuple[Offer | None, ...]


class DifferenceKind(StrEnum):
    """How the later of two readings differs about a product; what it did not look at does not.

    `new` is what the earlier one, where it was complete, did not have; `gone` what was found to be gone since.
    """

    NEW = "new"
    GONE = "gone"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    STOCK = "stock"


class Difference(_Model):
    """A product about which two readings differ."""

    product_id: str
    name: str
    url: str
    kind: DifferenceKind
    before: Offer | None
    after: Offer | None


class Comparison(_Model):
    """Two readings of a shop, the earlier first; `compared` products were seen by both."""

    compared: int
    counts: dict[DifferenceKind, int] = Field(default_factory=dict[DifferenceKind, int])
    differences: tuple[Difference, ...] = ()


def difference(before: Offer | None, after: Offer) -> DifferenceKind | None:
    """How two offers of a product differ, prices within one currency first; None where they don't, or can't be told."""
    if before is None:
        return DifferenceKind.NEW if after.seen is Seen.SEEN else None
    if before.seen is not Seen.SEEN or after.seen is Seen.NOT_VISITED:
        return None
    return DifferenceKind.GONE if after.seen is Seen.GONE else _of_seen(before, after)


def _of_seen(before: Offer, after: Offer) -> DifferenceKind | None:
    if before.price is not None and after.price is not None and before.currency == after.currency:
        if after.price > before.price:
            return DifferenceKind.DEARER
        if after.price < before.price:
            return DifferenceKind.CHEAPER
    return DifferenceKind.STOCK if before.availability is not after.availability else None
