"""What a key says of its number: the unit, and what it is multiplied by: `revenue_m_gbp`, `noise_db.min`."""

import re
from collections.abc import Iterator, Sequence

from magicai.claims import units
from magicai.claims.records import Path
from magicai.claims.units import MONEY, Unit
from magicai.claims.words import words_of_key
from magicai.values.currencies import CODES

_SUFFIX = re.compile(r"(?:km|m|cm|ft)[23](?![a-z\d])|[A-Z]?[a-z]+|[A-Z]+|[%\u4e00-\u9fff]+")
_WORD = 4  # letters of a unit that may be a key by itself, such as `grams`
# `year: 2019`, `hours: 9:00-17:00` and `times` are no durations; `minutes: 35` is one.
_TIME_WORDS = "year month day week hours second time times"
_NO_UNITS = frozenset(_TIME_WORDS.split())
# `revenue_m_gbp: 84.5` counts millions.
_SCALES = {
    **dict.fromkeys(("k", "thousand", "thousands"), 1_000),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions"), 10**6),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 10**9),
}
_GLUED = re.compile(rf"(?P<scale>k|m|mn|b|bn)(?P<currency>{'|'.join(sorted(CODES)).lower()})")
# What a key ends with that its number is measured in, whatever it is per: `max_load_per_shelf_kg`.
_ENDS = "g kg mg t lb oz m cm mm km in ft ml l usd eur gbp cny"
_NAMED_LAST = frozenset(_ENDS.split())
# What stands for a unit at the end of a key only.
_AT_THE_END = {"c": "°C", "f": "°F", "celsius": "°C", "pct": "%", "percent": "%", "kmh": "km/h", "mps": "m/s"}
_SYMBOLS = "kW kWh Wh Hz kHz MHz GHz kPa Pa kJ mAh kcal dB MP kB TB"
_CASED = {symbol.lower(): symbol for symbol in _SYMBOLS.split()}
_COUNTS = frozenset(("count", "number", "num", "qty", "quantity", "rank", "id", "stops", "rating", "score"))
_MONEY_WORDS = "price fee cost msrp rrp revenue rent deposit fare 费用 金额 总价 租金 押金"
_OF_MONEY = frozenset(_MONEY_WORDS.split())
_SUMS = frozenset(("total", "amount", "sum", "grand", "order", "net", "gros", "gross"))


def unit_of_key(path: Path) -> Unit | None:
    """The unit that the key of a number names; that of the map it is in, where its own key only says which."""
    keys = [key for key in path if isinstance(key, str)]
    own = _unit(_parts(keys[-1])) if keys else None
    if own is not None or not keys or _COUNTS & set(map(str.lower, _parts(keys[-1]))):
        return own
    for key in keys[-2:-4:-1]:
        parts = _parts(key)
        if len(parts) > 1 and (above := _unit(parts[-1:], least=1)) is not None:
            return above
    return None


def scale_of_key(path: Path, unit: Unit | None) -> int:
    """What a key multiplies by: of money, and of what is only counted."""
    if unit is not None and unit.dimension != MONEY:
        return 1
    if unit is None and any(isinstance(key, str) and "temp" in key.lower() for key in path):
        return 1  # `temperature_k`
    keys = [key for key in path if isinstance(key, str)]
    above = 1 if unit is None else 2
    return next(
        (_SCALES[part] for key in keys[: -above - 1 : -1] for part in _parts(key.lower())[1:] if part in _SCALES), 1
    )


def speaks_of_money(path: Path) -> bool:
    """Whether a key's number is an amount of money, though it names no currency."""
    keys = [key for key in path if isinstance(key, str)]
    words = {word for key in keys for word in words_of_key(key)}
    last = set(words_of_key(keys[-1])) if keys else set[str]()
    return bool(_OF_MONEY & words) or (last <= _SUMS and bool(last & {"total", "amount", "sum"}))


def numbers_in(path: Path) -> Iterator[int]:
    """Numbers in the keys themselves: 12 of `under_12`."""
    for key in path:
        if isinstance(key, str):
            yield from map(int, re.findall(r"(?<![A-Za-z\d])\d{1,4}(?![A-Za-z\d])", key.replace("_", " ")))


def _parts(key: str) -> list[str]:
    found: list[str] = []
    for part in _SUFFIX.findall(key):
        glued = _GLUED.fullmatch(part.lower())
        found += [glued["scale"], glued["currency"]] if glued else [part]
    return found


def _unit(parts: Sequence[str], *, least: int = _WORD) -> Unit | None:
    if not parts or (len(parts) == 1 and (len(parts[0]) < least or parts[0].lower() in _NO_UNITS)):
        return None
    before = parts[: parts.index("per")] if "per" in parts[1:] else parts
    alone = before is parts or (parts[-1] in _NAMED_LAST and parts[-2] != "per")  # not of `price_per_kg`
    last = parts[-1] if alone else before[-1]
    known = units.unit(_AT_THE_END.get(last.lower(), last))
    at_the_end = known or units.unit(last.lower()) or units.unit(last.upper())
    at_the_end = at_the_end or units.unit(_CASED.get(last.lower(), ""))
    if at_the_end is not None:
        return at_the_end
    # `hours_per_week`, `days_off`: a word of a unit, and not what it is of.
    named = (units.unit(part.lower()) for part in before if len(part) >= _WORD)
    return next((unit for unit in named if unit is not None and unit.dimension != MONEY), None)


def without_unit(key: str) -> str:
    """A key without the unit at its end: `weight` of `weight_kg`."""
    parts = _parts(key)
    return " ".join(parts[:-1]) if len(parts) > 1 and _unit(parts[-1:], least=1) is not None else key
