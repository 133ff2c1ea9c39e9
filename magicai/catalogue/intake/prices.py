"""What a row's cells say of its price."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from magicai.catalogue.intake.cells import text_of
from magicai.shops.extraction import money_in
from magicai.shops.extraction.currencies import SIGNS, code_of
from magicai.shops.extraction.offers import Offer, best_offer
from magicai.shops.product import Variant
from magicai.values.currencies import CODES

# A sign before the first digit; not `10-20`, nor `5,-`.
_NEGATIVE = re.compile(r"\D*[-−]\s*\d")


@dataclass(frozen=True, slots=True)
class Price:
    """A price, or why there is none; nothing of a row without such a column.

    Attributes:
        list_price: the higher one that stands beside it.
    """

    amount: Decimal | None = None
    currency: str | None = None
    list_price: Decimal | None = None
    fault: str = ""
    way_out: str = "Write prices like 12.50, with their currency in a column of its own."

    @classmethod
    def of_kinds(cls, kinds: Sequence[Variant]) -> "Price | None":
        """That of a product with these kinds; None where none of them has one."""
        offers = (Offer(one.price, one.currency, one.list_price, one.availability) for one in kinds)
        best = best_offer(offers)
        return None if best is None else cls(best.price, best.currency, best.list_price)

    @classmethod
    def read(cls, fields: Mapping[str, Any], usual: str) -> "Price":
        """What a row's fields state.

        Args:
            usual: the currency of prices that name none; "" where nobody said.
        """
        if "price" not in fields and "sale_price" not in fields:
            return cls()
        full, sale = text_of(fields.get("price")), text_of(fields.get("sale_price"))
        one = cls._read(full or sale, fields, usual)
        if one.amount is None or not full or not sale:
            return one
        less = cls._read(sale, fields, one.currency or usual)
        lower = less.amount is not None and less.amount < one.amount and less.currency == one.currency
        return cls(less.amount, one.currency, one.list_price or one.amount) if lower else one

    @classmethod
    def _read(cls, given: str, fields: Mapping[str, Any], usual: str) -> "Price":
        if not given:
            return cls(fault="it has no price")
        stated = text_of(fields.get("currency")).upper()
        if stated and stated not in CODES and code_of(stated) is None:
            return cls(fault=f"{stated!r} is not a currency", way_out="Use a code such as USD, EUR or CNY.")
        amount, named = money_in(given)
        if amount is None or _NEGATIVE.match(given):
            return cls(fault=f"{given[:40]!r} is not a price")
        currency = named or (code_of(stated) if stated else None) or _by_sign(given) or usual or None
        if currency is None:
            way_out = "Add a column currency, or say which: --currency EUR"
            return cls(fault=f"{given[:40]!r} has no currency", way_out=way_out)
        before, other = money_in(text_of(fields.get("list_price")))
        higher = before is not None and before > amount and other in (None, currency)
        return cls(amount, currency, before if higher else None)


def _by_sign(price: str) -> str | None:
    for sign, meaning in SIGNS.items():
        if isinstance(meaning, str) and sign in price:
            return meaning
    return None
