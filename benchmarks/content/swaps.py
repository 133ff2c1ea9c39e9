"""True copy with one value put wrong: each number, unit, price and date that code proves, one at a time."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from benchmarks.content.proof import Copy
from magicai.claims.checking import check
from magicai.claims.claim import ClaimKind

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# A unit becomes another: of the same thing, or of another.
_UNITS = {
    "ml": "l", "l": "ml", "litre": "ml", "litres": "ml", "kg": "g", "g": "kg", "lb": "oz", "pounds": "ounces",
    "ounces": "pounds", "oz": "lb", "cm": "mm", "mm": "cm", "m": "cm", "inch": "feet", "inches": "feet", "in": "cm",
    '"': " cm ", "feet": "inches", "ft": "in", "hours": "minutes", "h": "min", "minutes": "hours", "months": "years",
    "month": "year", "year": "month", "years": "months", "days": "weeks", "W": "kW", "V": "W", "GB": "TB", "%": " kg",
    "K": "W", "°C": "°F", "mAh": "Wh", "Hz": "W", "lm": "W",
}  # fmt: skip
_UNIT = re.compile(r"(?<=[\d\s-])(?:" + "|".join(map(re.escape, sorted(_UNITS, key=len, reverse=True))) + r")$")


def swapped(copies: Iterable[Copy]) -> Iterator[Copy]:
    """Every true text with one value put wrong, as a source of its own for each kind of value."""
    for copy in copies:
        if copy.wrong:
            continue
        for one in check(copy.text, copy.sources, copy.language):
            if one.verdict == "proved":
                for name, text in _swaps(one.claim.kind, one.claim.text):
                    start, end = one.claim.start, one.claim.end
                    place = (start, start + len(text))
                    yield Copy(name, copy.text[:start] + text + copy.text[end:], copy.sources, (place,))


def _swaps(kind: ClaimKind, text: str) -> Iterator[tuple[str, str]]:
    number = _NUMBER.search(text)
    match kind:
        case ClaimKind.QUANTITY if number:
            yield "a number with a unit", _put(text, number, _other(number[0]))
            if unit := _UNIT.search(text):
                yield "a unit", text[: unit.start()] + _UNITS[unit[0]]
        case ClaimKind.NUMBER if number:
            yield "a number without a unit", _put(text, number, _other(number[0]))
        case ClaimKind.PRICE if number:
            yield "a price", _put(text, number, _other(number[0]))
        case ClaimKind.DATE if number:
            yield "a date", _put(text, number, _other_day(number[0]))
        case _:
            return


def _put(text: str, number: re.Match[str], other: str) -> str:
    return text[: number.start()] + other + text[number.end() :]


def _other(number: str) -> str:
    """A number with another first digit: 350 becomes 450."""
    first = int(number[0]) % 9 + 1
    return f"{first}{number[1:]}"


def _other_day(number: str) -> str:
    value = Fraction(number.replace(",", "")) if number.replace(",", "").isdigit() else Fraction(0)
    return str(int(value) + 1 if value not in (28, 30, 31) else int(value) - 1)
