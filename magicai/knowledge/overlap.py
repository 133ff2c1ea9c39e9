"""What a question and a passage have in common, by terms: 0 to 1 each, by how much the terms tell."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from magicai.claims.reading import sentences
from magicai.knowledge.terms import share, terms_of

OVERLAPS = ("title", "heading", "named", "cover", "pairs", "sentence")
# Sentences of a passage that are looked at; of more than these, the first.
_MOST = 24


def overlaps(question: str, title: str, text: str, rare: Mapping[str, float]) -> dict[str, float]:
    """What a passage has of a question.

    Returns:
        By name: the share of the question's terms that the whole title path has (`title`), its last heading
        (`heading`), all of the passage (`cover`), its nearest sentence (`sentence`); the share of the last heading's
        terms that the question has (`named`); of its pairs of terms, those that the passage has too (`pairs`).
    """
    asked, in_title, in_heading = _terms(question), _terms(title), _terms(title.rpartition(" › ")[2])
    return {
        "title": share(asked, in_title, rare),
        "heading": share(asked, in_heading, rare),
        "named": share(in_heading, asked, rare),
        "cover": share(asked, in_title | _terms(text), rare),
        "pairs": _paired(question, title, text),
        "sentence": max((share(asked, its, rare) for its in _by_sentence(text)), default=0.0),
    }


def _paired(question: str, title: str, text: str) -> float:
    asked = _pairs(question)
    return len(asked & (_pairs(title) | _pairs(text))) / len(asked) if asked else 0.0


@lru_cache(maxsize=20_000)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms_of(text))


@lru_cache(maxsize=5_000)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    terms = terms_of(text)
    return frozenset(pairwise(terms))


@lru_cache(maxsize=5_000)
def _by_sentence(text: str) -> tuple[frozenset[str], ...]:
    return tuple(_terms(one.text) for one in sentences(text)[:_MOST])
