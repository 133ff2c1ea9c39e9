"""Amounts in scripts' states: 19.99, "19,99 €", 1999 cents, or an object around one of these.

A whole number may be units or hundredths. It is settled by the shape of a known system, a fraction beside it, or the
amounts that the page shows. Where nothing does, there is no price.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from magicai.shops.extraction.json_values import each, first_text, is_object
from magicai.shops.extraction.machine_prices import amount_of, sign_of
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.states.keys import CURRENCIES, folded
from magicai.values.money import exponent

_DEPTH_LIMIT = 4
_PRICES_LIMIT = 20
_LIMIT = 1e12
_HUNDREDTHS = 2
_MOST_DECIMALS = 4
_DIGITS = re.compile(r"\d{1,12}")
# An amount with its sign, or the ends of a range; not a sentence with a number in it.
_SHOWN = re.compile(
    r"[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20}(?:[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20})?[^\d%]{0,8}"
)
# Of an object that stands for an amount.
_INSIDE = (
    "formatted", "formattedvalue", "sale", "final", "current", "discounted", "amount", "value", "price", "gross",
    "regular", "min", "start",
)  # fmt: skip
_INSIDE_BEFORE = ("listprice", "original", "originalprice", "regular", "regularprice", "compareat", "list", "old")
# These count the smallest unit of their currency, of which others say how many decimals it has.
_MINOR = ("centamount", "unitamount")
_DECIMALS = ("fractiondigits", "precision")


@dataclass(slots=True)
class Amount:
    """An amount as a state writes it.

    Attributes:
        value: a number or a text.
        minor: it counts the smallest unit of its currency.
        digits: decimals of that unit, None for those of its currency.
        is_open: it may count units or hundredths.
        likely_minor: what it counts where nothing else settles that.
    """

    value: Any
    currency: str = ""
    minor: bool = False
    digits: int | None = None
    is_open: bool = False
    likely_minor: bool = False

    def settled(self, currency: str | None, page: ParsedPage) -> Decimal | None:
        """The amount in units, None while that is open."""
        decimals = exponent(currency) if currency else None
        found = amount_of(self.value, currency, page)
        if self.is_open and decimals != 0:
            return None
        if found is None or not self.minor:
            return found
        digits = self.digits if self.digits is not None else decimals
        return found.scaleb(-(_HUNDREDTHS if digits is None else digits))


def hundredths(value: Any) -> Amount | None:
    """A whole number of hundredths, whatever the currency."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return Amount(value, minor=True, digits=_HUNDREDTHS) if is_number else None


def amount_in(value: Any, currencies: frozenset[str], depth: int = 0) -> Amount | None:
    """The amount that a value is or holds.

    Args:
        value: of JSON, or an amount that was found before.
        currencies: codes that the page calls its currency; of several prices, theirs is chosen.
        depth: how many objects it stands in.
    """
    if isinstance(value, Amount):
        return value
    if isinstance(value, bool) or depth > _DEPTH_LIMIT:
        return None
    if isinstance(value, (int, float)):
        return _in_number(value)
    if isinstance(value, str):
        return _in_text(value.strip())
    if is_object(value):
        return _in_object(folded(value), currencies, depth)
    return _in_list(each(value)[:_PRICES_LIMIT], currencies, depth)


def before_in(value: Any, currencies: frozenset[str]) -> Amount | None:
    """The price before in an object that stands for a price."""
    if not is_object(value):
        return None
    thing = folded(value)
    return next((found for key in _INSIDE_BEFORE if (found := amount_in(thing.get(key), currencies))), None)


def settle_units(amounts: Iterable[Amount], shown: set[Decimal]) -> None:
    """Settle what whole numbers of one state count, by its fractions and by the amounts that the page shows.

    Args:
        amounts: all of the state, which is written in one unit.
        shown: amounts that the page shows or states elsewhere.
    """
    stated = list(amounts)
    open_ones = [amount for amount in stated if amount.is_open]
    numbers = [Decimal(amount.value) for amount in open_ones]
    as_units = any(number in shown for number in numbers)
    as_hundredths = any(number / 100 in shown for number in numbers)
    in_units = any(isinstance(amount.value, float) for amount in stated) or (as_units and not as_hundredths)
    for amount in open_ones:
        amount.minor = not in_units and (amount.likely_minor or (as_hundredths and not as_units))
        amount.is_open = not (in_units or amount.minor)


def _in_number(value: float) -> Amount | None:
    if not 0 < value < _LIMIT:
        return None
    return Amount(value, digits=_HUNDREDTHS, is_open=isinstance(value, int))


def _in_text(text: str) -> Amount | None:
    if _DIGITS.fullmatch(text):
        return _in_number(int(text))
    return Amount(text, sign_of(text)) if _SHOWN.fullmatch(text) else None


def _in_object(thing: dict[str, Any], currencies: frozenset[str], depth: int) -> Amount | None:
    currency = next((text for key in CURRENCIES if (text := first_text(thing.get(key)))), "")
    digits = next((thing[key] for key in _DECIMALS if isinstance(thing.get(key), int)), None)
    minor = next((thing[key] for key in _MINOR if isinstance(thing.get(key), int)), None)
    if minor is None and digits is not None and isinstance(thing.get("amount"), int):
        minor = thing["amount"]
    if minor is not None:
        known = digits is not None and 0 <= digits <= _MOST_DECIMALS
        return Amount(minor, currency, minor=True, digits=digits if known else None) if minor > 0 else None
    found = next((found for key in _INSIDE if (found := amount_in(thing.get(key), currencies, depth + 1))), None)
    if found is not None:
        found.currency = found.currency or currency
    return found


def _in_list(members: list[Any], currencies: frozenset[str], depth: int) -> Amount | None:
    """The first of several prices; where they are in several currencies, the first in the page's own."""
    found = [amount for member in members if (amount := amount_in(member, currencies, depth + 1))]
    if len({amount.currency.upper() for amount in found}) > 1:
        found = [amount for amount in found if amount.currency.upper() in currencies]
        if len({amount.currency.upper() for amount in found}) > 1:
            return None
    return found[0] if found else None
