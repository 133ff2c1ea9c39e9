"""Merging what was found by meaning and by words: a learnt mix of standardised scores, and how sure it makes.

Rank fusion is worse than the better of the two in both languages; a mix of standardised scores is better than both.
The weights were fitted by `python -m benchmarks.knowledge --fit`, for each encoder of meaning and for none.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import fmean, pstdev

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.extracting import best_sentences
from magicai.knowledge.terms import coverage, rarity

WITHOUT = "none"


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

    def of(self, features: Mapping[str, float]) -> float:
        """The probability."""
        return _sigmoid(self.bias + sum(weight * features[name] for name, weight in self.weights.items()))


class Ranker(BaseModel):
    """What was learnt for an encoder of meaning.

    Attributes:
        mix: weights of the standardised scores, and of the share of a question's words that a passage's title has.
        semantic: how likely the nearest passage answers, from semantic search alone.
        sure: by language of the question; "" for all others.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    mix: Mapping[str, float]
    semantic: Sureness | None
    sure: Mapping[str, Sureness]

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
    """

    passage_id: str
    title: str
    text: str
    semantic: float | None = None
    full_text: float | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its mixed score, the best first."""

    candidate: Candidate
    score: float


def ranker_of(encoder: str) -> Ranker:
    """What was learnt for an encoder; of one that nobody has measured, what holds without any."""
    learnt = _learnt()
    return learnt.get(encoder) or learnt[WITHOUT]


def values_of(question: str, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """What candidates are ranked by."""
    rare = rarity([f"{one.title}\n{one.text}" for one in candidates])
    semantic = _standardised([one.semantic for one in candidates])
    # The index squeezes BM25, which has no bound, into 0 to 1.
    full_text = _standardised([_bm25(one.full_text) for one in candidates])
    return [
        {
            "semantic": by_meaning,
            "full_text": by_words,
            "title": coverage(question, one.title, rare),
        }
        for one, by_meaning, by_words in zip(candidates, semantic, full_text, strict=True)
    ]


def rank(question: str, candidates: Sequence[Candidate], ranker: Ranker) -> list[Ranked]:
    """Candidates, the best first."""
    found = [
        Ranked(one, sum(weight * values[name] for name, weight in ranker.mix.items()))
        for one, values in zip(candidates, values_of(question, candidates), strict=True)
    ]
    return sorted(found, key=lambda one: (-one.score, one.candidate.passage_id))


def features_of(question: str, ranked: Sequence[Ranked]) -> dict[str, float]:
    """What tells whether the first passage answers the question."""
    if not ranked:
        return dict.fromkeys(FEATURES, 0.0)
    first = ranked[0]
    rare = rarity([f"{one.candidate.title}\n{one.candidate.text}" for one in ranked])
    said = " ".join(sentence.text for sentence in best_sentences(question, first.candidate.text, rare))
    by_words = [_bm25(one.candidate.full_text) or 0.0 for one in ranked]
    by_meaning = [one.candidate.semantic or 0.0 for one in ranked]
    return {
        "cosine": by_meaning[0],
        "sentences": coverage(question, f"{first.candidate.title}\n{said}", rare),
        "words_lead": _lead(by_words),
        "meaning_lead": by_meaning[0] - max(by_meaning[1:], default=0.0),
    }


# None of them depends on how many passages there are, as BM25 itself does.
FEATURES = ("cosine", "sentences", "words_lead", "meaning_lead")


def semantic_features(scores: Sequence[float]) -> dict[str, float]:
    """What tells whether the nearest passage answers, from the cosines alone, the nearest first."""
    first = scores[0] if scores else 0.0
    return {"cosine": first, "meaning_lead": first - scores[1] if len(scores) > 1 else 0.0}


@cache
def _learnt() -> Mapping[str, Ranker]:
    text = resources.files("magicai.knowledge").joinpath("ranking.json").read_text(encoding="utf-8")
    return {name: Ranker.model_validate(one) for name, one in json.loads(text).items()}


def _bm25(score: float | None) -> float | None:
    return None if score is None else score / max(1.0 - score, 1e-9)


def _lead(values: Sequence[float]) -> float:
    """By how much the first is above the best of the others, as a share of it."""
    most = max(values[1:], default=0.0)
    return (values[0] - most) / values[0] if values[0] > 0 else 0.0


def _standardised(scores: Sequence[float | None]) -> list[float]:
    """In standard deviations from the mean; what an arm did not find is as its worst."""
    found = [score for score in scores if score is not None]
    if not found:
        return [0.0] * len(scores)
    worst = min(found)
    filled = [worst if score is None else score for score in scores]
    mean, spread = fmean(filled), pstdev(filled)
    return [(score - mean) / spread if spread > 0 else 0.0 for score in filled]


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
