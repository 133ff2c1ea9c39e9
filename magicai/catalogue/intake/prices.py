"""What a row's cells say of its price."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from magicai.catalogue.intake.cells import NO, text_of
from magicai.messages import Message, say
from magicai.shops.extraction import holds_at, money_in
from magicai.shops.extraction.currencies import SIGNS, CurrencyEvidence, code_of
from magicai.shops.extraction.offers import best_offer
from magicai.shops.product import Variant
from magicai.values.currencies import CODES

# A sign before the first digit; not `10-20`, nor `5,-`.
_NEGATIVE = re.compile(r"\D*[-−]\s*\d")
_NUMBERS = re.compile(r"[\d.,'’\s\-–]+")


@dataclass(frozen=True, slots=True)
class Currencies:
    """The currencies of a file's prices.

    Attributes:
        usual: of those that name none; "" where nobody said.
        evidence: what the file says about where it sells, for signs that several countries share.
    """

    usual: str
    evidence: CurrencyEvidence

    def of(self, price: str) -> tuple[str, bool]:
        """The currency of a price that names no code, "" where that is open; and whether it is not in the usual one."""
        signs = [word for word in _NUMBERS.sub(" ", price).split() if word in SIGNS]
        if not signs:
            return self.usual, False
        meaning = SIGNS[signs[0]]
        if isinstance(meaning, str):
            return meaning, False
        if self.usual in meaning.values():
            return self.usual, False
        return self.evidence.currency(signs[0]) or "", bool(self.usual)


@dataclass(frozen=True, slots=True)
class Price:
    """A price, or why there is none; nothing of a row without such a column.

    Attributes:
        list_price: the higher one that stands beside it.
        currency: None where neither it nor its file names one, nor anybody said.
        absent: none was given, or 0.
    """

    amount: Decimal | None = None
    currency: str | None = None
    list_price: Decimal | None = None
    fault: Message | None = None
    absent: bool = False

    @classmethod
    def of_kinds(cls, kinds: Sequence[Variant]) -> "Price | None":
        """That of a product with these kinds; None where none of them has one."""
        best = best_offer(kinds)
        return None if best is None else cls(best.price, best.currency, best.list_price)

    @classmethod
    def read(cls, fields: Mapping[str, Any], currencies: Currencies, at: int) -> "Price":
        """What a row's fields state.

        Args:
            at: UTC microseconds, at which a price that holds for some time is looked at.
        """
        if "price" not in fields and "sale_price" not in fields:
            return cls()
        full, sale = text_of(fields.get("price")), text_of(fields.get("sale_price"))
        ended = not holds_at(text_of(fields.get("sale_dates")), at)
        if full and (ended or text_of(fields.get("on_sale")).casefold() in NO):
            sale = ""
        one = cls._read(full or sale, fields, currencies)
        if one.amount is None or not full or not sale:
            return one
        less = cls._read(sale, {**fields, "currency": one.currency}, currencies)
        lower = less.amount is not None and less.amount < one.amount and less.currency == one.currency
        return cls(less.amount, one.currency, one.list_price or one.amount) if lower else one

    @classmethod
    def _read(cls, given: str, fields: Mapping[str, Any], currencies: Currencies) -> "Price":
        given = " ".join(given.split())
        if not given:
            return cls(fault=say("entry_without_price"), absent=True)
        stated = text_of(fields.get("currency")).upper()
        if stated and stated not in CODES and code_of(stated) is None:
            return cls(fault=say("currency_unknown", sign=stated))
        amount, named = money_in(given)
        if amount is None or _NEGATIVE.match(given):
            zero = "0" in given and not any(digit in given for digit in "123456789")
            return cls(fault=say("entry_price_invalid", price=given[:40]), absent=zero)
        by_sign, other_than_usual = currencies.of(given)
        currency = named or (code_of(stated) if stated else None) or by_sign or None
        if currency is None and other_than_usual:
            return cls(fault=say("entry_price_in_other_currency", price=given[:40], currency=currencies.usual))
        before, other = money_in(text_of(fields.get("list_price")))
        higher = before is not None and before > amount and other in (None, currency)
        return cls(amount, currency, before if higher else None)
