"""Numbers, quantities with units, and prices in a plain text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from magicai.claims import units
from magicai.claims.amount import Amount
from magicai.claims.numerals import HAN_SPELLED, MEASURES, SCALE_AFTER, SPELLED, value_of_han, value_of_words
from magicai.claims.parts import halves, hours_and_minutes, shares, tenths_after
from magicai.claims.spans import UsedCharacters
from magicai.claims.units import MONEY, TIMES, Unit

_MOST_DIGITS = 40
_MOST_POINTS = (5, 10, 100)
_BELOW = frozenset((2, 3, 4, 5, 6, 8, 10, 16, 32, 64))
_SIGNS = "|".join(re.escape(sign) for sign in units.SIGNS_BEFORE)
_CODES = "|".join(sorted(units.CODES))
# 1,434 or 12,345,678; each number of `100,110,120,…` where more groups follow than a number has.
_GROUPED = r"(?<!\d,)\d{1,3}(?:,\d{3}){1,12}(?!\d|,\d{3})"
_DIGITS = re.compile(
    rf"(?P<cur>(?:{_SIGNS}|\b(?:{_CODES}))[ ]?)?(?P<sign>(?<![A-Za-z0-9_)\]%.])[-−+])?(?P<cur2>(?:{_SIGNS}))?"
    rf"(?:(?<![A-Za-z0-9_.])|(?<=\d[xX×]))(?P<num>{_GROUPED}|\d{{1,{_MOST_DIGITS}}})(?P<dec>\.\d{{1,{_MOST_DIGITS}}})?"
    r"(?P<part>(?:[ -]?(?<=[ -])|(?<!\d\.))\d{1,2}/\d{1,2}|/\d{1,2}(?![\d/]))?"
    r"(?P<scale>[ -]?(?:thousand|million|billion|trillion|dozen|百万|千万|[万亿千])(?![a-z])|k\b|(?:m|M|bn|b|B)\b)?",
)
_CN_PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?|\d+(?:\.\d+)?)")
_CN_DISCOUNT = re.compile(r"(?<![\d.])(\d(?:\.\d)?|[一二三四五六七八九]{1,2})折")
_HALF_PRICE = re.compile(r"\bhalf[- ]price\b|半价", re.IGNORECASE)
# How often: `2 times a month`.
_A_PERIOD = re.compile(r" (?:a|per|each|every) (?:hour|day|week|month|year|night)s?\b", re.IGNORECASE)
_UNIT_WORD = re.compile(r"[ \u00a0-]?(° ?[CFcf]\b|m3/h\b|立方米/小?时|米/秒|''|[℃℉%\"'′″”]|[A-Za-z][A-Za-z/]*[23]?)")
# 2.1 fewer sick days, three more working weeks.
_BEFORE_UNIT = re.compile(
    r"(?: (?:fewer|more|less|extra|additional|further))?"
    r"(?: (?:sick|working|business|school|calendar|full|whole|consecutive))?(?= [a-z])",
    re.IGNORECASE,
)
_TWO_WORDS = re.compile(r"[ -]([A-Za-z]+ [A-Za-z]+)")
_PER_WORDS = re.compile(r"[ -]([A-Za-z]+ (?:an|per) [A-Za-z]+)")
_RANGE = re.compile(r"\s?(?:-|–|—|~|x|×|by|to|and|or|至|到)\s?$")
_ABOUT = re.compile(
    r"(?:\b(?:(?P<about>about|around|approximately|roughly|some|circa|almost|nearly|close to|just)|"
    r"(?P<over>over|more than|above|at least|exceeding|upwards of|no less than|just over)|"
    r"(?P<under>under|less than|fewer than|below|up to|at most|no more than|just under))"
    r"|(?P<han_about>大约|约|近|将近|接近|左右)|(?P<han_over>超过|逾|超|至少|多于|高于|不少于)|(?P<han_under>不到|低于|少于|最多|不超过))"
    r"\s?(?:an? |the )?$",
    re.IGNORECASE,
)
_HAN_AFTER = re.compile(r"\s?(?:多|余|以上|左右|上下|来)")
_NO_COUNT = re.compile("一(?!年|月|小时|分钟|周|公|千克|米|升|岁|倍|折)")
_AGE = re.compile("[- ]olds?\\b")
_NO_UNIT_APART = frozenset(("in", "x", "''", "'", '"', "s", "A"))  # after a space these are words or quotes
_GOES_ON = re.compile(r"-hand|(?<=in)-?\d|(?<=x)\d|(?<=')\w", re.IGNORECASE)  # second-hand, 2-in-1, 8x9, 1920's
_LONGEST_HAN = 4
_QUOTES = "\"'“”"  # a "1" on a cake is no inch
_DECADE = re.compile(r"(?<=\d0)s\b")
_PARTS_OF_WORDS, _REST_OF_WORDS = "度周寸磅码", "边末到年"
_PRICE_AFTER = frozenset(("m", "M", "bn", "b", "B"))
_LARGE = {"m": 10**6, "M": 10**6, "bn": 10**9, "b": 10**9, "B": 10**9}
_NO_NUMBER = re.compile(
    r"\bone(?: (?:of|another|can|could|might|would|should|is|must|may|who|that|thing|way|stop|place|day|hand)\b|'s|-)|"
    r"\b(?:no|every|any|some|each|another|this|that|the|which|only|number|or) one\b",
    re.IGNORECASE,
)


def amounts(plain: str, taken: UsedCharacters) -> list[Amount]:
    """Every number of a text that nothing else has taken, in order."""
    found: list[Amount] = []
    kinds = (
        _by_sign,
        shares,
        hours_and_minutes,
        halves,
        tenths_after,
        _in_digits,
        _in_words,
        _in_han,
    )
    for amount in (amount for kind in kinds for amount in kind(plain)):
        if taken.free(amount.start, amount.end):
            taken.take(amount.start, amount.end)
            found.append(amount)
    found.sort(key=lambda amount: amount.start)
    return [replace(amount, about=_nearly(plain, amount)) for amount in _with_range_units(plain, found)]


def _by_sign(plain: str) -> Iterator[Amount]:
    percent = units.unit("%")
    if "百分之" in plain:
        for match in _CN_PERCENT.finditer(plain):
            value = Fraction(match[1]) if match[1][0].isdigit() else value_of_han(match[1])
            if value is not None:
                yield Amount(match.start(), match.end(), value, _step(match[1]), percent)
    for match in _HALF_PRICE.finditer(plain):
        yield Amount(match.start(), match.end(), Fraction(50), Fraction(1), percent, spelled=True)
    if "折" in plain:
        for match in _CN_DISCOUNT.finditer(plain):
            value = Fraction(match[1]) if match[1][0].isdigit() else value_of_han(match[1])
            if value is not None:
                paid = value * 10 if value < 10 else value
                yield Amount(match.start(), match.end(), 100 - paid, Fraction(1), percent)


def _in_digits(plain: str) -> Iterator[Amount]:
    for match in _DIGITS.finditer(plain):
        end = match.end()
        after = plain[end : end + 1]
        scale = (match["scale"] or "").strip(" -")
        sign = (match["cur"] or match["cur2"] or "").strip()
        if scale in _PRICE_AFTER and not sign:
            scale, end = "", match.start("scale")
        elif not scale and after.isalpha() and after.isascii() and _unit_after(plain, end) is None and after != "x":
            if plain[end : end + 1] == "K" and not plain[end + 1 : end + 2].isalnum():
                scale, end = "k", end + 1
            else:
                continue
        beside = _beside(match)
        if beside:  # 18/26 are two numbers
            above, below = beside
            yield _with_unit(plain, Amount(match.start("num"), match.start("part"), above, Fraction(1)))
            yield _with_unit(plain, Amount(match.start("part") + 1, match.end("part"), below, Fraction(1)))
            continue
        value = _value(match, scale)
        if value is None or match["num"].startswith("00"):
            continue
        step = Fraction(1, 10 ** (len(match["dec"]) - 1) if match["dec"] else 1) * _scaled(scale)
        unit = units.unit(sign) if sign else None
        amount = Amount(match.start(), end, value, step, unit)
        yield amount if unit else _with_unit(plain, amount)


def _beside(match: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    """Both numbers of what is written like a fraction, and is none that anybody measures by."""
    part = match["part"] or ""
    if not part.startswith("/") or match["dec"] or match["cur"] or "," in match["num"]:
        return None
    above, below = int(match["num"]), int(part[1:])
    return None if below in _BELOW or not below else (Fraction(above), Fraction(below))


def _value(match: re.Match[str], scale: str) -> Fraction | None:
    value = Fraction(match["num"].replace(",", "") + (match["dec"] or ""))
    part = match["part"]
    if part:
        above, below = (int(number or 0) for number in part.strip(" -").split("/"))
        if below == 0:
            return None
        rated = part.startswith("/") and below in _MOST_POINTS and (match["dec"] or below > _MOST_POINTS[0])
        if not rated:  # 4.8/5 is 4.8 points
            value = value / below if part.startswith("/") else value + Fraction(above, below)
    value *= _scaled(scale)
    return -value if match["sign"] in ("-", "−") else value


def _scaled(scale: str) -> int:
    return _LARGE.get(scale) or SCALE_AFTER.get(scale.lower(), 1)


def _in_words(plain: str) -> Iterator[Amount]:
    for match in SPELLED.finditer(plain):
        value = value_of_words(match[0])
        if value is None or _NO_NUMBER.search(plain, max(0, match.start() - 8), match.end() + 9):
            continue
        amount = _with_unit(plain, Amount(match.start(), match.end(), value, _round_step(value), spelled=True))
        if value in (0, 1) and amount.unit is None:
            continue
        yield amount


def _in_han(plain: str) -> Iterator[Amount]:
    for match in HAN_SPELLED.finditer(plain):
        text = match[0]
        after = plain[match.end() : match.end() + 1]
        if _SOME.fullmatch(text):
            continue
        if text in "百千万亿零" or (len(text) == 1 and _NO_COUNT.match(plain, match.start())):
            continue
        amount = Amount(match.start(), match.end(), value_of_han(text) or Fraction(0), Fraction(1), spelled=True)
        amount = _with_unit(plain, amount)
        if amount.unit is None and after not in MEASURES and not _HAN_AFTER.match(plain, match.end()):
            continue
        yield replace(amount, step=_round_step(amount.value))


def _round_step(value: Fraction) -> Fraction:
    step = Fraction(1)
    while value and value % (step * 10) == 0 and step < 10**12:
        step *= 10
    return step if value.denominator == 1 else Fraction(1, 100)


def _with_unit(plain: str, amount: Amount) -> Amount:
    found = _unit_after(plain, amount.end)
    quoted = found is not None and plain[amount.end] in _QUOTES and plain[amount.start - 1 : amount.start] in _QUOTES
    if found is None or (quoted and amount.start):
        return amount
    end, unit = found
    how_often = unit.dimension == TIMES and _A_PERIOD.match(plain, end)
    if how_often or (unit.dimension == "months" and _AGE.match(plain, end)):
        return amount
    return replace(amount, unit=unit, end=end)


def _unit_after(plain: str, end: int) -> tuple[int, Unit] | None:
    found = _unit_at(plain, end)
    between = _BEFORE_UNIT.match(plain, end) if found is None else None
    if between and between[0]:
        apart = _unit_at(plain, between.end())
        return apart if apart and apart[1].dimension in ("duration", "months") else None
    return found


def _unit_at(plain: str, end: int) -> tuple[int, Unit] | None:
    if _DECADE.match(plain, end) or (plain[end : end + 1] == "s" and _UNDER.search(plain, max(0, end - 10), end)):
        return None  # under-16s, the 80s
    if plain[end : end + 1] in ("多", "余", "+"):
        end += 1
    for pattern in (_PER_WORDS, _TWO_WORDS, _UNIT_WORD):
        word = pattern.match(plain, end)
        unit = units.unit(word[1].replace("° ", "°")) if word else None
        if word and unit is None and (money := _money_per(word[1])) is not None:
            return word.start(1) + word[1].index("/"), money
        if word is None or unit is None:
            continue
        ends = word.end() == len(plain) or plain[word.end()] == "."  # 14 in, but not 2 in 1
        apart = plain[end : end + 1] == " " and not (word[1] == "in" and ends)
        if not (apart and word[1] in _NO_UNIT_APART) and not _GOES_ON.match(plain, word.end()):
            return word.end(), unit
    for length in range(min(_LONGEST_HAN, len(plain) - end), 0, -1):
        text = plain[end : end + length].strip()
        unit = None if text.isascii() else units.unit(text)
        if unit and not (text in _PARTS_OF_WORDS and plain[end + length : end + length + 1] in _REST_OF_WORDS):
            return end + length, unit
    return None


def _money_per(word: str) -> Unit | None:
    """The currency of `EUR/month`."""
    unit = units.unit(word.partition("/")[0]) if "/" in word else None
    return unit if unit is not None and unit.dimension == MONEY else None


def _with_range_units(plain: str, found: list[Amount]) -> list[Amount]:
    """Give the first number of `10 to 15 kg` the unit of the second."""
    for place in range(len(found) - 2, -1, -1):
        amount, after = found[place], found[place + 1]
        if after.unit and (amount.unit is None) and after.start - amount.end <= 5:
            between = plain[amount.end : after.start]
            side = after.unit.dimension == "length" or between.strip() not in ("x", "×")  # 3 x 200 g are three
            if (
                side
                and _RANGE.fullmatch(between)
                and (between.strip() not in ("and", "or", "") or after.unit.dimension != MONEY)
            ):
                found[place] = replace(amount, unit=after.unit)
        elif amount.unit and after.unit is None and amount.unit.dimension == MONEY and after.start - amount.end <= 5:
            between = plain[amount.end : after.start].strip()
            if between in ("-", "–", "~", "to"):
                found[place + 1] = replace(after, unit=amount.unit)
    return found


_UNDER = re.compile(r"\b(?:under|over)[- ]\d{1,2}$", re.IGNORECASE)
_SOME = re.compile("一二|[一二两]三|三四|三五|四五|五六|六七|七八|八九")  # 两三个人


def _nearly(plain: str, amount: Amount) -> str:
    before = plain[max(0, amount.start - 20) : amount.start]
    match = _ABOUT.search(before)
    if match:
        kind = next(name for name, text in match.groupdict().items() if text)
        return kind.removeprefix("han_")
    after = _HAN_AFTER.match(plain, amount.end)
    inside = plain[amount.start : amount.end]
    if after or any(sign in inside for sign in "多余+"):
        text = after[0].strip() if after else "多"
        return "about" if text in ("左右", "上下", "来") else "over"
    if plain[amount.end : amount.end + 1] == "+" or plain[amount.end : amount.end + 8].lower() == " or more":
        return "over"
    return ""


def _step(text: str) -> Fraction:
    return Fraction(1, 10 ** len(text.partition(".")[2]))
