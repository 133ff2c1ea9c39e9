"""A product's name in parts: words, model numbers, other numbers, and quantities with their units."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from magicai.claims.units import MONEY, unit
from magicai.shops.extraction.amounts import parse_amount

_SPACE = re.compile(r"[\s,;:|()\[\]{}<>“”„«»，；：（）【】、·®™©]+")
_EDGES = "\"'.-_/#*+&!?=~`’‘"
_NOT_WORD = re.compile(r"[\W_]+")
_QUANTITY = re.compile(r"(?<![\w.,/-])(\d{1,9}(?:[.,]\d{1,6})?)\s?-?\s?([^\W\d_]{1,12}|\"|″|''|%)(?![\w/])")
_PACK = re.compile(
    r"(?i)(?:pack|set|box|case)\s?(?:of)?\s?(\d{1,4})(?![\w.,]?\d)|"
    r"(?<![\w.,/-])(\d{1,4})\s?-?\s?(?:packs?|pk|pcs?|pieces?|count|ct|stk|stück|件|包|片|支|盒|个装|只装)(?![^\W\d_])"
)
# `6 x 330 ml`: a pack where it is of a mass or a volume; `20 x 30 cm` is a size.
_TIMES = re.compile(r"(?<![\w.,/-])(\d{1,3})\s?[xX×]\s?(?=\d{1,9}(?:[.,]\d{1,6})?\s?([^\W\d_]{1,12}))")
_JOINT = re.compile(r"[/+-]")
_DECIMAL = re.compile(r"\d+[.,]\d+")
# "1080p", "144hz", "275x240", "3x50g": values and their units, whichever.
_MEASURE = re.compile(r"\d+[^\W\d_]{1,4}|\d+(?:x\d+){1,2}[^\W\d_]{0,4}|[^\W\d_]\d")
# Of a series; a single letter may be anything.
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]+")
_LEAST_MODEL, _LEAST_DIGITS, _FEW_DIGITS = 4, 5, 2


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts, folded.

    Attributes:
        order: its words in order, without punctuation; of Chinese, pairs of characters.
        models: words of letters and digits, or of many digits, that may be a model's number.
        numbers: other words with a digit in them.
        quantities: as they are written, by dimension and amount in its base unit.
        pack: how many of it are sold together.
    """

    order: tuple[str, ...]
    words: frozenset[str]
    models: frozenset[str]
    numbers: frozenset[str]
    quantities: Mapping[tuple[str, Fraction], str]
    pack: int = 1

    def same_words(self, other: "Name") -> bool:
        """Whether two names are equal but for order, case and punctuation."""
        one, another = sorted(self.order), sorted(other.order)
        return bool(one) and one == another and self.quantities.keys() == other.quantities.keys()


def read_name(text: str) -> Name:
    """Take a name apart."""
    plain = unicodedata.normalize("NFKC", text)
    quantities: dict[tuple[str, Fraction], str] = {}

    def measured(found: re.Match[str]) -> str:
        of, amount = unit(found[2]), parse_amount(found[1])
        if of is None or of.dimension == MONEY or amount is None:
            return found[0]
        quantities[of.dimension, Fraction(amount) * of.factor] = found[0]
        return " "

    pack, single = _unpacked(plain)
    rest = _QUANTITY.sub(measured, single).casefold()
    order: list[str] = []
    models: set[str] = set()
    numbers: set[str] = set()
    for chunk in _SPACE.split(rest):
        word = chunk.strip(_EDGES)
        whole = squashed(word)
        if not whole:
            continue
        if is_model(whole) and not _measures(word):
            models.add(whole)
            order.append(whole)
            continue
        parts = [word] if _DECIMAL.fullmatch(word) else [part for part in _NOT_WORD.split(word) if part]
        for part in parts:
            order += _pairs(part)
            if is_model(part):
                models.add(part)
            elif part in _ROMAN or any(map(str.isdigit, part)):
                numbers.add(_ROMAN.get(part, part.lstrip("0") or "0"))
    return Name(tuple(order), frozenset(order), frozenset(models), frozenset(numbers), quantities, pack)


def _unpacked(name: str) -> tuple[int, str]:
    """How many are sold together, and the name without that."""
    packs = [int(found[1] or found[2]) for found in _PACK.finditer(name)]

    def times(found: re.Match[str]) -> str:
        of = unit(found[2])
        if of is None or of.dimension not in ("mass", "volume"):
            return found[0]
        packs.append(int(found[1]))
        return " "

    single = _TIMES.sub(times, _PACK.sub(" ", name))
    return max(packs, default=1), single


def squashed(number: str) -> str:
    """A model number without what two places write differently: case, hyphens, spaces."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", number).casefold())


def is_model(word: str) -> bool:
    """Whether a squashed word of a name looks like a model's number: letters and some digits, or many digits."""
    if len(word) < _LEAST_MODEL or not (word.isascii() and word.isalnum()) or _MEASURE.fullmatch(word):
        return False
    return sum(map(str.isdigit, word)) >= (_LEAST_DIGITS if word.isdigit() else _FEW_DIGITS)


def is_number(word: str) -> bool:
    """Whether a squashed text that is stated as a number is one by which a maker knows a product."""
    return len(word) >= _LEAST_MODEL and any(map(str.isdigit, word))


def _measures(word: str) -> bool:
    """Whether a word is values with their units that hyphens or slashes join: `2.6ghz/8gb/1tb`, `4th-6th`."""
    parts = [part for part in _JOINT.split(word) if part]
    rest = [part for part in parts if not _MEASURE.fullmatch(part)]
    return len(rest) < len(parts) and ("/" in word or all(map(str.isdigit, rest)))


def _pairs(word: str) -> Iterator[str]:
    if not _HAN.fullmatch(word) or len(word) <= 2:  # noqa: PLR2004 - a pair
        yield word
        return
    yield from (word[at : at + 2] for at in range(len(word) - 1))
