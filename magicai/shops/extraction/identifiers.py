"""Marks by which trade knows a product: GTINs with a right check digit, a shop's own SKUs, and its brand."""

from typing import Any

from magicai.shops.extraction.json_values import first_text
from magicai.shops.extraction.text import NAME_LIMIT, clean
from magicai.values.digest import digest_of

_GTIN_LENGTHS = frozenset((8, 12, 13, 14))
_ISBN10_LENGTH = 10
_GTIN_KEYS = ("gtin13", "gtin", "gtin14", "gtin12", "gtin8", "isbn", "ean", "ean13", "upc", "barcode")
_NO_SKU = frozenset(
    ("", "0", "-", "--", "n/a", "na", "none", "null", "undefined", "nan", "sku", "false", "true", "tbd")
)
_GTIN_LIMIT = 64


def gtin(text: str) -> str | None:
    """The GTIN-8, -12, -13 or -14 that a text writes, an ISBN-10 as its ISBN-13; None if the check digit is wrong."""
    if len(text) > _GTIN_LIMIT:
        return None
    text = text.strip()
    if not text[:1].isdigit():
        for prefix in ("urn:", "isbn", "gtin", "ean", "upc", ":"):
            if text[: len(prefix)].lower() == prefix:
                text = text[len(prefix) :].strip(" :")
    digits = text.replace("-", "").replace(" ", "")
    if not digits.isascii():
        return None
    if len(digits) == _ISBN10_LENGTH and digits[:9].isdigit() and (digits[9].isdigit() or digits[9] in "xX"):
        return _from_isbn10(digits)
    if not digits.isdigit() or len(digits) not in _GTIN_LENGTHS or not digits.strip("0"):
        return None
    return digits if _check_digit(digits[:-1]) == int(digits[-1]) else None


def gtin_of(item: dict[str, Any]) -> str | None:
    """The first valid GTIN among the properties of an item that may hold one."""
    for key in _GTIN_KEYS:
        value = item.get(key)
        if value is not None:
            found = gtin(first_text(value))
            if found is not None:
                return found
    product_id = first_text(item.get("productID"))
    return gtin(product_id) if product_id[:5].lower() in ("isbn:", "gtin:", "ean13", "ean:", "upc:") else None


def sku(text: str) -> str | None:
    """A shop's own number for a product, None for the words that shops write where they have none.

    Never cut, since it tells products apart: of one that is longer than any, its digest stands for the rest.
    """
    whole = clean(text, len(text))
    if len(whole) > NAME_LIMIT:
        return f"{whole[:_GTIN_LIMIT]} {digest_of(whole)}"
    return None if whole.casefold() in _NO_SKU else whole


def brand(text: str) -> str | None:
    """A brand's name, None for what shops write in its place: nothing, an address, a bare number."""
    name = clean(text)
    return name if name and "/" not in name[:8] and not name.isdecimal() else None


def _check_digit(digits: str) -> int:
    return -(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10


def _from_isbn10(digits: str) -> str | None:
    total = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9]))
    check = (11 - total % 11) % 11
    if digits[9].upper() != ("X" if check == 10 else str(check)):  # noqa: PLR2004 - X is ten
        return None
    body = "978" + digits[:9]
    return body + str(_check_digit(body))
