"""What a question and a passage have in common, by terms: 0 to 1 each, by how much the terms tell."""

from functools import lru_cache
from itertools import pairwise

from magicai.claims.reading import sentences
from magicai.knowledge.terms import Rarity, Wanted, set_of, terms_of

OVERLAPS = ("title", "heading", "named", "cover", "pairs", "sentence")
# Sentences of a passage that are looked at; of more than these, the first.
_MOST = 24


def overlaps(question: str, title: str, text: str, rare: Rarity) -> dict[str, float]:
    """What a passage has of a question.

    Returns:
        By name: the share of the question's terms that the whole title path has (`title`), its last heading
        (`heading`), all of the passage (`cover`), its nearest sentence (`sentence`); the share of the last heading's
        terms that the question has (`named`); of its pairs of terms, those that the passage has too (`pairs`).
    """
    asked, in_title, in_heading = set_of(question), set_of(title), set_of(title.rpartition(" › ")[2])
    wanted = Wanted.of(asked, rare)
    return {
        "title": wanted.share(in_title),
        "heading": wanted.share(in_heading),
        "named": Wanted.of(in_heading, rare).share(asked),
        "cover": wanted.share(in_title | set_of(text)),
        "pairs": _paired(question, title, text),
        "sentence": max(map(wanted.share, _by_sentence(text)), default=0.0),
    }


def _paired(question: str, title: str, text: str) -> float:
    asked = frozenset(pairwise(terms_of(question)))
    if not asked:
        return 0.0
    there = asked.intersection(pairwise(terms_of(title))) | asked.intersection(pairwise(terms_of(text)))
    return len(there) / len(asked)


@lru_cache(maxsize=2_000)
def _by_sentence(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(terms_of(one.text)) for one in sentences(text)[:_MOST])
