"""Numbers as English and Chinese spell them: one hundred and twenty-five, 一百二十五, 1.5万."""

import re
from collections.abc import Mapping
from fractions import Fraction

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_SMALL = _SMALL_WORDS.split()
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = _TEN_WORDS.split()
_WORDS: Mapping[str, int] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10 * (value + 2) for value, word in enumerate(_TENS)},
}
_SCALES: Mapping[str, int] = {
    "hundred": 100,
    "dozen": 12,
    "thousand": 1_000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
PARTS: Mapping[str, int] = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "sixth": 6,
    "eighth": 8,
    "eighths": 8,
    "tenth": 10,
    "tenths": 10,
}
_WORD = "|".join(sorted((*_WORDS, *_SCALES), key=len, reverse=True))
_PART = "|".join(sorted(PARTS, key=len, reverse=True))
SPELLED = re.compile(
    rf"\b(?:(?:a|half a)[ -](?:{'|'.join(_SCALES)})\b|(?:{'|'.join(_WORDS)}))(?:[ -](?:and[ -])?(?:{_WORD})){{0,12}}\b"
    rf"(?:[ -](?:{_PART})\b(?! of the year))?(?:[ -]and[ -]a[ -](?:half|quarter)\b)?",
    re.IGNORECASE,
)
_HAN_DIGITS: Mapping[str, int] = {
    **{digit: value for value, digit in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "俩": 2,
}
_HAN_SCALES: Mapping[str, int] = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 10**8}
HAN_SPELLED = re.compile("[零〇一二两三四五六七八九十百千万亿]{1,24}(?:点[零一二三四五六七八九]{1,8})?")
SCALE_AFTER: Mapping[str, int] = {**_SCALES, **_HAN_SCALES, "百万": 10**6, "千万": 10**7, "k": 1_000}
# What is counted in Chinese: a numeral before one of these is a number, and not a part of a word.
MEASURES = (
    "个款种件名人家次倍折元色层只台支间位条张双套本部座项颗粒片包盒瓶杯袋米块口门道页"
    "篇期届场枚辆所句岁公斤克升寸度点号楼代核轮站箱星车间晚"
)


def value_of_words(text: str) -> Fraction | None:
    """What English number words say; None where they make no number, as `two three` does."""
    words = re.split(r"[ -]+", text.lower())
    total, part, last = Fraction(0), Fraction(0), None
    while words and words[0] in ("a", "half"):
        part = Fraction(1, 2) if words[0] == "half" else part or Fraction(1)
        words = words[1:]
    extra = Fraction(0)
    if len(words) > 2 and words[-3:-1] == ["and", "a"]:
        extra, words = Fraction(1, PARTS[words[-1]]), words[:-3]
    if len(words) > 1 and words[-1] in PARTS:
        return Fraction(sum(_WORDS.get(word, 0) for word in words[:-1]), PARTS[words[-1]])
    for word in words:
        if word == "and":
            continue
        if word in _WORDS:
            value = _WORDS[word]
            fits = last is None or last in ("scale", "hundred") or (last == "tens" and 0 < value < 10)
            if not fits:
                return None
            part += value
            last = "tens" if value >= 20 else "unit"
        elif word in ("hundred", "dozen"):
            part = (part or Fraction(1)) * _SCALES[word]
            last = "hundred"
        else:
            total += (part or Fraction(1)) * _SCALES[word]
            part, last = Fraction(0), "scale"
    return total + part + extra


def value_of_han(text: str) -> Fraction | None:
    """What Chinese numerals say; digits in a row, as of a year, are read one by one."""
    whole, _, decimals = text.partition("点")
    if all(char in _HAN_DIGITS for char in whole):
        value = Fraction(int("".join(str(_HAN_DIGITS[char]) for char in whole)))
    else:
        value = _scaled_han(whole)
    for place, char in enumerate(decimals, start=1):
        value += Fraction(_HAN_DIGITS[char], 10**place)
    return value


def _scaled_han(text: str) -> Fraction:
    total, section, digit, last = 0, 0, 0, 1
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
            continue
        scale = _HAN_SCALES[char]
        if char == "亿":  # counts all that stands before it, 万 what stands before it since then
            total, section = (total + section + digit or 1) * scale, 0
        elif char == "万":
            total, section = total + (section + digit or 1) * scale, 0
        else:
            section += (digit or 1) * scale
        digit, last = 0, scale
    if digit and last > 10 and text[-2:-1] in _HAN_SCALES:  # 三万五 is 35,000
        digit *= last // 10
    return Fraction(total + section + digit)
