"""Words beside an amount that say what it is: the price, the price before, or something else altogether.

The words are those of `words/prices.toml`.
"""

import re
from enum import IntEnum
from functools import lru_cache

from magicai.shops.extraction.phrases import any_of, table


class Part(IntEnum):
    """What an amount on a page is to its product."""

    PRICE = 0  # nothing says otherwise
    NOW = 1  # said to be what it costs now
    USUAL = 2  # "regular price": the price, unless another is lower
    LISTED = 3  # "list price", as shops write beside a lower one, or where there is no other
    BEFORE = 4
    WITHOUT_TAX = 5
    OTHER = 6  # of delivery, an instalment, a saving, a quantity, a threshold, a total
    MEASURE = 7  # of a metre, a kilogram: the price of what is sold by these alone


# Looked up at its enumeration, each takes Python 3.11 thirty times as long.
_PRICE, _BEFORE, _OTHER, _MEASURED = Part.PRICE, Part.BEFORE, Part.OTHER, Part.MEASURE
_TABLE = table("prices")


def _words(section: str, key: str = "phrases") -> str:
    return any_of(_TABLE[section][key])


_PARTS = {phrase: Part[part.upper()] for part, words in _TABLE["before_amount"].items() for phrase in words["phrases"]}
_LAST_WORDS = frozenset(phrase.split()[-1] for phrase in _PARTS)
_LONGEST_PHRASE = max(len(phrase.split()) for phrase in _PARTS)
_PAIRS: dict[str, str] = _TABLE["pairs"]

_MEASURE = rf"\s?(?:{_words('measure', 'by')})\s?(?:\d[\d.,]*\s?)?(?:{_words('measure', 'units')})(?![\w²])"
_INSTALMENT = (
    rf"\s?(?:{_words('instalment', 'by')})?\s?(?:{_words('instalment', 'periods')})(?-i:(?![a-z]))|\s?[x×]\s?\d"
    rf"|\s?(?:{_words('instalment', 'monthly')})\b"
    rf"|.{{0,14}}\b(?:with|mit|avec|con|via) (?:{_words('instalment', 'lenders')})"
)
# "9.99 you save 10 %" is of the number behind it.
_SAVED = (
    rf"\s?(?:[^\W\d]+ )?(?:{_words('saved')})\b(?!\s?[:：]?\s?[-–]?\s?[^\w\s]?\s?\d)"
    rf"|\s?(?:{_words('saved', 'without_spaces')})"
)
_DELIVERY = (
    rf"\s?(?:for |de |di )?(?:{_words('delivery')}|(?:{_words('delivery', 'whole_words')})\b)|\s?送料(?!無料|込)"
)
_TAXES = _words("without_tax", "taxes")
_WITHOUT_TAX = (
    rf"\s?[(\[]?\s?(?:(?:ex(?:cl(?:uding|\.)?|kl\.?|\.)?|e(?:ks|x)kl?\.?)\s?(?:of )?(?:{_TAXES})\b"
    rf"|\+\s?(?:{_TAXES})\b|net(?:to)?\b|ht\b|h\.t\b|{_words('without_tax')}"
    rf"|zzgl\.? (?:\d+\s?% )?(?:mwst|ust|mehrwertsteuer|gesetzl))"
)
_WITHOUT_TAX_ANYWHERE = re.compile(rf"\d[^\w\n]{{0,8}}\n?(?:{_WITHOUT_TAX})", re.IGNORECASE)
_SAID_BEFORE = rf"\s?[(\[]?\s?(?:{_words('before')})\b"
_AFTER_AMOUNT = tuple(
    (re.compile(pattern, re.IGNORECASE), part)
    for pattern, part in (
        (_MEASURE, Part.MEASURE),
        (f"{_INSTALMENT}|{_SAVED}|{_DELIVERY}", Part.OTHER),
        (_WITHOUT_TAX, Part.WITHOUT_TAX),
        (_SAID_BEFORE, Part.BEFORE),
    )
)
_FREE_DELIVERY = re.compile(
    rf"free (?:\w+ )?(?:{_words('free_delivery', 'words')})|{_words('free_delivery')}", re.IGNORECASE
)
_FROM = re.compile(
    rf"\b(?:{_words('free_delivery', 'from')})\s?$|(?:{_words('free_delivery', 'from_without_spaces')})\s?$",
    re.IGNORECASE,
)
_AND_MORE = tuple(_TABLE["free_delivery"]["and_more"])
# 4 x $25, 2 for $15, 10 or more, 100 ml =, -$5, +$5
_COUNTED_BEFORE = re.compile(
    rf"\d\s?[x×*]\s?(?:{_words('counted', 'times')})?\s?$|\b\d+\s?(?:{_words('counted')})\s?[:：]?\s?$"
    rf"|\d\s?(?:{_words('counted', 'measures')})\s?[=:(]\s?$"
    r"|(?:^|[\s(])[-−–]$|^\s?[-−–]\s?$|[+=]\s?$|(?:^|[\d\s])[x×]\s?$",
    re.IGNORECASE,
)
_COUNTED_TIME = re.compile(
    rf"\b30[\s-]?(?:{_words('thirty_days', 'days')})\b[^.\d]{{0,40}}$|(?:30|三十)\s?[天日]\S{{0,8}}$", re.IGNORECASE
)
_PAYMENTS_OF = re.compile(
    rf"\b\d{{1,2}}\s?(?:[^\W\d]+[\s-]){{0,3}}(?:{_words('payments')})(?:\s[^\W\d]+){{0,3}}\s?$", re.IGNORECASE
)
_FEE = re.compile(rf"(?:{_words('fees')})\s?$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_COUNTING = tuple("-−–+=xX×")
_MARKS = "(*•-– "
_LONGEST_UNBROKEN = 8
_UNBROKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BRACKETED = re.compile(r"[(（][^()（）]{0,10}[)）]\s?[:：]?\s?$")
_CONTEXT = 60


def part_by_words(before: str, after: str, *, alone: bool = True) -> Part:
    """What the words around an amount make of it.

    Args:
        before: from the amount before it or the beginning of its label; only its end counts.
        after: up to the next amount or the end of the line; only its beginning counts.
        alone: no other amount follows on its line, to which a label after it could belong.
    """
    return _part_by_words(before[-_CONTEXT:], after[:_CONTEXT], alone)


def speaks_of_tax(text: str) -> bool:
    """Whether a text may say of an amount that it is without tax."""
    return _WITHOUT_TAX_ANYWHERE.search(text) is not None


def is_label(text: str) -> bool:
    """Whether a text says what an amount behind it is, and nothing else."""
    return text.lower().rstrip(" :：") in _PARTS


def _is_threshold(before: str, after: str) -> bool:
    """Whether an amount is what one must spend for free delivery, of which the words beside it speak."""
    if not (_FREE_DELIVERY.search(after) or _FREE_DELIVERY.search(before)):
        return False
    return _FROM.search(before) is not None or after.lstrip().lower().startswith(_AND_MORE)


@lru_cache(maxsize=256)
def _part_by_words(before: str, after: str, alone: bool) -> Part:  # noqa: FBT001 - lru_cache keys by position faster
    if _is_threshold(before, after):
        return _OTHER
    after = after.lstrip("*†¹²³") or after  # marks of notes
    behind = _by_words_behind(after, alone=alone) if after else _PRICE
    if behind not in (_PRICE, _MEASURED):
        return behind
    if not before or before.isspace():
        return behind
    words = _BRACKETED.sub("", before) if ")" in before or "）" in before else before
    words = words.lower().rstrip(" :：\t")
    if _is_counted(before, words):
        return _OTHER
    named = _named_by(words, after)
    return named if behind is _PRICE or named is _OTHER else behind


def _by_words_behind(after: str, *, alone: bool) -> Part:
    for pattern, part in _AFTER_AMOUNT:
        if pattern.match(after) and (alone or part is not _BEFORE):
            return part
    return _PRICE


def _is_counted(before: str, words: str) -> bool:
    """Whether words call an amount one of a number: of pieces, the lowest of some days, a payment, a fee beside it."""
    may_be = _DIGIT.search(before) is not None or before.rstrip().endswith(_COUNTING)
    if may_be and _COUNTED_BEFORE.search(before):
        return True
    return any(pattern.search(words) for pattern in (_FEE, _COUNTED_TIME, _PAYMENTS_OF))


def _named_by(words: str, after: str) -> Part:
    """What the longest phrase that words end in makes of the amount behind them."""
    if _UNBROKEN.search(words):
        for length in range(min(_LONGEST_UNBROKEN, len(words)), 0, -1):
            part = _PARTS.get(words[-length:])
            if part is not None:
                return part
    split = words.split()
    last = split[-1] if split else ""
    if not _LAST_WORDS.isdisjoint((last, last.lstrip(_MARKS))):
        for count in range(min(_LONGEST_PHRASE, len(split)), 0, -1):
            part = _PARTS.get(" ".join(split[-count:]).lstrip(_MARKS))
            if part is not None:
                return part
    if last in _PAIRS and after.lstrip().lower().startswith(_PAIRS[last]):
        return _BEFORE  # de R$ 199 por R$ 149
    return _PRICE
