"""What a question and a text may have in common: stems of words, numbers, pairs of Chinese characters."""

import math
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Self

from magicai.values.stems import stem

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
# Words that ask, and name nothing that is asked for.
_ASKING_WORDS = """
a an the of to in on at by for from with and or is are was were be been do does did can could should would may my
i we you your it its this that these those there what which who whom whose when where why how if not no any some
have has had will me us as than then so long many much far often
"""
_ASKING_CHINESE = """
什么 是什 么时 时候 哪里 哪个 哪些 哪一 怎么 怎样 如何
为什 多少 几个 是谁 谁是 的是 是多 请问 有哪 是哪 在哪 么样 可以 是否
"""
_ASKING = frozenset((_ASKING_WORDS + _ASKING_CHINESE).split())


class Rarity(dict[str, float]):
    """How much each term tells of which text is meant: the fewer have it, the more.

    Attributes:
        most: what a term tells that no text has.
    """

    def __init__(self, counts: Mapping[str, int], texts: int) -> None:
        by_count = {count: math.log(1 + (texts + 1) / (count + 0.5)) for count in set(counts.values())}
        super().__init__(zip(counts, map(by_count.__getitem__, counts.values()), strict=True))
        self.most = max(by_count.values(), default=1.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Terms that are looked for, with how much each tells; those that no text has tell most."""

    weights: Mapping[str, float]
    total: float

    @classmethod
    def of(cls, terms: Collection[str], rare: Rarity) -> Self:
        """These terms."""
        weights = {term: rare.get(term, rare.most) for term in terms}
        return cls(weights, sum(weights.values()))

    def share(self, there: Collection[str]) -> float:
        """The share of them that are there, 0 to 1, by how much they tell."""
        if not self.weights:
            return 0.0
        return sum([weight for term, weight in self.weights.items() if term in there]) / self.total


# What is kept is shared: a term is one string, however many texts have it.
@lru_cache(maxsize=10_000)
def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a text in order, without those that only ask."""
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        if not word.isascii() and (chinese := _CHINESE.findall(word)):
            for run in chinese:
                found += [sys.intern(run[at : at + 2]) for at in range(max(1, len(run) - 1))]
            found += [one for one in _CHINESE.split(word) if one]
        elif word not in _ASKING:
            found.append(sys.intern(stem(word)))
    return tuple(term for term in found if term not in _ASKING)


@lru_cache(maxsize=10_000)
def set_of(text: str) -> frozenset[str]:
    """The terms of a text."""
    if "\n" in text:  # no term goes beyond a line, and titles are in many texts
        return frozenset[str]().union(*map(set_of, text.split("\n")))
    return frozenset(terms_of(text))


def rarity(texts: Iterable[str]) -> Rarity:
    """How much each term tells of which of these texts is meant."""
    sets = [set_of(text) for text in texts]
    return Rarity(Counter(chain.from_iterable(sets)), len(sets))


def coverage(question: str, text: str, rare: Rarity) -> float:
    """The share of a question's terms that a text has."""
    return Wanted.of(set_of(question), rare).share(set_of(text))
