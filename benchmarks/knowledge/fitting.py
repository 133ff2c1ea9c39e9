"""Learns what ranks and how sure that makes: `magicai/knowledge/ranking.json`, from questions with their passages."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.knowledge.cases import ACROSS
from benchmarks.knowledge.retrieval import Found
from magicai.knowledge.evidence import FEATURES, features_of
from magicai.knowledge.guarantee import RISK, estimated, start_of, threshold_of
from magicai.knowledge.overlap import OVERLAPS
from magicai.knowledge.ranking import (
    COMPARED,
    NEAREST,
    WITHOUT,
    Ranker,
    Sureness,
    closer_values,
    rank,
    semantic_features,
    values_of,
)

PATH = Path(__file__).resolve().parents[2] / "magicai" / "knowledge" / "ranking.json"
_MIX = ("semantic", "full_text", *OVERLAPS)
_VERSION = 5
_T = TypeVar("_T")
_FOLDS = 5
# Of the questions that people ask, how many have no answer in the documents: what thresholds assume.
UNANSWERABLE = 0.2
# Questions of a set that count: a large one is not to speak for the others.
_MOST_OF_SET = 120
# Where not even the estimated share of wrong answers can be kept.
_USUAL_RISK = 0.2


@dataclass(frozen=True, slots=True)
class Labelled:
    """What is known of a first passage: of which set and document it was asked, and whether it answers."""

    of: str
    document: str
    answerable: bool
    right: bool
    features: Sequence[float]


def mix_of(sets: Sequence[Sequence[Found]], names: Sequence[str] = _MIX) -> dict[str, float]:
    """Weights under which the passages that answer are likeliest to be first (softmax over each question's)."""
    cases: list[_Case] = []
    for found in sets:
        its: list[tuple[np.ndarray, int]] = []
        for one in evenly(found):
            candidates = one.candidates()
            place = next((at for at, it in enumerate(candidates) if it.passage_id in one.question.relevant), None)
            if place is not None:
                values = values_of(one.question.text, candidates)
                its.append((np.array([[row[name] for name in names] for row in values]), place))
        cases += [(values, place, 1 / len(its)) for values, place in its]
    return _softmax(cases, names)


def closer_of(sets: Sequence[Sequence[Found]], ranker: Ranker) -> dict[str, float]:
    """The same of the first passages, which are compared sentence by sentence."""
    names = (*ranker.mix, NEAREST)
    cases: list[_Case] = []
    for found in sets:
        its: list[tuple[np.ndarray, int]] = []
        for one in evenly(found):
            first = rank(one.question.text, one.candidates(), ranker)[:COMPARED]
            place = next((at for at, it in enumerate(first) if it.candidate.passage_id in one.question.relevant), None)
            if place is not None:
                values = closer_values([(it.values, it.candidate) for it in first])
                its.append((np.array([[row[name] for name in names] for row in values]), place))
        cases += [(values, place, 1 / len(its)) for values, place in its]
    return _softmax(cases, names)


_Case = tuple[np.ndarray, int, float]


def evenly(asked: Sequence[_T]) -> Sequence[_T]:
    """Of a large set's questions some, spread evenly; of those the same again."""
    return asked[:: max(1, len(asked) // _MOST_OF_SET)]


def _softmax(cases: Sequence[_Case], names: Sequence[str]) -> dict[str, float]:
    """Weights, none of them below 0: each value is a reason to be first."""
    longest = max(len(values) for values, _, _ in cases)
    every = np.zeros((len(cases), longest, len(names)))
    missing = np.full((len(cases), longest), -np.inf)
    for at, (values, _, _) in enumerate(cases):
        every[at, : len(values)] = values
        missing[at, : len(values)] = 0.0
    right = np.array([values[place] for values, place, _ in cases])
    by = np.array([its for _, _, its in cases])
    by /= by.sum()
    weights = np.zeros(len(names))
    for _ in range(300):
        scores = every @ weights + missing
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = by @ (right - np.einsum("qc,qcf->qf", shares, every))
        weights = np.maximum(0.0, weights + 0.5 * (slope - 1e-3 * weights))
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def labelled(found: Sequence[Found], ranker: Ranker, of: str = "") -> list[Labelled]:
    """Each question twice: as it is, and with the passages that answer it removed."""
    rows: list[Labelled] = []
    for one in found:
        document = one.passages[one.question.relevant[0]].document if one.question.relevant else one.question.id
        for without in dict.fromkeys([(), one.question.relevant]):
            ranked = one.ranked(ranker, without=without)
            right = bool(ranked) and ranked[0].candidate.passage_id in one.question.relevant
            told = features_of(one.question.text, ranked)
            answerable = bool(one.question.relevant) and not without
            rows.append(Labelled(of, document, answerable, right, [told[name] for name in FEATURES]))
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
    sizes = Counter(row.of for row in rows)
    by = np.array([len(rows) / len(sizes) / sizes[row.of] for row in rows])  # each set counts the same
    kept = list(range(len(names)))
    while True:
        weights, bias = _newton(values[:, kept], right, by)
        if not len(weights) or weights.min() >= 0:
            break
        del kept[int(weights.argmin())]
    by_place = dict(zip(kept, weights, strict=True))
    return {name: round(float(by_place.get(at, 0.0)), 5) for at, name in enumerate(names)}, round(bias, 5)


def _newton(values: np.ndarray, right: np.ndarray, by: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method, ridge on standardised features."""
    mean, spread = values.mean(0), values.std(0)
    spread[spread < 1e-9] = 1.0  # noqa: PLR2004 - a feature that is the same everywhere
    design = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-design @ weights))
        curve = (design.T * (by * likely * (1 - likely))) @ design + np.eye(design.shape[1])
        weights = weights + np.linalg.solve(curve, design.T @ (by * (right - likely)) - weights)
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
    """How likely each first passage answers, learnt from the rows of other sets; of one set, from other documents."""
    groups = [row.of for row in rows]
    if len(set(groups)) == 1:
        documents = np.random.default_rng(len(rows)).permutation(sorted({row.document for row in rows}))
        fold = {document: str(at % _FOLDS) for at, document in enumerate(documents)}
        groups = [fold[row.document] for row in rows]
    probabilities = [0.0] * len(rows)
    for group in sorted(set(groups)):
        others = [row for row, its in zip(rows, groups, strict=True) if its != group]
        weights, bias = logistic(others, FEATURES)
        made = Sureness(weights=weights, bias=bias, threshold=0.0, labels=0)
        for at, row in enumerate(rows):
            if groups[at] == group:
                probabilities[at] = made.of(dict(zip(FEATURES, row.features, strict=True)))
    return probabilities


def halves(rows: Sequence[Labelled], seed: int) -> tuple[list[Labelled], list[Labelled]]:
    """Rows by document, at random."""
    documents = sorted({row.document for row in rows})
    one = set(np.random.default_rng(seed).permutation(documents)[: len(documents) // 2])
    return [row for row in rows if row.document in one], [row for row in rows if row.document not in one]


def fit(sets: Mapping[str, Mapping[str, Mapping[str, Sequence[Found]]]]) -> None:
    """Learn from what was found, by encoder, language and set, and write it down."""
    learnt = {encoder: ranker_from(by_language, encoder) for encoder, by_language in sets.items()}
    body = {name: one.model_dump(mode="json") for name, one in learnt.items()}
    PATH.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def ranker_from(by_language: Mapping[str, Mapping[str, Sequence[Found]]], encoder: str) -> Ranker:
    """What is learnt for an encoder."""
    across = by_language.get(ACROSS)
    by_language = {language: sets for language, sets in by_language.items() if language != ACROSS}
    made = _ranker_from(by_language, encoder)
    if across is None or encoder == WITHOUT:
        return made
    of_both = _ranker_from({"": across}, encoder)
    return made.model_copy(update={"across": of_both.model_copy(update={"semantic": None})})


def _ranker_from(by_language: Mapping[str, Mapping[str, Sequence[Found]]], encoder: str) -> Ranker:
    every = [found for sets in by_language.values() for found in sets.values()]
    mix = mix_of(every, _MIX if encoder != WITHOUT else tuple(name for name in _MIX if name != "semantic"))
    ranker = Ranker(version=_VERSION, mix=mix, semantic=None, sure={})
    if encoder != WITHOUT:
        nearest = [row for found in every for row in _nearest(evenly(found))]
        weights, bias = logistic(nearest, ("cosine", "meaning_lead"))
        semantic = Sureness(weights=weights, bias=bias, threshold=0.0, labels=len(nearest))
        ranker = ranker.model_copy(update={"closer": {"": closer_of(every, ranker)}, "semantic": semantic})
    rows = {
        language: [row for of, found in sets.items() for row in thinned(labelled(evenly(found), ranker, of))]
        for language, sets in by_language.items()
    }
    sure = {language: sureness_of(its) for language, its in rows.items()}
    if "" not in sure:
        sure[""] = sureness_of([row for its in rows.values() for row in its]).model_copy(update={"labels": 0})
    return ranker.model_copy(update={"sure": sure})


def _nearest(found: Sequence[Found]) -> list[Labelled]:
    rows: list[Labelled] = []
    for one in found:
        if one.by_meaning:
            told = semantic_features([score for _, score in one.by_meaning])
            right = one.by_meaning[0][0] in one.question.relevant
            rows.append(Labelled("", one.question.id, answerable=True, right=right, features=list(told.values())))
    return rows


def probabilities_of(rows: Sequence[Labelled], made: Sureness) -> list[float]:
    """How likely each first passage answers."""
    return [made.of(dict(zip(FEATURES, row.features, strict=True))) for row in rows]


def _arrays(rows: Sequence[Labelled]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row.features for row in rows], dtype=float), np.array([row.right for row in rows], dtype=float)
