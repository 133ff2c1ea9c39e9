"""Prices in scripts' states: 19.99, "19,99 €", 1999 cents, or objects around one of these.

A whole number may be cents or units. It is settled by what says so: the key's name, the shape of a known format, a
fraction beside it, or the amounts that the page shows. Where nothing does, there is no price.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from magicai.domain.money import exponent
from magicai.extraction import state_keys as keys
from magicai.extraction.json_values import each, first_text, is_object
from magicai.extraction.machine_prices import amount_of, sign_of
from magicai.extraction.page import Page

_DEPTH_LIMIT = 4
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\d{1,12}")
# An amount with its sign, or the ends of a range; not a sentence with a number in it.
_SHOWN = re.compile(
    r"[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20}(?:[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20})?[^\d%]{0,8}"
)
_LIMIT = 1e12
_MOST_DECIMALS = 4


class Unit(Enum):
    """What a number counts."""

    WHOLE = "whole units"
    CENTS = "hundredths"
    OPEN = "either"


@dataclass(slots=True)
class _Amount:
    value: Any
    unit: Unit
    currency: str = ""
    digits: int = 2  # how many of them are decimals, of a number in cents


@dataclass(slots=True)
class StatedPrice:
    """A price, and a price before, as an object states them."""

    now: _Amount | None
    earlier: _Amount | None
    currency: str

    def settled(self, currency: str | None, page: Page) -> Decimal | None:
        """The price, None while its unit is open."""
        return _decimal(self.now, currency, page) if self.now is not None else None

    def before(self, currency: str | None, page: Page) -> Decimal | None:
        """The price before."""
        return _decimal(self.earlier, currency, page) if self.earlier is not None else None

    def amounts(self) -> Iterable[_Amount]:
        """Both amounts, as far as they are stated."""
        return tuple(amount for amount in (self.now, self.earlier) if amount is not None)


# Of a product whose price is to be asked for.
UNSTATED = StatedPrice(None, None, "")


def price_in(thing: dict[str, Any], cache: dict[str, Any]) -> StatedPrice | None:
    """The price that an object with folded keys states.

    Args:
        thing: an object that may be a product or a variant.
        cache: of a state that keeps objects under names and refers to them.
    """
    cents = _is_shopify(thing)
    now = _first(thing, keys.PRICES_NOW, keys.AMOUNTS_NOW, cache, cents=cents)
    earlier = _first(thing, keys.PRICES_BEFORE, keys.AMOUNTS_NOW, cache, cents=cents)
    if earlier is None:
        for key in ("price", "prices", "pricing", "priceinfo", "pricerange"):
            earlier = _amount(thing.get(key), keys.AMOUNTS_BEFORE, cache, 0, cents=cents)
            if earlier is not None and is_object(thing.get(key)):
                break
            earlier = None
    if now is None:
        now, earlier = earlier, None
    if now is None:
        return None
    return StatedPrice(now, earlier, now.currency)


def settle_units(prices: list[StatedPrice], shown: set[Decimal]) -> None:
    """Settle what whole numbers of one state count, by its fractions and by the amounts that the page shows.

    Args:
        prices: all of the state, which is written in one unit.
        shown: amounts that the page shows or states elsewhere.
    """
    open_ones = [amount for price in prices for amount in price.amounts() if amount.unit is Unit.OPEN]
    if not open_ones:
        return
    fractions = any(
        amount.unit is Unit.WHOLE and isinstance(amount.value, float) for price in prices for amount in price.amounts()
    )
    numbers = [Decimal(str(amount.value)) for amount in open_ones]
    as_units = sum(number in shown for number in numbers)
    as_cents = sum(number / 100 in shown for number in numbers)
    if fractions or (as_units and not as_cents):
        unit = Unit.WHOLE
    elif as_cents and not as_units:
        unit = Unit.CENTS
    else:
        return
    for amount in open_ones:
        amount.unit = unit


def _is_shopify(thing: dict[str, Any]) -> bool:
    """Whether this is Shopify's product or variant of a theme, which counts cents whatever the currency."""
    product = "handle" in thing and "pricemin" in thing and "compareatpricemin" in thing
    variant = "requiresshipping" in thing and "compareatprice" in thing and "inventorymanagement" in thing
    return (product or variant) and isinstance(thing.get("price"), int)


def _first(
    thing: dict[str, Any], names: tuple[str, ...], inner: tuple[str, ...], cache: dict[str, Any], *, cents: bool
) -> _Amount | None:
    for key in names:
        value = thing.get(key)
        if value is not None:
            found = _amount(value, inner, cache, 0, cents=cents)
            if found is not None:
                return found
    for key, value in thing.items():
        if key.endswith(("cents", "minor", "incents")) and any(key.startswith(name) for name in names):
            found = _amount(value, inner, cache, 0, cents=True)
            if found is not None:
                return found
    return None


def _amount(value: Any, inner: tuple[str, ...], cache: dict[str, Any], depth: int, *, cents: bool) -> _Amount | None:
    if isinstance(value, bool) or depth > _DEPTH_LIMIT:
        return None
    if isinstance(value, (int, float)):
        return _amount_in_number(value, cents=cents)
    if isinstance(value, str):
        return _amount_in_text(value.strip())
    if is_object(value):
        return _amount_in_object(value, inner, cache, depth, cents=cents)
    members = (_amount(member, inner, cache, depth + 1, cents=cents) for member in each(value)[:3])
    return next((found for found in members if found is not None), None)


def _amount_in_number(value: float, *, cents: bool) -> _Amount | None:
    if not 0 < value < _LIMIT:
        return None
    if isinstance(value, int):
        return _Amount(value, Unit.CENTS if cents else Unit.OPEN)
    return _Amount(value, Unit.CENTS if cents and value.is_integer() else Unit.WHOLE)


def _amount_in_text(text: str) -> _Amount | None:
    if _DIGITS.fullmatch(text):
        return _Amount(int(text), Unit.OPEN) if int(text) else None
    return _Amount(text, Unit.WHOLE, sign_of(text)) if _SHOWN.fullmatch(text) else None


def _amount_in_object(
    value: dict[str, Any], inner: tuple[str, ...], cache: dict[str, Any], depth: int, *, cents: bool
) -> _Amount | None:
    if isinstance(value.get("__ref"), str):
        target = cache.get(value["__ref"])
        return _amount(target, inner, cache, depth + 1, cents=cents) if is_object(target) else None
    thing = {_SEPARATORS.sub("", key.partition("(")[0].lower()): member for key, member in value.items()}
    currency = next((text for key in keys.CURRENCIES if (text := first_text(thing.get(key)))), "")
    if isinstance(thing.get("centamount"), int):
        digits = thing.get("fractiondigits")
        if not isinstance(digits, int) or not 0 <= digits <= _MOST_DECIMALS:
            digits = 2
        return _Amount(thing["centamount"], Unit.CENTS, currency, digits)
    minor = "precision" in thing and "currency" in thing and isinstance(thing.get("amount"), int)
    for key in inner:
        found = _amount(thing.get(key), inner, cache, depth + 1, cents=cents or minor)
        if found is not None:
            found.currency = found.currency or currency
            return found
    return None


def _decimal(amount: _Amount, currency: str | None, page: Page) -> Decimal | None:
    if amount.unit is Unit.OPEN:
        return None if currency is None or exponent(currency) else amount_of(amount.value, currency, page)
    found = amount_of(amount.value, currency, page)
    if found is not None and amount.unit is Unit.CENTS:
        return found.scaleb(-amount.digits)
    return found
