"""Merging what was found by words and by meaning, one way for every encoder: standardised scores, added up.

Words count as much as they say of the question: where the best passage has half of its terms, by how rare they are,
their scores count half. So they count little where passages are in another language. Measured beside words and
meaning alone in docs/reference/benchmarks/knowledge.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from magicai.knowledge.terms import Wanted, rarity, set_of

# What meaning counts beside words, which count up to 1.
_MEANING = 0.5
# What the most that votes can say of a passage adds to its score.
VOTE_SCORE = 8.0
# Less than this, by `Ranked.match`, is no match: 1 in 100 passages that answer a question, of a help centre and ten
# public sets, have less. It is for what has nothing to do with the documents; what is near, a model judges.
LEAST_MATCH = 0.1
# By whose cosines that was measured. Other models' mean something else: e5's are .79 between unrelated texts.
_MEASURED = "usem3"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found.

    Attributes:
        title: its title path in one line.
        text: without its title.
        semantic: the cosine; None where semantic search did not find it.
        full_text: 0 to 1 as the index gave it; None where full text did not find it.
        orders: whether it gives orders to language models, which read it last.
    """

    passage_id: str
    title: str
    text: str
    semantic: float | None = None
    full_text: float | None = None
    orders: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its score, which compares it with the others found.

    Attributes:
        match: 0 to 1, comparable between questions: the mean of its cosine and of the share of the question's terms
            that it has; the share alone where there is no cosine of the embedded model.
    """

    candidate: Candidate
    score: float
    match: float


def rank(
    question: str, candidates: Sequence[Candidate], *, paraphrases: Sequence[str] = (), made_by: str = _MEASURED
) -> list[Ranked]:
    """Candidates, the best first.

    Args:
        paraphrases: of the question; a passage has as much of it as of the one that it has most of.
        made_by: names the vectors whose cosines they have.
    """
    rare = rarity([f"{candidate.title}\n{candidate.text}" for candidate in candidates])
    asked = [Wanted.of(set_of(text), rare) for text in (question, *paraphrases)]
    there = [set_of(f"{candidate.title}\n{candidate.text}") for candidate in candidates]
    covers = [max(wanted.share(terms) for wanted in asked) for terms in there]
    words = _standardised([bm25(candidate.full_text) for candidate in candidates])
    meaning = _standardised([candidate.semantic for candidate in candidates])
    said = max(covers, default=0.0)
    ranked = [
        Ranked(
            one,
            score=said * by_words + _MEANING * by_meaning,
            match=cover if one.semantic is None or made_by != _MEASURED else (cover + one.semantic) / 2,
        )
        for one, cover, by_words, by_meaning in zip(candidates, covers, words, meaning, strict=True)
    ]
    return _sorted(ranked)


def reranked(ranked: Sequence[Ranked], relevance: Sequence[float]) -> list[Ranked]:
    """The first of a ranking in the order of a reranker, then the others.

    Args:
        relevance: of the first passages, in their order; higher is better.
    """
    first = _standardised(list(relevance))
    lead = max((one.score for one in ranked[len(first) :]), default=0.0) - min(first, default=0.0)
    again = [replace(one, score=lead + score) for one, score in zip(ranked, first, strict=False)]
    return [*_sorted(again), *ranked[len(first) :]]


def voted(ranked: Sequence[Ranked], votes: Mapping[str, float]) -> list[Ranked]:
    """The order that votes make of a ranking.

    Args:
        votes: what those on passages are worth, -1 to 1.
    """
    return _sorted([
        replace(one, score=one.score + VOTE_SCORE * votes.get(one.candidate.passage_id, 0.0)) for one in ranked
    ])  # fmt: skip


def _sorted(ranked: Sequence[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.candidate.passage_id))


def bm25(score: float | None) -> float | None:
    """BM25, which has no bound and which the index squeezes into 0 to 1."""
    return None if score is None else score / max(1.0 - score, 1e-9)


def _standardised(scores: Sequence[float | None]) -> list[float]:
    """In standard deviations from the mean; what an arm did not find is as its worst."""
    found = [score for score in scores if score is not None]
    if not found:
        return [0.0] * len(scores)
    worst = min(found)
    filled = [worst if score is None else score for score in scores]
    mean, spread = fmean(filled), pstdev(filled)
    return [(score - mean) / spread if spread > 0 else 0.0 for score in filled]
