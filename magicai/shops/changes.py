"""What became of a product between two crawls: the one definition that reports, comparisons and exports count by."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from magicai.shops.analysis import ChangeKind
from magicai.shops.product import Availability, Seen

# What an earlier crawl knew: what it did not visit is as it was when it was last seen.
KNOWN = (Seen.SEEN, Seen.NOT_VISITED)


class Sight(Protocol):
    """What a crawl has of a product; prices of both sides in one unit, a currency that is not stated None or ""."""

    @property
    def seen(self) -> Seen:
        """Whether that crawl saw it."""
        ...

    @property
    def price(self) -> Decimal | int | None:
        """None where it is not stated."""
        ...

    @property
    def currency(self) -> str | None:
        """Of the price."""
        ...

    @property
    def availability(self) -> Availability:
        """Whether it can be had."""
        ...


def kinds_between(before: Sight | None, now: Sight) -> Iterator[ChangeKind]:
    """Every change of one product, as ChangeKind defines them; a product may change its price and its stock.

    Args:
        before: None where the earlier crawl has nothing of it.
    """
    known = before is not None and before.seen in KNOWN
    if now.seen is Seen.GONE and known:
        yield ChangeKind.GONE
    elif now.seen is Seen.SEEN and not known:
        yield ChangeKind.NEW
    elif now.seen is Seen.SEEN and before is not None:
        yield from _of_seen(before, now)


def _of_seen(before: Sight, now: Sight) -> Iterator[ChangeKind]:
    if before.price is not None and now.price is not None and (before.currency or "") == (now.currency or ""):
        if now.price > before.price:
            yield ChangeKind.DEARER
        if now.price < before.price:
            yield ChangeKind.CHEAPER
    stock = (before.availability, now.availability)
    if stock == (Availability.IN_STOCK, Availability.OUT_OF_STOCK):
        yield ChangeKind.SOLD_OUT
    if stock == (Availability.OUT_OF_STOCK, Availability.IN_STOCK):
        yield ChangeKind.BACK
