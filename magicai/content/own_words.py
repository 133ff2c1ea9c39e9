"""Whether a sentence says only what its input says: for models whose free text invents more than checks can find."""

import re
from collections.abc import Iterable
from typing import Literal

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LONGEST_FREE = 3
_LEAST_COVERED = 0.75
# Words that carry no fact.
_FREE_WORDS = """
about above after again along also amid among another around available because been before below beside between
both bring brings come comes cost costs design designed each easily either enjoy every everyday feature features
find finds from gives great have here hers home include includes including into isn't it's item just keep keeps
look looks made make makes many more need needs offer offers only other ours over perfect piece please price priced
product products provide provides range ready same says sells shop simple simply some such take takes than that
that's their them then there these they this those through together under until used uses using very well when
where which while whole will wish with within without work works would yours your you're
"""
_FREE = frozenset(_FREE_WORDS.split())


def must_say_only(model: str) -> bool:
    """Whether a model is held to that: the small ones that run on this machine."""
    return model.startswith(("local:", "llama-cpp-python:"))


def says_only(sentence: str, known: Iterable[str], language: Literal["en", "zh"]) -> bool:
    """Whether all words of a sentence that may carry a fact stand in the known texts.

    In Chinese, which has no words to the eye, three of four pairs of characters must.
    """
    text = " ".join(known)
    if language == "zh":
        pairs = _pairs(sentence)
        return len(pairs & _pairs(text)) >= _LEAST_COVERED * len(pairs)
    stems = {_stem(word) for word in _WORDS.findall(text)}
    words = [word.lower() for word in _WORDS.findall(sentence)]
    return all(len(word) <= _LONGEST_FREE or word in _FREE or _stem(word) in stems for word in words)


def _stem(word: str) -> str:
    """A word without the endings that change its form and not what it says."""
    low = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in ("ing", "ed", "es", "s", "ly"):
        if low.endswith(ending) and len(low) - len(ending) > _LONGEST_FREE:
            low = low.removesuffix(ending)
            break
    return low.removesuffix("e")


def _pairs(text: str) -> set[str]:
    return {run[at : at + 2] for run in _CHINESE.findall(text) for at in range(len(run) - 1)}
