"""Numbers as the world writes them: 1,299.00 · 1.299,00 · 1 299,00 · 1'299.- · 1,29,999 · ١٬٢٩٩٫٠٠ · 1.2万."""

import re
from decimal import Decimal

# An amount starts and ends with a digit (of any script). Spaces stand only between groups of three; other separators
# between any digits. No repetition is nested in another that could take its characters: linear on any input. The first
# digit stands before both branches, since a search then passes over everything else at once.
NUMBER = re.compile(r"\d(?:\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)(?:[.,٫]\d{1,2}(?!\d))?|(?:[.,'’٫٬·]?\d)*)")

# Means the same everywhere: no groups, and as many decimals as cents have.
_USUAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_SPACES_AND_APOSTROPHES = str.maketrans("", "", " \u00a0\u2009\u202f'’")
_SAME = str.maketrans({"٫": ".", "，": ",", "．": ".", "·": "."})
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+"),
}
# 1.2E3, as a program prints 1200; in front of such an exponent stands no amount by itself.
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+", re.ASCII)
EXPONENT = re.compile(r"[eE][+-]?\d")
_LIMIT = Decimal(10) ** 12
_LONGEST = 30
_THREE = 3

MYRIADS = {"万": 10_000, "萬": 10_000, "億": 100_000_000, "亿": 100_000_000}


def parse_amount(text: str, *, exponent: int | None = None, point: str = "") -> Decimal | None:
    """The amount that a number token writes.

    Args:
        text: digits with separators, nothing else.
        exponent: decimals of its currency, None where that is unknown.
        point: "." or ",", where the page shows which one it writes before decimals.

    Returns:
        None where the token is no amount, or can't be read in one way only.
    """
    text = text.strip()
    if _USUAL.fullmatch(text):
        return Decimal(text)
    if not text or len(text) > _LONGEST:
        return None
    if not text.isascii():
        text = text.translate(_SAME)
    if "٬" in text:
        text = text.replace("٬", "")
        point = "."
    digits = text.translate(_SPACES_AND_APOSTROPHES)
    spaced = len(digits) != len(text)
    if not digits.isascii():
        digits = "".join(str(int(char)) if char.isdecimal() else char for char in digits)
    plain = _without_groups(digits, exponent=exponent, point=point, spaced=spaced)
    if plain is None or not plain.replace(".", "", 1).isdigit():
        return None
    amount = Decimal(plain)
    return amount if amount < _LIMIT else None


def _without_groups(digits: str, *, exponent: int | None, point: str, spaced: bool) -> str | None:
    commas, dots = digits.count(","), digits.count(".")
    if not commas and not dots:
        return digits
    if commas and dots:
        return _with_both_marks(digits)
    mark = "," if commas else "."
    if commas + dots > 1:
        return digits.replace(mark, "") if _GROUPED[mark].fullmatch(digits) and mark != point else None
    whole, _, fraction = digits.partition(mark)
    if len(fraction) == _THREE and not spaced and len(whole) <= _THREE and not whole.startswith("0"):
        return _three_digits_after(whole, fraction, mark, exponent=exponent, point=point)
    return f"{whole}.{fraction}" if whole else None


def _with_both_marks(digits: str) -> str | None:
    """Of two kinds of marks, the last one stands before decimals."""
    decimal = "," if digits.rfind(",") > digits.rfind(".") else "."
    group = "." if decimal == "," else ","
    whole, _, fraction = digits.rpartition(decimal)
    if decimal in whole or group in fraction or not _GROUPED[group].fullmatch(whole):
        return None
    return f"{whole.replace(group, '')}.{fraction}"


def _three_digits_after(whole: str, fraction: str, mark: str, *, exponent: int | None, point: str) -> str | None:
    """Settle 1.299: a thousand and more, or one and a fraction?"""
    if exponent == _THREE:
        if point:
            return f"{whole}.{fraction}" if mark == point else whole + fraction
        return f"{whole}.{fraction}" if mark == "." else None
    if exponent == 0 or mark != point:
        return whole + fraction
    return None  # written like decimals, yet no money of two decimals has three: a rate, or another page's habit


def machine_amount(value: object, *, exponent: int | None = None, grouped: bool = False) -> Decimal | None:
    """The amount of a JSON number, or of a string written for machines: a dot before decimals, no groups.

    Args:
        value: a number, or digits with at most one dot, perhaps with an exponent.
        exponent: decimals of its currency, None where that is unknown.
        grouped: whether the page shows that its dots stand between thousands.

    Returns:
        None where it is neither; `parse_amount` may still read a text.
    """
    if isinstance(value, str):
        return _machine_text(value.strip(), exponent=exponent, grouped=grouped)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < _LIMIT:
        return None
    # A number with a fraction is binary: its shortest spelling is what the page wrote; sums of floats end in noise.
    return Decimal(value) if isinstance(value, int) else round(Decimal(repr(value)), 6).normalize() + 0


def _machine_text(text: str, *, exponent: int | None, grouped: bool) -> Decimal | None:
    whole, mark, fraction = text.partition(".")
    if len(text) > _LONGEST:
        return None
    if not (text.isascii() and whole.isdigit() and (fraction.isdigit() or not mark)):
        return machine_amount(float(text)) if _SCIENTIFIC.fullmatch(text) else None
    if len(fraction) == _THREE and len(whole) <= _THREE and (grouped or exponent == 0):
        return Decimal(whole + fraction)
    amount = Decimal(text)
    return amount if amount < _LIMIT else None
