"""Prices of a row with the currency that another of its columns names."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from magicai.claims.mentions import find
from magicai.claims.reading import read
from magicai.content.languages import Language
from magicai.content.text import plain_number
from magicai.shops.extraction import money_in
from magicai.shops.extraction.amounts import NUMBER
from magicai.shops.extraction.currencies import SIGNS, CurrencyEvidence, code_of

# A letter alone is more often a unit, or a size, than a currency.
_ASIDE = "()（）[]/,;:"


class Prices:
    """Reads prices as texts in a language write them."""

    def __init__(self, language: Language) -> None:
        # Chinese templates are in Simplified Chinese, whose 元 and ¥ are yuan.
        self._evidence = CurrencyEvidence(languages=("zh-Hans" if language == "zh" else language,))

    def currency(self, said: str) -> str:
        """The code that a code, a name or a sign stands for; "" where it is none, or the sign of several."""
        return self._evidence.currency(said.strip()) or ""

    def with_currency(self, price: Any, codes: Sequence[str]) -> tuple[Any, ...]:
        """A price with its currency; several, where the currencies that are named for it disagree.

        Args:
            price: as its cell has it.
            codes: that its column, and other columns of its row, name.
        """
        if not codes or not isinstance(price, str | int | float) or isinstance(price, bool):
            return (price,)
        text = price.strip() if isinstance(price, str) else plain_number(price)
        own = _own_currency(text)
        if not own:
            return tuple(dict.fromkeys(_appended(text, code) for code in codes))
        others = [code for code in codes if code not in _meanings(own)]
        if others:
            amount, _ = money_in(text.replace(own, " ", 1))
            return (price, *(f"{text if amount is None else format(amount, 'f')} {code}" for code in others))
        if len(codes) > 1 or self.currency(own) != codes[0]:
            bare = text.replace(own, "", 1).strip()
            return tuple(_appended(bare, code) for code in codes)
        return (price,)


def is_shared(sign: str) -> bool:
    """Whether several currencies have this sign."""
    return len(_meanings(sign.strip())) > 1


def _meanings(said: str) -> frozenset[str]:
    meaning = SIGNS.get(said) or code_of(said)
    if isinstance(meaning, dict):
        return frozenset(meaning.values())
    return frozenset((meaning,)) if meaning else frozenset()


def _own_currency(text: str) -> str:
    """The code or sign at a number of a text; "" where there is none."""
    for number in NUMBER.finditer(text):
        before, after = text[: number.start()], text[number.end() :]
        for beside in (before.split()[-1:], after.split()[:1]):
            said = "".join(beside).strip(_ASIDE)
            is_letter = len(said) == 1 and said.isascii() and said.isalpha()
            is_all = said == (before + after).strip()
            if _meanings(said) and not is_letter and (said in SIGNS or said.isupper() or is_all):
                return said
    return ""


def _appended(text: str, code: str) -> str:
    """A price with a currency behind its amount: `from 14 GBP`; as it is where it has no amount.

    Of several numbers, of which one may count things, nobody knows which is the price: `2 for 25 (GBP)`.
    """
    amount, _ = money_in(f"{text} {code}")
    number = NUMBER.fullmatch(text)
    if number is not None:
        return f"{text if amount is None else format(amount, 'f')} {code}"
    places = list(_bare_amounts(text))
    if not places:
        return text
    between = [text[end:start] for (_, end), (start, _) in pairwise(places)]
    if any(map(str.isalpha, "".join(between))):
        return f"{text} ({code})"
    end = places[-1][1]
    return f"{text[:end]} {code}{text[end:]}"


def _bare_amounts(text: str) -> Iterator[tuple[int, int]]:
    """The places of numbers without a unit."""
    reading = read(text)
    measured = [reading.span(amount.start, amount.end) for amount in find(reading).amounts if amount.unit is not None]
    for number in NUMBER.finditer(text):
        if not any(start < number.end() and number.start() < end for start, end in measured):
            yield number.span()
