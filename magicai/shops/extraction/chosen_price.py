"""The price that the amounts of one product make."""

from decimal import Decimal
from typing import NamedTuple

from magicai.shops.extraction import traits
from magicai.shops.extraction.price_words import Part
from magicai.shops.extraction.shown_prices import Money

# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_PRICE, _NOW, _USUAL, _LISTED = Part.PRICE, Part.NOW, Part.USUAL, Part.LISTED
_BEFORE, _WITHOUT_TAX, _OTHER, _MEASURE = Part.BEFORE, Part.WITHOUT_TAX, Part.OTHER, Part.MEASURE


class ShownPrice(NamedTuple):
    """The price of one product as a page shows it."""

    amount: Decimal
    currency: str | None
    list_price: Decimal | None
    money: Money

    @property
    def open_sign(self) -> str:
        """Its sign, where the page leaves open which currency that is."""
        return "" if self.currency else self.money.sign


_ASKED = (_NOW, _PRICE, _USUAL, _LISTED)
_MAY_BE_BEFORE = (_USUAL, _LISTED, _BEFORE)
# What one pays comes before what remains of it without tax, also where its element's name is doubtful.
_ORDER = (
    *((part, doubtful) for doubtful in (False, True) for part in _ASKED),
    (_WITHOUT_TAX, False),
    (_WITHOUT_TAX, True),
)


def price_of(group: list[Money]) -> ShownPrice | None:
    """The price that amounts of one product make, None where none of them is one.

    What is said to be the price now comes before what nothing is said of, that before a regular price and a list
    price, and an amount in an element that is called something else is taken only where there is no other. A price
    before is a list price if it is higher.
    """
    visible = [money for money in group if not money.element.zones & traits.HIDDEN] or group
    usable = [money for money in visible if money.part is not _OTHER and money.part is not _MEASURE]
    if len(usable) == 1:
        only = usable[0]
        return _priced(usable, usable) if (only.part, only.doubtful) in _ORDER else None
    for part, doubtful in _ORDER:
        chosen = [money for money in usable if money.part is part and money.doubtful is doubtful]
        if chosen:
            return _priced([money for money in chosen if money.named] or chosen, usable)
    return None


def by_measure(group: list[Money]) -> list[Money]:
    """Take amounts of a measure for the price, since nothing else is one; answers all of these amounts."""
    for money in group:
        if money.part is _MEASURE:
            money.part = _PRICE
    return group


def _priced(chosen: list[Money], usable: list[Money]) -> ShownPrice:
    first = chosen[0]
    if first.part is _NOW:
        first = min(chosen, key=lambda money: money.amount or Decimal(0))
    amount = first.amount or Decimal(0)
    befores = [
        money.amount
        for money in usable
        if money.part in _MAY_BE_BEFORE
        and money.part is not first.part
        and money.amount is not None
        and money.amount > amount
        and money.currency == first.currency
    ]
    return ShownPrice(amount, first.currency, befores[0] if befores else None, first)
