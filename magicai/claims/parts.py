"""Numbers that are said in parts: a fifth of them, 四成, a year and a half, 2 hours 11 minutes."""

import re
from collections.abc import Iterator
from fractions import Fraction

from magicai.claims import units
from magicai.claims.amount import Amount
from magicai.claims.numerals import PARTS, value_of_han, value_of_words

# A share of several: `a quarter of an hour` is a time.
_SHARE_OF = re.compile(
    rf"\b(?:(?P<count>an?|one|two|three|four|five|six|seven|eight|nine)[ -])?(?P<part>{'|'.join(PARTS)})"
    r" of (?!an? |the year|all time)",
    re.IGNORECASE,
)
# Rose by a quarter; lost one customer in three.
_SHARE_PARTS = "|".join(part for part in PARTS if not part.startswith("hal"))
_BY_SHARE = re.compile(
    rf"\b(?:by|down|up) (?P<count>an?|one|two|three)[ -](?P<part>{_SHARE_PARTS})\b"
    r"(?! (?:of|past|to \d?\d\b(?!\.)))",
    re.IGNORECASE,
)
# 四成 is 40 %; 完成, 成立 and 三成员 are words.
_HAN_TENTHS = re.compile(
    "(?P<tenths>[一二三四五六七八九两]|(?<![\\d.])[1-9])成(?P<half>半)?(?![立为功员本绩品长果分人交都色熟就千上])"
)
_HAN_SHARE = re.compile("(?P<below>[二三四五六七八九十]|\\d{1,3})分之(?P<above>[一二三四五六七八九]|\\d{1,3})")
_AND_A_HALF = re.compile(
    r"\b(?P<whole>an?|one|two|three|four|five|six|\d+) (?P<unit>[a-z]{3,7}) and a half\b", re.IGNORECASE
)
_FEW = "an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
_HOURS_AND_MINUTES = re.compile(
    rf"(?<![\d.])(\d{{1,3}}|\b(?:{_FEW})\b)[ -]?(?:hours?|hrs?|h)(?:,? and)? ?(\d{{1,2}}|\b(?:{_FEW})(?:-five)?\b)"
    r"[ -]?(?:minutes?|mins?|min|m)\b"
    r"|(?<![\d.])(\d{1,3}|[一二两三四五六七八九十]{1,3})个?小时(?:零)?(\d{1,2}|[一二三四五六七八九十]{1,3})分(?:钟)?(?!之)",
    re.IGNORECASE,
)
# 一年半, 两个半月, 半小时; 下半年 is a part of a year that is named.
_RESULT = re.compile(
    r"(?<![\d:.-])(?<!\d\d[T ])\d{1,2}:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?|\.\d{1,3})(?![\d:])(?!\s?[ap]\.?m)"
    r"|\d{1,2}(?:个?小)?时[0-5]?\d分[0-5]?\d(?:\.\d{1,3})?秒|\d{1,2}分[0-5]?\d(?:\.\d{1,3})?秒"
)
_HEIGHT = re.compile(r"(?<![\d.])([12])米(\d\d)(?!\d)")
_EVERY_OTHER = re.compile(r"\bevery other (day|week|month|year)\b", re.IGNORECASE)
_PART_HOUR = re.compile(
    rf"\b(?P<hours>{_FEW}|\d{{1,2}})(?: hours?)? and (?P<part>a quarter|three[- ]quarters)(?: hours\b)",
    re.IGNORECASE,
)
_PARTS_OF_HOUR = {"a quarter": 15, "three quarters": 45, "three-quarters": 45}
_HAN_NUMBER = r"[一二两三四五六七八九十]{1,3}|\d{1,3}"
_HAN_HALF = re.compile(
    rf"(?P<whole>{_HAN_NUMBER})(?P<unit>年|个月|小时|天|周|公斤|斤|米|岁)半(?![载天夜年月小])"
    rf"|(?:(?P<of>{_HAN_NUMBER})个)?(?<![上下前后大小年月天周时斤米岁])半个?(?P<half>年|月|小时|天|公斤|斤|米)"
)


def hours_and_minutes(plain: str) -> Iterator[Amount]:
    """`2 hours 11 minutes`, `2小时11分`."""
    for match in _HOURS_AND_MINUTES.finditer(plain):
        told = [one for one in match.groups() if one]
        hours, minutes = (count(one) if one.isascii() else value_of_han(one) for one in told)
        if hours is not None and minutes is not None:
            yield Amount(match.start(), match.end(), 60 * hours + minutes, Fraction(1), units.unit("min"))


def results(plain: str) -> Iterator[Amount]:
    """`1:46.21` and `1:04:38` of a race, `1小时04分38秒`: seconds."""
    seconds = units.unit("s")
    for match in _RESULT.finditer(plain):
        parts = [Fraction(part) for part in re.findall(r"\d+(?:\.\d+)?", match[0])]
        value = sum((part * 60**power for power, part in enumerate(reversed(parts))), Fraction(0))
        step = Fraction(1, 10 ** len(match[0].partition(".")[2])) if "." in match[0] else Fraction(1)
        yield Amount(match.start(), match.end(), value, step, seconds)


def heights(plain: str) -> Iterator[Amount]:
    """`1米83` is 183 cm, and `every other week` every two weeks."""
    for match in _HEIGHT.finditer(plain):
        yield Amount(
            match.start(), match.end(), Fraction(100 * int(match[1]) + int(match[2])), Fraction(1), units.unit("cm")
        )
    for match in _EVERY_OTHER.finditer(plain):
        yield Amount(match.start(), match.end(), Fraction(2), Fraction(1), units.unit(match[1]), spelled=True)


def hours_and_parts(plain: str) -> Iterator[Amount]:
    """`two and a quarter hours`."""
    for match in _PART_HOUR.finditer(plain):
        minutes = 60 * count(match["hours"]) + _PARTS_OF_HOUR[match["part"].lower()]
        yield Amount(match.start(), match.end(), minutes, Fraction(1), units.unit("min"), spelled=True)


def halves(plain: str) -> Iterator[Amount]:
    """`a year and a half`, `一年半`."""
    for match in _AND_A_HALF.finditer(plain):
        if (unit := units.unit(match["unit"])) is not None:
            value = count(match["whole"]) + Fraction(1, 2)
            yield Amount(match.start(), match.end(), value, Fraction(1, 2), unit, spelled=True)
    for match in _HAN_HALF.finditer(plain) if "半" in plain else ():
        said = match["whole"] or match["of"]
        whole = Fraction(0) if said is None else Fraction(said) if said.isdigit() else value_of_han(said)
        name = match["unit"] or match["half"]
        unit = units.unit("个月" if name == "月" else name)
        if whole is not None and unit is not None:
            yield Amount(match.start(), match.end(), whole + Fraction(1, 2), Fraction(1, 2), unit, spelled=True)


def share_at(start: int, end: int, share: Fraction) -> Amount:
    """A share as a percentage, at a place of a text."""
    return Amount(start, end, Fraction(round(100 * share)), Fraction(1), units.unit("%"), spelled=True)


def count(word: str) -> Fraction:
    """What `a`, `two` or `3` counts."""
    if word.lower() in ("a", "an"):
        return Fraction(1)
    return Fraction(word) if word.isdigit() else value_of_words(word) or Fraction(1)


def shares(plain: str) -> Iterator[Amount]:
    """`a fifth of its customers` is 20%."""
    for match in _SHARE_OF.finditer(plain):
        if match["count"] or match["part"].lower() == "half":  # `fifth of` is a place in a row
            share = count(match["count"] or "a") / PARTS[match["part"].lower()]
            yield share_at(match.start(), match.end("part"), share)
    for match in _BY_SHARE.finditer(plain):
        yield share_at(match.start("count"), match.end(), count(match["count"]) / PARTS[match["part"].lower()])
    for match in _HAN_TENTHS.finditer(plain) if "成" in plain else ():
        tenths = Fraction(match["tenths"]) if match["tenths"].isdigit() else value_of_han(match["tenths"])
        if tenths:
            half = Fraction(1, 20) if match["half"] else Fraction(0)
            yield share_at(match.start(), match.end(), tenths / 10 + half)
    for match in _HAN_SHARE.finditer(plain) if "分之" in plain else ():
        below, above = (Fraction(one) if one.isdigit() else value_of_han(one) for one in match.groups())
        if below and above:
            yield share_at(match.start(), match.end(), above / below)
