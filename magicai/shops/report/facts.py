"""What a report may say: facts that code computed from the analysis, and nothing else.

A fact has one subject and one measure; its values have roles (`count` of `of`, `old` to `new`) that no sentence may
exchange. Currencies are never mixed. Where the numbers do not carry a fact, there is none.
"""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.values.money import DecimalString


class Section(StrEnum):
    """Where a fact is told, in the order of the report."""

    CHANGES = "changes"
    RANGE = "range"
    PRICES = "prices"
    DISCOUNTS = "discounts"
    STOCK = "stock"
    BRANDS = "brands"
    OWN = "own"
    READING = "reading"


class Measure(StrEnum):
    """What a fact states; each language has a sentence for it."""

    PRODUCTS = "products"
    NO_PRODUCTS = "no_products"
    LARGEST_CATEGORY = "largest_category"
    NO_PRICES = "no_prices"
    UNPRICED = "unpriced"
    NO_CURRENCY = "no_currency"
    CURRENCIES = "currencies"
    MEDIAN_PRICE = "median_price"
    AVERAGE_PRICE = "average_price"
    MIDDLE_HALF = "middle_half"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    LOWEST_PRICE = "lowest_price"  # shared by several products
    HIGHEST_PRICE = "highest_price"  # likewise
    HIGHEST_CATEGORY = "highest_category"
    LOWEST_CATEGORY = "lowest_category"
    IN_STOCK = "in_stock"
    ALL_IN_STOCK = "all_in_stock"
    NONE_IN_STOCK = "none_in_stock"
    STOCK_UNKNOWN = "stock_unknown"
    NO_STOCK_STATED = "no_stock_stated"
    SCARCEST_CATEGORY = "scarcest_category"
    DISCOUNTED = "discounted"
    MEDIAN_DISCOUNT = "median_discount"
    DEEPEST_DISCOUNT = "deepest_discount"
    NO_DISCOUNTS = "no_discounts"
    FIRST_READING = "first_reading"
    COMPARED = "compared"
    NOTHING_COMPARED = "nothing_compared"
    NOTHING_CHANGED = "nothing_changed"
    NEW_PRODUCTS = "new_products"
    GONE_PRODUCTS = "gone_products"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    BIGGEST_RISE = "biggest_rise"
    BIGGEST_CUT = "biggest_cut"
    SOLD_OUT = "sold_out"
    BACK_IN_STOCK = "back_in_stock"
    NOT_VISITED = "not_visited"
    NOT_VISITED_BEFORE = "not_visited_before"
    TOP_BRAND = "top_brand"
    SHARED_BRANDS = "shared_brands"
    SHARED_BRAND = "shared_brand"
    BOTH_SELL = "both_sell"
    SHOP_ASKS_LESS = "shop_asks_less"
    SHOP_ASKS_MORE = "shop_asks_more"
    BIGGEST_UNDERCUT = "biggest_undercut"
    SOLD_OUT_THERE = "sold_out_there"
    MAYBE_THE_SAME = "maybe_the_same"
    PAGES_READ = "pages_read"
    PAGES_UNCHANGED = "pages_unchanged"
    PAGES_REFUSED = "pages_refused"
    PAGES_FAILED = "pages_failed"
    COVERAGE = "coverage"
    PROBLEMS = "problems"


_M = Measure
_BY_SECTION: dict[Section, tuple[Measure, ...]] = {
    Section.RANGE: (_M.PRODUCTS, _M.NO_PRODUCTS, _M.LARGEST_CATEGORY),
    Section.PRICES: (
        *(_M.NO_PRICES, _M.UNPRICED, _M.NO_CURRENCY, _M.CURRENCIES, _M.MEDIAN_PRICE, _M.AVERAGE_PRICE, _M.MIDDLE_HALF),
        *(_M.CHEAPEST, _M.DEAREST, _M.LOWEST_PRICE, _M.HIGHEST_PRICE, _M.HIGHEST_CATEGORY, _M.LOWEST_CATEGORY),
    ),
    Section.STOCK: (
        *(_M.IN_STOCK, _M.ALL_IN_STOCK, _M.NONE_IN_STOCK, _M.STOCK_UNKNOWN, _M.NO_STOCK_STATED),
        _M.SCARCEST_CATEGORY,
    ),
    Section.DISCOUNTS: (_M.DISCOUNTED, _M.MEDIAN_DISCOUNT, _M.DEEPEST_DISCOUNT, _M.NO_DISCOUNTS),
    Section.CHANGES: (
        *(_M.COMPARED, _M.NOTHING_COMPARED, _M.NOTHING_CHANGED, _M.NEW_PRODUCTS, _M.GONE_PRODUCTS),
        *(_M.DEARER, _M.CHEAPER, _M.BIGGEST_RISE, _M.BIGGEST_CUT, _M.SOLD_OUT, _M.BACK_IN_STOCK),
    ),
    Section.BRANDS: (_M.TOP_BRAND, _M.SHARED_BRANDS, _M.SHARED_BRAND),
    Section.OWN: (
        *(_M.BOTH_SELL, _M.SHOP_ASKS_LESS, _M.BIGGEST_UNDERCUT, _M.SHOP_ASKS_MORE),
        *(_M.SOLD_OUT_THERE, _M.MAYBE_THE_SAME),
    ),
    Section.READING: (
        *(_M.FIRST_READING, _M.COVERAGE, _M.PAGES_READ, _M.PAGES_UNCHANGED, _M.PAGES_REFUSED, _M.PAGES_FAILED),
        *(_M.NOT_VISITED, _M.NOT_VISITED_BEFORE, _M.PROBLEMS),
    ),
}
_SECTION = {measure: section for section, measures in _BY_SECTION.items() for measure in measures}

# Of these, one finding is enough.
_TOPICS: tuple[frozenset[Measure], ...] = (
    frozenset((_M.DEARER, _M.BIGGEST_RISE)),
    frozenset((_M.CHEAPER, _M.BIGGEST_CUT)),
    frozenset((_M.NEW_PRODUCTS, _M.GONE_PRODUCTS)),
    frozenset((_M.SOLD_OUT, _M.BACK_IN_STOCK)),
    frozenset((_M.COMPARED, _M.NOTHING_COMPARED, _M.NOTHING_CHANGED, _M.FIRST_READING, _M.NOT_VISITED)),
)


class Role(StrEnum):
    """What a value is within its fact."""

    COUNT = "count"
    OF = "of"  # out of how many
    CATEGORIES = "categories"
    BRANDS = "brands"
    PRICE = "price"
    MEDIAN = "median"
    AVERAGE = "average"
    LOW = "low"
    HIGH = "high"
    OLD = "old"
    NEW = "new"
    PERCENT = "percent"


class Unit(StrEnum):
    """What a value counts or measures."""

    PRODUCTS = "products"
    CATEGORIES = "categories"
    BRANDS = "brands"
    PAGES = "pages"
    PROBLEMS = "problems"
    MONEY = "money"
    PERCENT = "percent"


class Direction(StrEnum):
    """Which way it went."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


class SubjectKind(StrEnum):
    """What a fact is about."""

    SHOP = "shop"
    CATEGORY = "category"
    BRAND = "brand"
    PRODUCT = "product"
    CURRENCY = "currency"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Subject(_Model):
    """Something with a name; the name is crawled text, and never to be trusted."""

    kind: SubjectKind
    name: str
    url: str = ""


class Value(_Model):
    """A number of a fact: money in `currency`, percent as 12.5 for 12.5 %, everything else a count."""

    role: Role
    unit: Unit
    amount: DecimalString
    currency: str | None = None


class Fact(_Model):
    """One thing that is so.

    Attributes:
        fact_id: stable from run to run: shop, measure, and what tells it from its like.
        names: further names that the sentence holds; with `currencies`, one for each value, in the same order.
        currency: the currency whose prices it is about, where the shop has several.
        since: ISO 8601; the reading that a change is measured against.
        importance: 0 to 1; what to tell first.
        basis: from how many products it was computed; None where it is not about products.
    """

    fact_id: str
    shop: str
    measure: Measure
    subject: Subject
    values: tuple[Value, ...] = ()
    names: tuple[Subject, ...] = ()
    currency: str | None = None
    since: str | None = None
    direction: Direction = Direction.NONE
    importance: float
    basis: int | None = None

    @property
    def section(self) -> Section:
        """Where it is told."""
        return _SECTION[self.measure]

    def value(self, role: Role) -> Value:
        """The value of that role.

        Raises:
            KeyError: the fact has none.
        """
        for value in self.values:
            if value.role is role:
                return value
        raise KeyError(role)

    def has(self, role: Role) -> bool:
        """Whether it has a value of that role."""
        return any(value.role is role for value in self.values)


def top_findings(facts: Iterable[Fact], most: int = 3) -> list[Fact]:
    """The facts that matter most, the first first; of one shop's facts on one topic, only the strongest."""
    found: dict[tuple[str, object], Fact] = {}
    for fact in sorted(facts, key=lambda fact: (-fact.importance, fact.fact_id)):
        found.setdefault((fact.shop, _topic(fact)), fact)
    return list(found.values())[:most]


def _topic(fact: Fact) -> object:
    return next((topic for topic in _TOPICS if fact.measure in topic), fact.section)
