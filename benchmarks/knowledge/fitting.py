"""Learns what ranks and how sure that makes: `magicai/knowledge/ranking.json`, from questions with their passages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.knowledge.retrieval import Found
from magicai.knowledge.evidence import FEATURES, features_of
from magicai.knowledge.guarantee import RISK, estimated, start_of, threshold_of
from magicai.knowledge.ranking import (
    COMPARED,
    WITHOUT,
    Ranker,
    Sureness,
    closer_values,
    rank,
    semantic_features,
    values_of,
)

PATH = Path(__file__).resolve().parents[2] / "magicai" / "knowledge" / "ranking.json"
_MIX = ("semantic", "full_text", "title")
_NEAR = ("title_near", "sentence_near")
_VERSION = 2
_FOLDS = 5
# Of the questions that people ask, how many have no answer in the documents: what thresholds assume.
UNANSWERABLE = 0.2
_COSINES = 10.0
# Where not even the estimated share of wrong answers can be kept.
_USUAL_RISK = 0.2


@dataclass(frozen=True, slots=True)
class Labelled:
    """What is known of a first passage: of which document it was asked, and whether it answers."""

    document: str
    answerable: bool
    right: bool
    features: Sequence[float]


def mix_of(found: Sequence[Found], names: Sequence[str] = _MIX) -> dict[str, float]:
    """Weights under which the passages that answer are likeliest to be first (softmax over each question's)."""
    cases: list[tuple[np.ndarray, int]] = []
    for one in found:
        candidates = one.candidates()
        place = next((at for at, it in enumerate(candidates) if it.passage_id in one.question.relevant), None)
        if place is not None:
            values = values_of(one.question.text, candidates)
            cases.append((np.array([[row[name] for name in names] for row in values]), place))
    return _softmax(cases, names)


def closer_of(found: Sequence[Found], ranker: Ranker) -> dict[str, float]:
    """The same for the first passages, whose sentences are compared with the question."""
    names = (*_MIX, *_NEAR)
    cases: list[tuple[np.ndarray, int]] = []
    for one in found:
        first = rank(one.question.text, one.candidates(), ranker)[:COMPARED]
        place = next((at for at, it in enumerate(first) if it.candidate.passage_id in one.question.relevant), None)
        if place is not None:
            values = np.array([[closer_values(it)[name] for name in names] for it in first])
            # Cosines are far smaller than mixed scores.
            cases.append((values * [_COSINES if name in _NEAR else 1.0 for name in names], place))
    made = _softmax(cases, names)
    return {name: round(weight * (_COSINES if name in _NEAR else 1.0), 4) for name, weight in made.items()}


def _softmax(cases: Sequence[tuple[np.ndarray, int]], names: Sequence[str]) -> dict[str, float]:
    weights = np.zeros(len(names))
    for _ in range(300):
        slope = np.zeros(len(names))
        for values, place in cases:
            scores = values @ weights
            shares = np.exp(scores - scores.max())
            slope += values[place] - (shares / shares.sum()) @ values
        weights += 0.5 * (slope / len(cases) - 1e-3 * weights)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def labelled(found: Sequence[Found], ranker: Ranker, names: Sequence[str] = FEATURES) -> list[Labelled]:
    """Each question twice: as it is, and with the passages that answer it removed."""
    rows: list[Labelled] = []
    for one in found:
        document = one.passages[one.question.relevant[0]].document if one.question.relevant else one.question.id
        for without in dict.fromkeys([(), one.question.relevant]):
            ranked = one.ranked(ranker, without=without)
            right = bool(ranked) and ranked[0].candidate.passage_id in one.question.relevant
            told = features_of(one.question.text, ranked)
            answerable = bool(one.question.relevant) and not without
            rows.append(Labelled(document, answerable, right, [told[name] for name in names]))
    return rows


def thinned(rows: Sequence[Labelled], *, unanswerable: float = UNANSWERABLE) -> list[Labelled]:
    """Rows of which this share has no answer: all that have one, and some of the others, spread evenly."""
    there, not_there = [row for row in rows if row.answerable], [row for row in rows if not row.answerable]
    wanted = min(len(not_there), round(len(there) * unanswerable / (1 - unanswerable)))
    return [*there, *(not_there[at * len(not_there) // wanted] for at in range(wanted))]


def logistic(rows: Sequence[Labelled], names: Sequence[str]) -> tuple[dict[str, float], float]:
    """Weights and bias of a logistic regression; a feature that would speak against an answer is left out.

    Each of them is a reason to be sure. A weight below 0 would only make up for what others say of these questions.
    """
    values, right = _arrays(rows)
    kept = list(range(len(names)))
    while True:
        weights, bias = _newton(values[:, kept], right)
        if not len(weights) or weights.min() >= 0:
            break
        del kept[int(weights.argmin())]
    by_place = dict(zip(kept, weights, strict=True))
    return {name: round(float(by_place.get(at, 0.0)), 5) for at, name in enumerate(names)}, round(bias, 5)


def _newton(values: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method, ridge on standardised features."""
    mean, spread = values.mean(0), values.std(0)
    spread[spread < 1e-9] = 1.0  # noqa: PLR2004 - a feature that is the same everywhere
    design = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-design @ weights))
        curve = (design.T * (likely * (1 - likely))) @ design + np.eye(design.shape[1])
        weights = weights + np.linalg.solve(curve, design.T @ (right - likely) - weights)
    scaled = weights[1:] / spread
    return scaled, float(weights[0] - scaled @ mean)


def sureness_of(rows: Sequence[Labelled]) -> Sureness:
    """How sure what ranks makes, and where to abstain: by probabilities that were not learnt from the same document."""
    weights, bias = logistic(rows, FEATURES)
    made = Sureness(weights=weights, bias=bias, threshold=1 - _USUAL_RISK, labels=0)
    probabilities, right = crossed(rows), [row.right for row in rows]
    threshold = threshold_of(probabilities, right, start=start_of(probabilities, right))
    if threshold is not None:
        return made.model_copy(update={"threshold": round(threshold, 4), "labels": len(rows)})
    likely = estimated(probabilities, right, risk=RISK)
    return made if likely is None else made.model_copy(update={"threshold": round(likely, 4)})


def crossed(rows: Sequence[Labelled]) -> list[float]:
    """How likely each first passage answers, learnt from the rows of other documents."""
    documents = np.random.default_rng(len(rows)).permutation(sorted({row.document for row in rows}))
    fold = {document: at % _FOLDS for at, document in enumerate(documents)}
    probabilities = [0.0] * len(rows)
    for number in range(_FOLDS):
        weights, bias = logistic([row for row in rows if fold[row.document] != number], FEATURES)
        made = Sureness(weights=weights, bias=bias, threshold=0.0, labels=0)
        for at, row in enumerate(rows):
            if fold[row.document] == number:
                probabilities[at] = made.of(dict(zip(FEATURES, row.features, strict=True)))
    return probabilities


def halves(rows: Sequence[Labelled], seed: int) -> tuple[list[Labelled], list[Labelled]]:
    """Rows by document, at random."""
    documents = sorted({row.document for row in rows})
    one = set(np.random.default_rng(seed).permutation(documents)[: len(documents) // 2])
    return [row for row in rows if row.document in one], [row for row in rows if row.document not in one]


def fit(sets: Mapping[str, Mapping[str, Sequence[Found]]]) -> None:
    """Learn from what was found, by encoder and language, and write it down."""
    learnt: dict[str, Ranker] = {}
    for encoder, by_language in sets.items():
        names = ("full_text", "title") if encoder == WITHOUT else _MIX
        fewest = min(map(len, by_language.values()))
        mix = mix_of([one for found in by_language.values() for one in found[:: len(found) // fewest]], names)
        ranker = Ranker(version=_VERSION, mix=mix, semantic=None, sure={})
        if encoder != WITHOUT:
            near = {language: closer_of(found, ranker) for language, found in by_language.items()}
            every = closer_of([one for found in by_language.values() for one in found[:: len(found) // fewest]], ranker)
            ranker = ranker.model_copy(update={"closer": {**near, "": every}})
        rows = {language: thinned(labelled(found, ranker)) for language, found in by_language.items()}
        sure = {language: sureness_of(its) for language, its in rows.items()}
        weights, bias = logistic([row for its in rows.values() for row in its], FEATURES)
        sure[""] = Sureness(weights=weights, bias=bias, threshold=1 - _USUAL_RISK, labels=0)
        semantic = None
        if encoder != WITHOUT:
            nearest = [row for found in by_language.values() for row in _nearest(found)]
            weights, bias = logistic(nearest, ("cosine", "meaning_lead"))
            semantic = Sureness(weights=weights, bias=bias, threshold=0.0, labels=len(nearest))
        learnt[encoder] = ranker.model_copy(update={"semantic": semantic, "sure": sure})
    body = {name: one.model_dump(mode="json") for name, one in learnt.items()}
    PATH.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def _nearest(found: Sequence[Found]) -> list[Labelled]:
    rows: list[Labelled] = []
    for one in found:
        if one.by_meaning:
            told = semantic_features([score for _, score in one.by_meaning])
            right = one.by_meaning[0][0] in one.question.relevant
            rows.append(Labelled(one.question.id, answerable=True, right=right, features=list(told.values())))
    return rows


def probabilities_of(rows: Sequence[Labelled], made: Sureness) -> list[float]:
    """How likely each first passage answers."""
    return [made.of(dict(zip(FEATURES, row.features, strict=True))) for row in rows]


def _arrays(rows: Sequence[Labelled]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row.features for row in rows], dtype=float), np.array([row.right for row in rows], dtype=float)
