"""A shop over its readings: what each product cost when, and what differs between two of them."""

from collections.abc import Collection, Sequence

from pydantic import Field

from magicai.errors import Invalid, NotFound
from magicai.shops.analysis import ChangeKind
from magicai.shops.product import Availability, Seen
from magicai.values.frozen import Frozen
from magicai.values.money import DecimalString


class ShopRead(Frozen):
    """A shop that was read; `last_read_at` in UTC microseconds."""

    shop: str
    readings: int
    last_read_at: int


class Reading(Frozen):
    """One finished crawl of a shop that saw products; `at` in UTC microseconds."""

    crawl_id: str
    run_id: str
    shop: str
    at: int
    complete: bool
    coverage: float
    products: int


class Offer(Frozen):
    """What one reading found of a product."""

    price: DecimalString | None = None
    currency: str | None = None
    availability: Availability = Availability.UNKNOWN
    seen: Seen = Seen.SEEN


class ProductHistory(Frozen):
    """A product over readings: an offer for each of them, in their order, None where it did not know the product."""

    product_id: str
    name: str
    url: str
    brand: str | None = None
    offers: tuple[Offer | None, ...]


class Difference(Frozen):
    """One change of a product between two readings, as a report of the later one tells it."""

    product_id: str
    name: str
    url: str
    kind: ChangeKind
    before: Offer | None
    after: Offer | None


class Comparison(Frozen):
    """Two readings of a shop, the earlier first.

    Attributes:
        compared: products that the later one has seen, and the earlier one knew.
        counts: by kind; a product that changed its price and its stock counts in both.
    """

    compared: int
    counts: dict[ChangeKind, int] = Field(default_factory=dict[ChangeKind, int])
    differences: tuple[Difference, ...] = ()


def read_by_both(one: Sequence[Reading], other: Sequence[Reading]) -> dict[str, tuple[Reading, Reading]]:
    """The readings of each shop that two runs have read, the earlier first."""
    others = {reading.shop: reading for reading in other if reading not in one}
    both = ((reading, others[reading.shop]) for reading in one if reading.shop in others)
    return {a.shop: (a, b) if a.at <= b.at else (b, a) for a, b in both}


def shop_to_compare(common: Collection[str], wanted: str) -> str:
    """Which of the shops that two runs have read is compared; the first where nobody wants one.

    Raises:
        Invalid: there is none.
        NotFound: the wanted one is not among them.
    """
    if not common:
        raise Invalid("runs_share_no_shop")
    if wanted and wanted not in common:
        raise NotFound("common_shop_not_found", wanted=wanted[:200], names=", ".join(common))
    return wanted or next(iter(common))
