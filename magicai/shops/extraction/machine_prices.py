"""Amounts in structured data: numbers, strings for machines, and strings for people that ended up there."""

import re
from decimal import Decimal
from typing import Any

from magicai.shops.extraction.amounts import EXPONENT, NUMBER, machine_amount, parse_amount
from magicai.shops.extraction.page import ParsedPage
from magicai.values.money import exponent

_TEXT_LIMIT = 60
_THREE_DECIMALS = re.compile(r"\d{1,3}\.\d{3}")
_SIGN = re.compile(r"[^\d\s.,'’+\-–—()/]{1,12}")


def amount_of(value: Any, currency: str | None, page: ParsedPage) -> Decimal | None:
    """The amount that a property holds; zero is how shops write that they name no price, so it is None.

    A string like 1.299 keeps to the rule of structured data, a dot before decimals, unless the page shows the very
    same digits to its readers: no price of two decimals is shown with three.
    """
    decimals = exponent(currency) if currency else None
    if isinstance(value, str):
        text = value.strip()[:_TEXT_LIMIT]
        grouped = bool(_THREE_DECIMALS.fullmatch(text)) and decimals in (2, None) and _is_shown(text, page)
        amount = machine_amount(text, exponent=decimals, grouped=grouped)
        if amount is None:
            number = NUMBER.search(text)
            if number is not None and not _is_of_other_number(number, text):
                amount = parse_amount(number[0], exponent=decimals)
    else:
        amount = machine_amount(value, exponent=decimals)
    return amount or None


def _is_of_other_number(digits: re.Match[str], text: str) -> bool:
    """Whether digits are a part of a negative number, or of one with an exponent."""
    return text[: digits.start()].rstrip().endswith(("-", "−")) or EXPONENT.match(text, digits.end()) is not None


def sign_of(value: Any) -> str:
    """The currency sign or code that stands in a price's text, or ""."""
    if not isinstance(value, str):
        return ""
    found = _SIGN.search(value[:_TEXT_LIMIT])
    return found[0] if found else ""


def _is_shown(digits: str, page: ParsedPage) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(digits)}(?!\d|\.\d)", page.text) is not None


def plain_amount(value: Any) -> Decimal | None:
    """The amount of a number or of a string for machines, None where it is neither or zero."""
    return machine_amount(value) or None
