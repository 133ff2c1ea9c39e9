"""Numbers that are said in parts: a fifth of them, 四成, a year and a half, 2 hours 11 minutes."""

import re
from collections.abc import Iterator
from fractions import Fraction

from magicai.claims import units
from magicai.claims.amount import Amount
from magicai.claims.numerals import MEASURES, PARTS, value_of_han, value_of_words

# A share of several: `a quarter of an hour` is a time.
_SHARE_OF = re.compile(
    rf"\b(?:(?P<count>an?|one|two|three|four|five|six|seven|eight|nine)[ -])?(?P<part>{'|'.join(PARTS)})"
    r" of (?!an? |the year|all time)",
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
_HALF = re.compile(
    r"(?<!and )(?<!and a )(?<!one[ -])\bhalf(?: of)?(?: an?|-| )\s?(?P<unit>[a-z]{3,11})\b", re.IGNORECASE
)
_HAN_NUMBER = r"[一二两三四五六七八九十]{1,3}|\d{1,3}"
_HAN_HALF = re.compile(
    rf"(?P<whole>{_HAN_NUMBER})(?P<unit>年|个月|小时|天|周|公斤|斤|米|岁)半(?![载天夜年月小])"
    rf"|(?:(?P<of>{_HAN_NUMBER})个)?(?<![上下前后大小年月天周时斤米岁])半个?(?P<half>年|月|小时|天|公斤|斤|米|升|吨)"
)
# 一米二 is 1.2 m, 1米80 1.8 m, 两块五 2.5 元; 5米2件 are two numbers.
_HAN_TENTHS_AFTER = re.compile(
    rf"(?P<whole>{_HAN_NUMBER})(?P<unit>米|块)(?P<rest>[一二三四五六七八九]|\d{{1,2}})"
    rf"(?![\d.,零一二两三四五六七八九十百千万亿A-Za-z%×厘分{MEASURES}])"
)


def hours_and_minutes(plain: str) -> Iterator[Amount]:
    """`2 hours 11 minutes`, `2小时11分`."""
    for match in _HOURS_AND_MINUTES.finditer(plain):
        told = [group for group in match.groups() if group]
        hours, minutes = (count(one) if one.isascii() else value_of_han(one) for one in told)
        if hours is not None and minutes is not None:
            yield Amount(match.start(), match.end(), 60 * hours + minutes, Fraction(1), units.unit("min"))


def halves(plain: str) -> Iterator[Amount]:
    """`a year and a half`, `half a litre`, `一年半`."""
    for match in _AND_A_HALF.finditer(plain):
        if (unit := units.unit(match["unit"])) is not None:
            value = count(match["whole"]) + Fraction(1, 2)
            yield Amount(match.start(), match.end(), value, Fraction(1, 2), unit, spelled=True)
    for match in _HALF.finditer(plain):
        if (unit := units.unit(match["unit"])) is not None:
            yield Amount(match.start(), match.end(), Fraction(1, 2), Fraction(1, 2), unit, spelled=True)
    for match in _HAN_HALF.finditer(plain) if "半" in plain else ():
        said = match["whole"] or match["of"]
        whole = Fraction(0) if said is None else Fraction(said) if said.isdigit() else value_of_han(said)
        name = match["unit"] or match["half"]
        unit = units.unit("个月" if name == "月" else name)
        if whole is not None and unit is not None:
            yield Amount(match.start(), match.end(), whole + Fraction(1, 2), Fraction(1, 2), unit, spelled=True)


def tenths_after(plain: str) -> Iterator[Amount]:
    """`一米二`, `1米80`."""
    for match in _HAN_TENTHS_AFTER.finditer(plain):
        whole, rest = (
            Fraction(part) if part.isdigit() else value_of_han(part) for part in match.group("whole", "rest")
        )
        if whole is not None and rest is not None:
            step = Fraction(1, 10 ** len(match["rest"]))
            yield Amount(match.start(), match.end(), whole + rest * step, step, units.unit(match["unit"]), spelled=True)


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
    for match in _HAN_TENTHS.finditer(plain) if "成" in plain else ():
        tenths = Fraction(match["tenths"]) if match["tenths"].isdigit() else value_of_han(match["tenths"])
        if tenths:
            half = Fraction(1, 20) if match["half"] else Fraction(0)
            yield share_at(match.start(), match.end(), tenths / 10 + half)
    for match in _HAN_SHARE.finditer(plain) if "分之" in plain else ():
        below, above = (Fraction(group) if group.isdigit() else value_of_han(group) for group in match.groups())
        if below and above:
            yield share_at(match.start(), match.end(), above / below)
