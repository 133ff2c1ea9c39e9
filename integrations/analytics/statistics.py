"""From exact counts to what the domain calls them; rounding happens here, once, for display."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from integrations.analytics.measure import Row
from magicai.shops.analysis import Group, PriceStats
from magicai.values.money import MOST_DECIMALS, exponent, from_minor


@dataclass(frozen=True, slots=True)
class Named:
    """A group's numbers; `by` is shop, category or brand, `name` is "" of the shop."""

    by: str
    name: str
    stats: tuple[PriceStats, ...]


def named(rows: Iterable[Row]) -> list[Named]:
    """The groups, the shop first, then categories and brands, the largest first, each by currency."""
    by_group: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_group[row["by"], row["name"]].append(row)
    made = [Named(by, name, _by_currency(group)) for (by, name), group in by_group.items()]
    order = ("shop", "category", "brand")
    return sorted(made, key=lambda one: (order.index(one.by), -sum(s.count for s in one.stats), one.name))


def groups(all_named: Sequence[Named], by: str) -> tuple[Group, ...]:
    """Those of one kind."""
    return tuple(Group(name=one.name, stats=one.stats) for one in all_named if one.by == by)


def amount(scaled: int | None, currency: str | None, *, over: int = 1) -> Decimal | None:
    """An amount of measure.py over a number, in its currency, rounded half to even to what the currency has."""
    if scaled is None:
        return None
    code = currency or ""
    by = over * 10 ** (MOST_DECIMALS - exponent(code))
    # In whole numbers: a Fraction says the same ten times as slowly, and there are thousands of groups.
    whole, rest = divmod(scaled, by)
    return from_minor(whole + (2 * rest > by or (2 * rest == by and whole % 2)), code)


def _by_currency(rows: Sequence[Row]) -> tuple[PriceStats, ...]:
    """One currency each, in their order, what has none last."""
    stated = [row for row in rows if row["currency"]]
    others = [row for row in rows if not row["currency"]]
    if len(stated) == 1:
        # What has neither price nor currency is counted with the only currency that there is.
        stated = [_with_bare(stated[0], other, 1) for other in others] or stated
        others = [_with_bare(other, other, -1) for other in others]
    made = [_stats(row) for row in (*stated, *others) if row["count"]]
    return tuple(sorted(made, key=lambda stats: (stats.currency is None, stats.currency or "")))


def _with_bare(row: Row, other: Row, sign: int) -> Row:
    moved = {"count": other["bare"], "in_stock": other["bare_in_stock"], "known_stock": other["bare_known_stock"]}
    return row | {name: row[name] + sign * number for name, number in moved.items()}


def _stats(row: Row) -> PriceStats:
    currency = row["currency"] or None
    priced = row["priced"]

    def fourth(k: int) -> Decimal | None:
        return amount(row["fourfold_quartiles"][k - 1], currency, over=4) if priced else None

    return PriceStats(
        currency=currency,
        count=row["count"],
        priced=priced,
        total=amount(row["total"], currency),
        average=amount(row["total"], currency, over=priced) if priced else None,
        median=fourth(2),
        low=amount(row["low"], currency),
        high=amount(row["high"], currency),
        q1=fourth(1),
        q3=fourth(3),
        discounted=row["discounted"],
        median_discount=row["median_discount"],
        in_stock=row["in_stock"],
        known_stock=row["known_stock"],
    )
