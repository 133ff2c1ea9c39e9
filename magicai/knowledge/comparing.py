"""Numbers, times and dates of two sentences, and whether they are others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.found import find
from magicai.claims.hours import Hours
from magicai.claims.numerals import value_of_han
from magicai.claims.reading import HAN, read

# Two amounts are the same where they are nearly so: 30 days and a month.
_ALIKE = 0.04
_DAY = 86_400.0
_MONTH = 30.4 * _DAY
_HAN_VALUE = re.compile(
    "(\\d+(?:\\.\\d+)?|[〇零一二两三四五六七八九十百千万亿]+)\\s?(?:个|個)?(小时|分钟|星期|公里|平方米|[年月周天日时分秒点元块角米岁次人份张倍度名件层页克斤升])"
    "([一二三四五六七八九\\d]?)"
)
_HAN_UNITS: Mapping[str, tuple[str, float]] = {
    **{
        unit: ("time", size)
        for unit, size in (("年", 12 * _MONTH), ("月", _MONTH), ("周", 7 * _DAY), ("星期", 7 * _DAY))
    },
    **{unit: ("time", size) for unit, size in (("天", _DAY), ("日", _DAY), ("小时", 3_600.0), ("时", 3_600.0))},
    **{unit: ("time", size) for unit, size in (("分钟", 60.0), ("分", 60.0), ("秒", 1.0))},
    **dict.fromkeys(("元", "块"), ("money", 1.0)),
    **{unit: ("length", size) for unit, size in (("公里", 1_000.0), ("米", 1.0))},
}


@dataclass(frozen=True, slots=True)
class Values:
    """What of a sentence can be compared: sizes by what they measure, times of the day with their days, and dates."""

    sizes: Mapping[str, frozenset[float]]
    hours: tuple[Hours, ...]
    days: tuple[Day, ...]


def values_differ(one: str, other: str) -> bool:
    """Whether two sentences have amounts of the same kind, times of the same days or dates, and no two that agree."""
    mine, its = values_of(one), values_of(other)
    return _sizes_differ(mine, its) or _hours_differ(mine.hours, its.hours) or _days_differ(mine.days, its.days)


@lru_cache(maxsize=5_000)
def values_of(text: str) -> Values:
    """What of a text can be compared."""
    reading = read(text)
    found = find(reading, with_names=False)
    sizes: dict[str, set[float]] = {}
    if HAN.search(reading.plain):
        plain = reading.plain
        for one in (*found.days, *found.hours):  # the year of a date is no length of time
            plain = plain[: one.start] + " " * (one.end - one.start) + plain[one.end :]
        for number, unit, more in _HAN_VALUE.findall(plain):
            dimension, factor = _HAN_UNITS.get(unit, (unit, 1.0))
            value = float(number) if number[0].isdigit() else float(value_of_han(number) or 0)
            part = (float(more) if more.isdigit() else float(value_of_han(more) or 0)) / 10 if more else 0.0
            sizes.setdefault(dimension, set()).add((value + part) * factor)
    else:
        for amount in found.amounts:
            if not amount.ordinal:
                dimension, size = _size(amount)
                sizes.setdefault(dimension, set()).add(size)
    return Values({name: frozenset(its) for name, its in sizes.items()}, tuple(found.hours), tuple(found.days))


def _size(amount: Amount) -> tuple[str, float]:
    value = float(amount.value)
    if amount.unit is None:
        return "", value
    size = value * float(amount.unit.factor)
    if amount.unit.dimension == "months":
        return "time", size * _MONTH
    return ("time" if amount.unit.dimension == "duration" else amount.unit.dimension), size


def _sizes_differ(mine: Values, its: Values) -> bool:
    shared = mine.sizes.keys() & its.sizes.keys()
    return bool(shared) and not any(
        abs(one - other) <= _ALIKE * max(one, other)
        for name in shared
        for one in mine.sizes[name]
        for other in its.sizes[name]
    )


def _hours_differ(mine: Sequence[Hours], its: Sequence[Hours]) -> bool:
    """Whether times of the same days are others; of several days each, nothing is known to differ."""
    if len(mine) != 1 or len(its) != 1:
        return False
    one, other = mine[0], its[0]
    if one.days and other.days and not one.days & other.days:
        return False
    mine_at, its_at = one.opens | one.closes, other.opens | other.closes
    return bool(mine_at and its_at) and not mine_at & its_at


def _days_differ(mine: Sequence[Day], its: Sequence[Day]) -> bool:
    return bool(mine and its) and not any(one.says(other) or other.says(one) for one in mine for other in its)
