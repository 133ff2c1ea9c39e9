"""Merging what was found by meaning and by words: a learnt mix of standardised scores, and how sure it makes.

Rank fusion is worse than the better of the two in both languages; a mix of standardised scores is better than both.
The first of them are then compared with the question sentence by sentence: a whole passage means many things.
The weights were fitted by `python -m benchmarks.knowledge --fit`, for each encoder of meaning and for none.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from statistics import fmean, pstdev

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.overlap import overlaps
from magicai.knowledge.terms import rarity
from magicai.values.languages import language_of

WITHOUT = "none"
# The first passages, whose sentences are compared with the question: each costs some 10 ms.
COMPARED, NEAREST = 8, "nearest"
# Passages that tell in which language answers are.
_NEAREST_READ = 5
# What the most that votes can say of a passage adds to its score, by the learning part of benchmarks/knowledge.
VOTE_SCORE = 8.0
# What a vote adds at least to the log-odds that a passage answers: so much it says, fitted to simulated votes.
_VOTED = 4.0


class Sureness(BaseModel):
    """How likely a first passage answers its question, by logistic regression; where to abstain.

    Attributes:
        threshold: below this probability no answer is given.
        labels: of how many answers it was learnt whether they were right.
    """

    model_config = ConfigDict(frozen=True)

    weights: Mapping[str, float]
    bias: float
    threshold: float
    labels: int

    def of(self, features: Mapping[str, float], votes: float = 0.0) -> float:
        """The probability.

        Args:
            votes: on the passage for this question, -1 to 1, where 1 is one of its asker's own. That is as much as it
                takes to answer where nothing else speaks for the passage.
        """
        # What votes put first need not lead by words and by meaning, too.
        behind = 1 - max(0.0, votes)
        told = sum(
            weight * (value if value > 0 else value * behind)
            for name, weight in self.weights.items()
            for value in (features[name],)
        )
        return _sigmoid(self.bias + told + max(_VOTED, _log_odds(self.threshold) - self.bias) * votes)


class Ranker(BaseModel):
    """What was learnt for an encoder of meaning.

    Attributes:
        mix: weights of the standardised scores, and of what a passage has of a question (`OVERLAPS`).
        closer: of the first passages, weights of the same scores and of the cosine of the nearest sentence, also
            standardised; by language of the question, "" for all others.
        semantic: how likely the nearest passage answers, from semantic search alone.
        sure: by language of the question; "" for all others.
        across: what was learnt where questions are in one language and passages in another: words say little there.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    mix: Mapping[str, float]
    closer: Mapping[str, Mapping[str, float]] = {}
    semantic: Sureness | None
    sure: Mapping[str, Sureness]
    across: "Ranker | None" = None

    def suited(self, language: str, candidates: Sequence["Candidate"]) -> "Ranker":
        """What was learnt for a question in this language, where most of the nearest passages may be in another."""
        if self.across is None or not language:
            return self
        nearest = sorted(candidates, key=lambda one: -(one.semantic or 0.0))[:_NEAREST_READ]
        foreign = sum(language_of(one.text) not in ("", language) for one in nearest)
        return self.across if 2 * foreign > len(nearest) else self

    def sureness(self, language: str) -> Sureness:
        """That of a language."""
        return self.sure.get(language) or self.sure[""]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found.

    Attributes:
        title: its title path in one line.
        text: without its title.
        semantic: the cosine; None where semantic search did not find it.
        full_text: 0 to 1 as the index gave it; None where full text did not find it.
        title_near, sentence_near: cosines of the question with its title and with the nearest of its sentences; None
            where they were not compared.
    """

    passage_id: str
    title: str
    text: str
    semantic: float | None = None
    full_text: float | None = None
    title_near: float | None = None
    sentence_near: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its mixed score, the best first.

    Attributes:
        values: what it was ranked by.
        said: what votes on it are worth, -1 to 1.
    """

    candidate: Candidate
    score: float
    values: Mapping[str, float] = field(default_factory=dict[str, float])
    said: float = 0.0


def ranker_of(encoder: str) -> Ranker:
    """What was learnt for an encoder; of one that nobody has measured, what holds without any."""
    learnt = _learnt()
    return learnt.get(encoder) or learnt[WITHOUT]


def values_of(question: str, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """What candidates are ranked by."""
    rare = rarity([f"{one.title}\n{one.text}" for one in candidates])
    semantic = _standardised([one.semantic for one in candidates])
    full_text = _standardised([bm25(one.full_text) for one in candidates])
    return [
        {
            "semantic": by_meaning,
            "full_text": by_words,
            **overlaps(question, one.title, one.text, rare),
        }
        for one, by_meaning, by_words in zip(candidates, semantic, full_text, strict=True)
    ]


def rank(question: str, candidates: Sequence[Candidate], ranker: Ranker) -> list[Ranked]:
    """Candidates, the best first."""
    found = [
        Ranked(one, _mixed(values, ranker.mix), values)
        for one, values in zip(candidates, values_of(question, candidates), strict=True)
    ]
    return sorted(found, key=lambda one: (-one.score, one.candidate.passage_id))


def closer(ranked: Sequence[Ranked], ranker: Ranker, language: str) -> list[Ranked]:
    """The first passages in the order that their sentences make, then the others."""
    weights = ranker.closer.get(language) or ranker.closer.get("", {})
    compared = [one for one in ranked[:COMPARED] if one.candidate.sentence_near is not None]
    if not compared or not weights:
        return list(ranked)
    again = [
        replace(one, score=_mixed(values, weights))
        for one, values in zip(compared, closer_values([(one.values, one.candidate) for one in compared]), strict=True)
    ]
    again.sort(key=lambda one: -one.score)
    others = [one for one in ranked if one not in compared]
    # What follows stays below them on the same scale.
    most = max((one.score for one in others), default=0.0)
    lowered = min(0.0, again[-1].score - most)
    return [*again, *(replace(one, score=one.score + lowered) for one in others)]


def voted(ranked: Sequence[Ranked], said: Mapping[str, float], weight: float) -> list[Ranked]:
    """The order that votes make of a ranking.

    Args:
        said: what those on passages are worth, -1 to 1.
        weight: what the most that they can be worth adds to a score.
    """
    if not said or not weight:
        return list(ranked)
    again = [
        replace(one, score=one.score + weight * value, said=value)
        for one in ranked
        for value in (said.get(one.candidate.passage_id, 0.0),)
    ]
    return sorted(again, key=lambda one: -one.score)


def closer_values(compared: Sequence[tuple[Mapping[str, float], Candidate]]) -> list[dict[str, float]]:
    """What the first passages are ranked by, with what they were ranked by before."""
    near = _standardised([one.sentence_near for _, one in compared])
    return [{**values, NEAREST: nearest} for (values, _), nearest in zip(compared, near, strict=True)]


def _mixed(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())


def semantic_features(scores: Sequence[float]) -> dict[str, float]:
    """What tells whether the nearest passage answers, from the cosines alone, the nearest first."""
    first = scores[0] if scores else 0.0
    return {"cosine": first, "meaning_lead": first - scores[1] if len(scores) > 1 else 0.0}


@cache
def _learnt() -> Mapping[str, Ranker]:
    text = resources.files("magicai.knowledge").joinpath("ranking.json").read_text(encoding="utf-8")
    return {name: Ranker.model_validate(one) for name, one in json.loads(text).items()}


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


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
