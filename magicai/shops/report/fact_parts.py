"""What facts are made of: values with their units, the one thing that stands out, a price that moved."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from magicai.shops.analysis import Group, PriceStats
from magicai.shops.report.facts import Direction, Fact, Measure, Role, Subject, SubjectKind, Unit, Value

T = TypeVar("T")


@dataclass
class ShopFacts:
    """The facts of one shop, as they are found."""

    shop: str
    facts: list[Fact] = field(default_factory=list[Fact])

    def add(
        self,
        measure: Measure,
        importance: float | Fraction,
        *values: Value,
        subject: Subject | None = None,
        names: tuple[Subject, ...] = (),
        currency: str | None = None,
        since: str | None = None,
        direction: Direction = Direction.NONE,
        basis: int | None = None,
    ) -> None:
        """Add a fact."""
        own = subject.name if subject and subject.kind is SubjectKind.BRAND else ""
        fact = Fact(
            fact_id="/".join(part for part in (self.shop, measure, currency, own) if part),
            shop=self.shop,
            measure=measure,
            subject=subject or Subject(kind=SubjectKind.SHOP, name=self.shop),
            values=values,
            names=names,
            currency=currency,
            since=since,
            direction=direction,
            importance=round(float(importance), 4),
            basis=basis,
        )
        self.facts.append(fact)


@dataclass(frozen=True)
class Move:
    """A price that went from `old`, above zero, to `new`."""

    name: str
    url: str
    old: Decimal
    new: Decimal
    currency: str

    @property
    def size(self) -> Fraction:
        """By which share of the old price it moved."""
        return abs(Fraction(self.new) / Fraction(self.old) - 1)

    def values(self) -> tuple[Value, ...]:
        """Percent, old and new price; none where the percentage would be shown as zero."""
        percent = percent_of(self.size)
        if not percent.amount:
            return ()
        return percent, money_of(Role.OLD, self.old, self.currency), money_of(Role.NEW, self.new, self.currency)


def moves_of(rows: Iterable[tuple[str, str, Decimal | None, Decimal | None, str | None]]) -> list[Move]:
    """The moves that a percentage can tell of: from above zero, in a known currency."""
    return [Move(name, url, old, new, code) for name, url, old, new, code in rows if old and new is not None and code]


def greatest(pairs: Iterable[tuple[T, Decimal | Fraction | int]], *, least: int = 1) -> T | None:
    """The one thing with the greatest value; None where several share it, or where there are fewer than `least`."""
    ranked = sorted(pairs, key=lambda pair: -pair[1])
    if len(ranked) < least or not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def with_name(groups: Sequence[Group]) -> list[Group]:
    """The groups that have a name to tell."""
    return [group for group in groups if group.name.strip()]


def priced_stats(stats: Sequence[PriceStats]) -> list[PriceStats]:
    """The currencies in which anything is priced, the commonest first."""
    priced = (own for own in stats if own.currency and own.priced)
    return sorted(priced, key=lambda own: (-own.priced, own.currency or ""))


def whole_of(stats: Sequence[PriceStats]) -> PriceStats:
    """The counts over all currencies and none; it has no prices, since currencies are never mixed."""
    return PriceStats(
        currency=None,
        count=sum(own.count for own in stats),
        priced=sum(own.priced for own in stats),
        discounted=sum(own.discounted for own in stats),
        in_stock=sum(own.in_stock for own in stats),
        known_stock=sum(own.known_stock for own in stats),
    )


def share_of(part: int, whole: int) -> Fraction:
    """0 to 1; 0 of nothing."""
    return Fraction(part, whole) if whole else Fraction(0)


def counted(role: Role, amount: int, unit: Unit = Unit.PRODUCTS) -> Value:
    """So many of something."""
    return Value(role=role, unit=unit, amount=Decimal(amount))


def money_of(role: Role, amount: Decimal, currency: str) -> Value:
    """An amount in a currency."""
    return Value(role=role, unit=Unit.MONEY, amount=amount, currency=currency)


def percent_of(share: Fraction, *, rounded_down: bool = False) -> Value:
    """A share of 0 to 1, in percent with one decimal, rounded half to even."""
    tenths = share * 1000
    amount = Decimal(math.floor(tenths) if rounded_down else round(tenths)).scaleb(-1)
    return Value(role=Role.PERCENT, unit=Unit.PERCENT, amount=amount)


def category_named(name: str) -> Subject:
    """A category."""
    return Subject(kind=SubjectKind.CATEGORY, name=name)


def brand_named(name: str) -> Subject:
    """A brand."""
    return Subject(kind=SubjectKind.BRAND, name=name)


def product_named(name: str, url: str = "") -> Subject:
    """A product, with the address of its page."""
    return Subject(kind=SubjectKind.PRODUCT, name=name, url=url)


def currency_named(code: str) -> Subject:
    """A currency."""
    return Subject(kind=SubjectKind.CURRENCY, name=code)
