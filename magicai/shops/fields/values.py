"""A page's text as a value of a field's type."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from magicai.claims.dates import days
from magicai.claims.spans import UsedCharacters
from magicai.shops.extraction.amounts import NUMBER, parse_amount
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.shown_signs import sign_after, sign_before
from magicai.shops.extraction.text import clean
from magicai.shops.fields.schema import FieldType
from magicai.shops.product import FieldValue
from magicai.values.money import padded

LONGEST_VALUE = 300
# Behind a number: what it counts.
_LONGEST_UNIT = 24
# What schema.org, programs and pages write.
_TRUTHS = {
    **dict.fromkeys(("true", "yes", "1", "✓", "✔", "是"), True),
    **dict.fromkeys(("false", "no", "0", "✗", "✘", "否"), False),
}
_MEMBERS = re.compile(r"\s*[,;/|•·、，；\n]\s*")


def parsed(text: str, kind: FieldType, page: ParsedPage) -> FieldValue:
    """The value that a text writes; None where it does not write one of this type, or more than one."""
    text = text.strip()
    if not text or len(text) > LONGEST_VALUE:
        return None
    return _READERS[kind](text, page)


def _list(text: str, _: ParsedPage) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(filter(None, map(clean, _MEMBERS.split(text))))) or None


def _boolean(text: str, _: ParsedPage) -> bool | None:
    return _TRUTHS.get(text.casefold().rpartition("/")[2])


def _url(text: str, page: ParsedPage) -> str | None:
    return (page.resolve(text) or None) if text.startswith(("http://", "https://", "/")) else None


def _integer(text: str, page: ParsedPage) -> int | None:
    number = _number(text, page)
    return int(number) if number is not None and number.is_integer() else None


def _number(text: str, _: ParsedPage) -> float | None:
    found = list(NUMBER.finditer(text))
    if len(found) != 1 or len(text) - len(found[0][0]) > _LONGEST_UNIT:
        return None
    amount = parse_amount(found[0][0])
    if amount is None:
        return None
    before = text[: found[0].start()].rstrip()
    return float(-amount if before in ("-", "−") else amount)


def _date(text: str, _: ParsedPage) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        found = [day.whole for day in days(text, UsedCharacters(len(text)))]
        return found[0].isoformat() if len(found) == 1 and found[0] is not None else None


def _money(text: str, page: ParsedPage) -> dict[str, str | None] | None:
    found = list(NUMBER.finditer(text))
    if len(found) != 1:
        return None
    sign = sign_before(text, found[0].start(), 0) or sign_after(text, found[0].end())
    amount: Decimal | None = parse_amount(found[0][0])
    if amount is None or not sign:
        return None
    currency = page.currency(sign)
    return {"amount": f"{padded(amount, currency or ''):f}", "currency": currency}


_READERS: dict[FieldType, Callable[[str, ParsedPage], FieldValue]] = {
    "text": lambda text, _: clean(text),
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "money": _money,
    "url": _url,
    "list": _list,
}
