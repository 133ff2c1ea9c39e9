"""What the numbers of a shop say.

Amounts are decimal strings in their currency; averages and quantiles are computed exactly on minor units and rounded
half to even where they are shown. Quartiles interpolate linearly between the two nearest prices.

Counted are the products that the crawl has seen, each once in its shop, its outermost category and its brand. Names
that differ by case or spaces alone are one group. Within a group a product is counted with its currency. One that has
neither price nor currency is counted with the group's only currency; where the group has none or several, it is counted
under None, apart from all others, as is a price whose currency the shop does not state.
"""

from enum import StrEnum

from magicai.shops.product import Availability
from magicai.values.frozen import Frozen
from magicai.values.money import DecimalString
from magicai.values.times import IsoTime


class PriceStats(Frozen):
    """The prices of one group in one currency.

    Attributes:
        currency: None of products without one. The counts of a group's currencies, None among them, add up to it.
        count: all products of the group that are counted with this currency.
        priced: of those, how many have a price; everything from `average` to `median_discount` is over these.
        median_discount: share of the list price, 0 to 1, over the discounted; None where there is none.
        known_stock: how many say whether they are in stock.
    """

    currency: str | None
    count: int
    priced: int
    total: DecimalString | None = None
    average: DecimalString | None = None
    median: DecimalString | None = None
    low: DecimalString | None = None
    high: DecimalString | None = None
    q1: DecimalString | None = None
    q3: DecimalString | None = None
    discounted: int = 0
    median_discount: float | None = None
    in_stock: int = 0
    known_stock: int = 0


class Group(Frozen):
    """A category or a brand with its prices by currency."""

    name: str
    stats: tuple[PriceStats, ...]


class ChangeKind(StrEnum):
    """What became of a product since the last completed crawl.

    Compared is what this crawl has seen with when it was last seen before, by the last crawl or one before that: prices
    within one currency (or both without one), stock between `in_stock` and `out_of_stock`.
    `gone` is what this crawl has found to be gone, and the last one had not; what it did not look at is never gone.
    `new` is what the last complete crawl would have seen: it read the pages on which it stands.
    """

    NEW = "new"
    GONE = "gone"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    SOLD_OUT = "sold_out"
    BACK = "back"


class Change(Frozen):
    """One product that changed; prices in `currency`."""

    kind: ChangeKind
    product_id: str
    name: str
    url: str
    currency: str | None = None
    old_price: DecimalString | None = None
    new_price: DecimalString | None = None
    old_availability: Availability | None = None
    new_availability: Availability | None = None


class Changes(Frozen):
    """Against the last completed crawl of the same shop by the same owner.

    Attributes:
        since: when that crawl finished, ISO 8601.
        compared: how many products were seen by this crawl, and known from that one or an earlier one.
        not_visited: how many known products this crawl did not look at.
        not_visited_before: how many products are not known to be new, as that crawl did not read where they stand.
    """

    since: IsoTime
    compared: int
    not_visited: int = 0
    not_visited_before: int = 0
    new: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()
    dearer: tuple[Change, ...] = ()
    cheaper: tuple[Change, ...] = ()
    sold_out: tuple[Change, ...] = ()
    back: tuple[Change, ...] = ()


class ShopAnalysis(Frozen):
    """One shop's numbers; `changes` is None at the first crawl."""

    shop: str
    products: int
    stats: tuple[PriceStats, ...]
    categories: tuple[Group, ...] = ()
    brands: tuple[Group, ...] = ()
    changes: Changes | None = None


class SharedBrand(Frozen):
    """A brand that several categories share: what the graph was asked of `shop`, "" meaning the run's only one.

    Attributes:
        products: those of it that state a category; how many it has in all, the shop's groups say.
    """

    shop: str = ""
    brand: str
    categories: tuple[str, ...]
    products: int


class Analysis(Frozen):
    """All shops of a run, never mixed."""

    shops: tuple[ShopAnalysis, ...]
