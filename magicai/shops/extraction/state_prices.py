"""Prices in scripts' states: 19.99, "19,99 €", 1999 cents, or objects around one of these.

A whole number may be cents or units. It is settled by what says so: the key's name, the shape of a known format, a
fraction beside it, or the amounts that the page shows. Where nothing does, there is no price. Of prices in several
currencies the page's own one is taken, and none where that is open.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from magicai.shops.extraction import state_keys as keys
from magicai.shops.extraction.json_values import each, first_text, is_object
from magicai.shops.extraction.machine_prices import amount_of, sign_of
from magicai.shops.extraction.page import Page
from magicai.shops.extraction.state_keys import folded_key
from magicai.values.money import exponent

_DEPTH_LIMIT = 4
_DIGITS = re.compile(r"\d{1,12}")
# An amount with its sign, or the ends of a range; not a sentence with a number in it.
_SHOWN = re.compile(
    r"[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20}(?:[^\d%]{0,12}\d[\d.,'’٬٫ \u00a0\u202f]{0,20})?[^\d%]{0,8}"
)
_LIMIT = 1e12
_HUNDREDTHS = 2
_PRICES_LIMIT = 20
_MOST_DECIMALS = 4


class Unit(Enum):
    """What a number counts."""

    WHOLE = "whole units"
    CENTS = "hundredths"
    OPEN = "either"


@dataclass(slots=True)
class State:
    """What is known of a state beside the object that is looked at.

    Attributes:
        cache: objects under names, of a state that refers to them.
        currencies: codes that the page calls its currency.
    """

    cache: dict[str, Any] = field(default_factory=lambda: {})
    currencies: frozenset[str] = frozenset()

    def target(self, value: Any) -> Any:
        """What a reference of a normalised cache stands for; any other value is itself."""
        if not is_object(value):
            return value
        name = value.get("__ref")
        if name is None and value.get("type") == "id":
            name = value.get("id")
        return self.cache.get(name, value) if isinstance(name, str) else value


@dataclass(slots=True)
class _Amount:
    """A number, and what it counts.

    Attributes:
        likely: what it counts where nothing else settles an open one.
        digits: how many of a number in cents are decimals, None for those of its currency.
    """

    value: Any
    unit: Unit
    currency: str = ""
    likely: Unit = Unit.OPEN
    digits: int | None = None


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


def price_in(thing: dict[str, Any], state: State) -> StatedPrice | None:
    """The price that an object with folded keys states.

    Args:
        thing: an object that may be a product, one of its parts or a variant.
        state: in which it stands.
    """
    unit = _unit_of(thing)
    now = _first(thing, keys.PRICES_NOW, state, unit)
    earlier = _first(thing, keys.PRICES_BEFORE, state, unit)
    if earlier is None:
        wrapped = (_before(thing.get(key), state, 0, unit) for key in keys.PRICES_NOW if key in thing)
        earlier = next((found for found in wrapped if found is not None), None)
    if now is None:
        now, earlier = earlier, None
    if now is None:
        return None
    likely = Unit.CENTS if "pricewithtax" in thing and "currencycode" in thing else Unit.OPEN  # Vendure's way
    for amount in (now, earlier):
        if amount is not None:
            amount.likely = likely
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
        unit = Unit.OPEN
    for amount in open_ones:
        amount.unit = amount.likely if unit is Unit.OPEN else unit


def _unit_of(thing: dict[str, Any]) -> Unit:
    """What whole numbers of an object count: Shopify's themes count cents, whatever the currency."""
    product = "handle" in thing and "pricemin" in thing and "compareatpricemin" in thing
    variant = "requiresshipping" in thing and "compareatprice" in thing and "inventorymanagement" in thing
    return Unit.CENTS if (product or variant) and isinstance(thing.get("price"), int) else Unit.OPEN


def _first(thing: dict[str, Any], names: tuple[str, ...], state: State, unit: Unit) -> _Amount | None:
    for key in names:
        value = thing.get(key)
        if value is not None:
            found = _amount(value, state, 0, unit)
            if found is not None:
                return found
    for key, value in thing.items():
        if key.endswith(keys.MINOR_ENDINGS) and any(key.startswith(name) for name in names):
            found = _amount(value, state, 0, Unit.CENTS)
            if found is not None:
                found.digits = _HUNDREDTHS if key.endswith("cents") else None
                return found
    return None


def _amount(value: Any, state: State, depth: int, unit: Unit) -> _Amount | None:
    if isinstance(value, bool) or depth > _DEPTH_LIMIT:
        return None
    if isinstance(value, (int, float)):
        return _amount_in_number(value, unit)
    if isinstance(value, str):
        return _amount_in_text(value.strip(), unit)
    if is_object(value):
        return _amount_in_object(value, state, depth, unit)
    found = [one for member in each(value)[:_PRICES_LIMIT] if (one := _amount(member, state, depth + 1, unit))]
    return _of_currency(found, state)


def _of_currency(found: list[_Amount], state: State) -> _Amount | None:
    """The first of several prices; where they are in several currencies, the first in the page's own."""
    if len({amount.currency.upper() for amount in found}) > 1:
        found = [amount for amount in found if amount.currency.upper() in state.currencies]
        if len({amount.currency.upper() for amount in found}) > 1:
            return None
    return found[0] if found else None


def _amount_in_number(value: float, unit: Unit) -> _Amount | None:
    if not 0 < value < _LIMIT:
        return None
    if isinstance(value, int):
        return _Amount(value, unit, digits=_HUNDREDTHS)
    return _Amount(value, Unit.CENTS if unit is Unit.CENTS and value.is_integer() else Unit.WHOLE, digits=_HUNDREDTHS)


def _amount_in_text(text: str, unit: Unit) -> _Amount | None:
    if _DIGITS.fullmatch(text):
        return _amount_in_number(int(text), unit)
    return _Amount(text, Unit.WHOLE, sign_of(text)) if _SHOWN.fullmatch(text) else None


def _amount_in_object(value: dict[str, Any], state: State, depth: int, unit: Unit) -> _Amount | None:
    target = state.target(value)
    if target is not value:
        return _amount(target, state, depth + 1, unit) if is_object(target) else None
    thing = {folded_key(key): member for key, member in value.items()}
    currency = next((text for key in keys.CURRENCIES if (text := first_text(thing.get(key)))), "")
    minor = _minor_amount(thing, currency)
    if minor is not None:
        return minor
    for key in keys.AMOUNTS_NOW:
        found = _amount(thing.get(key), state, depth + 1, unit)
        if found is not None:
            found.currency = found.currency or currency
            return found
    return None


def _minor_amount(thing: dict[str, Any], currency: str) -> _Amount | None:
    """The amount of an object that says in one of the usual ways that it counts the smallest unit of its currency."""
    digits = next((thing[key] for key in keys.DECIMALS if isinstance(thing.get(key), int)), None)
    if digits is not None and not 0 <= digits <= _MOST_DECIMALS:
        digits = None
    for key in keys.MINOR_AMOUNTS:
        if isinstance(thing.get(key), int) and not isinstance(thing[key], bool):
            return _Amount(thing[key], Unit.CENTS, currency, digits=digits) if thing[key] > 0 else None
    if "precision" in thing and "currency" in thing and isinstance(thing.get("amount"), int):
        return _Amount(thing["amount"], Unit.CENTS, currency, digits=digits) if thing["amount"] > 0 else None
    return None


def _before(value: Any, state: State, depth: int, unit: Unit) -> _Amount | None:
    """The price before of an object that stands for a price now."""
    value = state.target(value)
    if not is_object(value) or depth > _DEPTH_LIMIT:
        return None
    thing = {folded_key(key): member for key, member in value.items()}
    listed = (key for key in thing if key.endswith(("listprice", "listprices")))  # eur-list-prices
    for key in (*keys.AMOUNTS_BEFORE, *listed):
        found = _amount(thing.get(key), state, depth + 1, unit)
        if found is not None:
            return found
    if any(is_object(thing.get(key)) for key in keys.REDUCTIONS):
        return _amount({key: member for key, member in value.items() if folded_key(key) == "value"}, state, 0, unit)
    inner = (_before(thing.get(key), state, depth + 1, unit) for key in keys.LOWER_ENDS)
    return next((found for found in inner if found is not None), None)


def _decimal(amount: _Amount, currency: str | None, page: Page) -> Decimal | None:
    decimals = exponent(currency) if currency else None
    if amount.unit is Unit.OPEN:
        return None if currency is None or decimals else amount_of(amount.value, currency, page)
    found = amount_of(amount.value, currency, page)
    if found is not None and amount.unit is Unit.CENTS:
        digits = amount.digits if amount.digits is not None else decimals
        return found.scaleb(-(_HUNDREDTHS if digits is None else digits))
    return found
