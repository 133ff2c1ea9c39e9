"""What a question and a text may have in common: stems of words, numbers, pairs of Chinese characters."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_ENDINGS = ("ings", "ing", "edly", "ed", "es", "s", "ly")
_SHORT = 3
# "stopped" is of "stop", but "filled" of "fill".
_DOUBLED = re.compile(r"([^aeiouls])\1$")
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


@lru_cache(maxsize=50_000)
def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a text in order, without those that only ask."""
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        chinese = _CHINESE.findall(word)
        if chinese:
            for run in chinese:
                found += [run[at : at + 2] for at in range(max(1, len(run) - 1))]
            found += [one for one in _CHINESE.split(word) if one]
        elif word not in _ASKING:
            found.append(_stem(word))
    return tuple(term for term in found if term not in _ASKING)


@lru_cache(maxsize=50_000)
def _set_of(text: str) -> frozenset[str]:
    return frozenset(terms_of(text))


def rarity(texts: Iterable[str]) -> Mapping[str, float]:
    """How much each term tells of which of these texts is meant: the fewer have it, the more."""
    sets = [_set_of(text) for text in texts]
    counts = Counter(term for terms in sets for term in terms)
    return {term: math.log(1 + (len(sets) + 1) / (count + 0.5)) for term, count in counts.items()}


def coverage(question: str, text: str, rare: Mapping[str, float]) -> float:
    """The share of a question's terms that a text has."""
    return share(_set_of(question), _set_of(text), rare)


def share(wanted: Collection[str], there: Collection[str], rare: Mapping[str, float]) -> float:
    """The share of terms that are there, 0 to 1, by how much they tell; those that no text has tell most."""
    if not wanted:
        return 0.0
    most = max(rare.values(), default=1.0)
    weights = {term: rare.get(term, most) for term in wanted}
    return sum(weight for term, weight in weights.items() if term in there) / sum(weights.values())


def _stem(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) - len("ies") >= _SHORT:
        return f"{word[:-3]}y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT:
            word = _DOUBLED.sub(r"\1", word.removesuffix(ending))
            break
    return word.removesuffix("e") if len(word) > _SHORT else word
