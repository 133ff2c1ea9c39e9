"""One fact of every measure, with values that differ from each other."""

from decimal import Decimal

from magicai.shops.report.facts import Direction, Fact, Measure, Role, Subject, SubjectKind, Unit, Value

_UNITS = {Role.CATEGORIES: Unit.CATEGORIES, Role.BRANDS: Unit.BRANDS, Role.PERCENT: Unit.PERCENT}
_MONEY = {Role.PRICE, Role.MEDIAN, Role.AVERAGE, Role.LOW, Role.HIGH, Role.OLD, Role.NEW}
_SUBJECTS = {
    Measure.LARGEST_CATEGORY: SubjectKind.CATEGORY,
    Measure.HIGHEST_CATEGORY: SubjectKind.CATEGORY,
    Measure.LOWEST_CATEGORY: SubjectKind.CATEGORY,
    Measure.SCARCEST_CATEGORY: SubjectKind.CATEGORY,
    Measure.CHEAPEST: SubjectKind.PRODUCT,
    Measure.DEAREST: SubjectKind.PRODUCT,
    Measure.DEEPEST_DISCOUNT: SubjectKind.PRODUCT,
    Measure.BIGGEST_RISE: SubjectKind.PRODUCT,
    Measure.BIGGEST_CUT: SubjectKind.PRODUCT,
    Measure.BIGGEST_UNDERCUT: SubjectKind.PRODUCT,
    Measure.TOP_BRAND: SubjectKind.BRAND,
    Measure.SHARED_BRAND: SubjectKind.BRAND,
}
_SINCE = {Measure.COMPARED, Measure.NOTHING_COMPARED, Measure.NOTHING_CHANGED}
_PAGES = {Measure.NO_PRODUCTS, Measure.PAGES_READ, Measure.PAGES_UNCHANGED, Measure.PAGES_REFUSED, Measure.PAGES_FAILED}
# What each measure's fact holds: a role and its amount.
_VALUES: dict[Measure, dict[str, str]] = {
    Measure.PRODUCTS: {"count": "120", "categories": "6", "brands": "14"},
    Measure.LARGEST_CATEGORY: {"count": "35", "of": "120"},
    Measure.NO_PRODUCTS: {"count": "7"},
    Measure.NO_PRICES: {"of": "120"},
    Measure.UNPRICED: {"count": "10", "of": "120"},
    Measure.NO_CURRENCY: {"count": "15", "of": "120"},
    Measure.MEDIAN_PRICE: {"median": "24.90", "count": "110"},
    Measure.AVERAGE_PRICE: {"average": "31.20"},
    Measure.MIDDLE_HALF: {"low": "12.00", "high": "45.50"},
    Measure.CHEAPEST: {"price": "3.20"},
    Measure.DEAREST: {"price": "1249.00"},
    Measure.LOWEST_PRICE: {"price": "3.20", "count": "16"},
    Measure.HIGHEST_PRICE: {"price": "1249.00", "count": "16"},
    Measure.HIGHEST_CATEGORY: {"median": "310.00"},
    Measure.LOWEST_CATEGORY: {"median": "8.40"},
    Measure.IN_STOCK: {"count": "97", "of": "112"},
    Measure.ALL_IN_STOCK: {"of": "112"},
    Measure.NONE_IN_STOCK: {"of": "112"},
    Measure.STOCK_UNKNOWN: {"count": "18", "of": "120"},
    Measure.NO_STOCK_STATED: {"of": "120"},
    Measure.SCARCEST_CATEGORY: {"count": "13", "of": "20"},
    Measure.DISCOUNTED: {"count": "24", "of": "110"},
    Measure.MEDIAN_DISCOUNT: {"percent": "15.0"},
    Measure.DEEPEST_DISCOUNT: {"percent": "40.0", "old": "100.00", "new": "60.00"},
    Measure.NO_DISCOUNTS: {"of": "110"},
    Measure.COMPARED: {"count": "118"},
    Measure.NOTHING_CHANGED: {"of": "118"},
    Measure.NEW_PRODUCTS: {"count": "26"},
    Measure.GONE_PRODUCTS: {"count": "14"},
    Measure.DEARER: {"count": "19", "of": "118"},
    Measure.CHEAPER: {"count": "23", "of": "118"},
    Measure.BIGGEST_RISE: {"percent": "20.0", "old": "10.00", "new": "12.00"},
    Measure.BIGGEST_CUT: {"percent": "22.0", "old": "50.00", "new": "39.00"},
    Measure.SOLD_OUT: {"count": "13"},
    Measure.BACK_IN_STOCK: {"count": "17"},
    Measure.NOT_VISITED: {"count": "21"},
    Measure.NOT_VISITED_BEFORE: {"count": "8"},
    Measure.TOP_BRAND: {"count": "18"},
    Measure.SHARED_BRANDS: {"brands": "25"},
    Measure.SHARED_BRAND: {"categories": "3", "count": "12"},
    Measure.BOTH_SELL: {"count": "64", "of": "90"},
    Measure.SHOP_ASKS_LESS: {"count": "41", "of": "64"},
    Measure.SHOP_ASKS_MORE: {"count": "15", "of": "64"},
    Measure.BIGGEST_UNDERCUT: {"percent": "12.0", "old": "50.00", "new": "44.00"},
    Measure.SOLD_OUT_THERE: {"count": "9"},
    Measure.MAYBE_THE_SAME: {"count": "27"},
    Measure.PAGES_READ: {"count": "140"},
    Measure.PAGES_UNCHANGED: {"count": "28"},
    Measure.PAGES_REFUSED: {"count": "13"},
    Measure.PAGES_FAILED: {"count": "22"},
    Measure.COVERAGE: {"percent": "96.5"},
    Measure.PROBLEMS: {"count": "13"},
}


def fact(measure: Measure, name: str = "Example", currency: str | None = None) -> Fact:
    """A fact of that measure; in one of several currencies where one is given."""
    if measure is Measure.CURRENCIES:
        return _currencies()
    values = tuple(_value(measure, Role(role), amount, currency) for role, amount in _VALUES.get(measure, {}).items())
    names = tuple(Subject(kind=SubjectKind.CATEGORY, name=f"{name} {n}") for n in range(3))
    return Fact(
        fact_id=measure,
        shop="shop.example",
        measure=measure,
        subject=Subject(kind=_SUBJECTS.get(measure, SubjectKind.SHOP), name=name),
        values=values,
        names=names if measure is Measure.SHARED_BRAND else (),
        currency=currency,
        since="2026-05-02T09:00:00Z" if measure in _SINCE else None,
        direction=Direction.NONE,
        importance=0.5,
    )


def _value(measure: Measure, role: Role, amount: str, currency: str | None) -> Value:
    money = currency or "EUR"
    if role in _MONEY:
        return Value(role=role, unit=Unit.MONEY, amount=Decimal(amount), currency=money)
    unit = _UNITS.get(role, Unit.PRODUCTS)
    if measure in _PAGES:
        unit = Unit.PAGES
    return Value(role=role, unit=Unit.PROBLEMS if measure is Measure.PROBLEMS else unit, amount=Decimal(amount))


def _currencies() -> Fact:
    counts = ("108", "37")
    return Fact(
        fact_id="currencies",
        shop="shop.example",
        measure=Measure.CURRENCIES,
        subject=Subject(kind=SubjectKind.SHOP, name="shop.example"),
        values=tuple(Value(role=Role.COUNT, unit=Unit.PRODUCTS, amount=Decimal(count)) for count in counts),
        names=tuple(Subject(kind=SubjectKind.CURRENCY, name=code) for code in ("EUR", "USD")),
        importance=0.3,
    )
