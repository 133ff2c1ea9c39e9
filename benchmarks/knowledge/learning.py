"""Whether votes help: simulated ones on half of the rephrasings of each question, nDCG@10 on the other half."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from benchmarks.knowledge.retrieval import Found, ndcg
from magicai.knowledge.asked import Asked, asked
from magicai.knowledge.feedback import Given, votes_of
from magicai.knowledge.interactions import Interaction
from magicai.knowledge.memory import Vote, influence, worth
from magicai.knowledge.ranking import Ranked, voted
from magicai.ports import Embedder

_CURVE, _WRONG, _SEEDS = (10, 30, 100, 300), (0.0, 0.1, 0.3), 3
_SOURCES, _LOUD = 3, 1_000
_KINDS = ("this source", "thumbs")


@dataclass(frozen=True, slots=True)
class Case:
    """A question, as it is ranked without votes."""

    found: Found
    asked: Asked
    ranked: Sequence[Ranked]

    @property
    def order(self) -> list[str]:
        """What is found, best first."""
        return [one.candidate.passage_id for one in self.ranked]


async def cases_of(found: Sequence[Found], embedder: Embedder | None) -> list[Case]:
    """Those questions that others rephrase."""
    groups: dict[str, int] = defaultdict(int)
    for one in found:
        groups[one.question.group] += bool(one.question.relevant)
    rephrased = [one for one in found if groups[one.question.group] > 1 and one.question.relevant]
    if embedder is None:
        questions = [asked(one.question.text) for one in rephrased]
    else:
        vectors = await embedder.embed([one.question.text for one in rephrased])
        questions = [
            asked(one.question.text, vector, embedder.name) for one, vector in zip(rephrased, vectors, strict=True)
        ]
    return [Case(one, its, one.merged()) for one, its in zip(rephrased, questions, strict=True)]


async def report_learning(found: Sequence[Found], embedder: Embedder | None) -> None:
    """Print the tables; nothing where no question is rephrased."""
    cases = await cases_of(found, embedder)
    if not cases:
        return
    print(f"\nVotes on half of {len(cases)} rephrasings, nDCG@10 on the other half, {_SEEDS} seeds:\n")
    print(f"| votes | wrong | 0 | {' | '.join(map(str, _CURVE))} | distance closed |")
    print(f"|---|---:|---:|{'---:|' * len(_CURVE)}---:|")
    for kind in _KINDS:
        for wrong in _WRONG:
            start, curve = _curve(cases, kind, wrong)
            said = " | ".join(f"{one:.4f}" for one in curve)
            print(f"| {kind} | {wrong:.0%} | {start:.4f} | {said} | {(curve[-1] - start) / (1 - start):.0%} |")
    print(f"\nOne user's {_LOUD:,} wrong votes move what others find by {_loud(cases):+.4f} nDCG at most.")


def _curve(cases: Sequence[Case], kind: str, wrong: float) -> tuple[float, list[float]]:
    starts: list[float] = []
    curves: list[list[float]] = []
    for seed in range(_SEEDS):
        voted_on, tested = _halves(cases, seed)
        said = _said(voted_on, kind, wrong, seed)
        starts.append(_measure(tested, {}))
        curves.append([_measure(tested, _memory(said[:count])) for count in _CURVE])
    return fmean(starts), [fmean(column) for column in zip(*curves, strict=True)]


def _halves(cases: Sequence[Case], seed: int) -> tuple[list[Case], list[Case]]:
    """Of each group's questions one half, in random order, and the other."""
    rng = np.random.default_rng(seed)
    groups: dict[str, list[Case]] = defaultdict(list)
    for at in map(int, rng.permutation(len(cases))):
        groups[cases[at].found.question.group].append(cases[at])
    first = [one for its in groups.values() for one in its[: len(its) // 2]]
    second = [one for its in groups.values() for one in its[len(its) // 2 :]]
    return [first[at] for at in map(int, rng.permutation(len(first)))], second


def _said(cases: Sequence[Case], kind: str, wrong: float, seed: int) -> list[tuple[Given, Interaction]]:
    """A vote on each question, as its asker would give it; this share of them says what is not so."""
    rng = np.random.default_rng(seed + 1_000)
    found: list[tuple[Given, Interaction]] = []
    for number, case in enumerate(cases):
        lies = rng.random() < wrong
        asked_ = _interaction(case, number)
        relevant = case.found.question.relevant
        if kind == _KINDS[0]:
            right = next((one for one in case.order if (one in relevant) != lies), None)
            given = Given(interaction_id=str(number), right_source=right, at=number)
        else:
            given = Given(interaction_id=str(number), helpful=(case.order[0] in relevant) != lies, at=number)
        found.append((given.model_copy(update={"votes": votes_of(asked_, given)}), asked_))
    return found


def _interaction(case: Case, number: int) -> Interaction:
    order = case.order
    return Interaction(
        interaction_id=str(number),
        query=case.found.question.text,
        language=case.found.question.language,
        collections=(),
        answerable="yes",
        answer="",
        passages=tuple(order[:_SOURCES]),
        cited=tuple(order[:1]),
        asked=case.asked,
        ranking=tuple((one.candidate.passage_id, one.score) for one in case.ranked[:20]),
        at=number,
    )


def _memory(said: Sequence[tuple[Given, Interaction]], voter: str = "ann") -> dict[str, list[Vote]]:
    """The votes by passage."""
    found: dict[str, list[Vote]] = defaultdict(list)
    for given, asked_ in said:
        for passage, value in given.votes.items():
            found[passage].append(
                Vote(interaction_id=given.interaction_id, voter=voter, asked=asked_.asked, value=value, at=given.at)
            )
    return found


def _measure(cases: Sequence[Case], memory: Mapping[str, Sequence[Vote]], *, asker: str = "ann") -> float:
    """The mean nDCG@10 of what an asker finds."""
    scores: list[float] = []
    for case in cases:
        said = {one: worth(influence(case.asked, memory[one], voter=asker)) for one in case.order if one in memory}
        order = [one.candidate.passage_id for one in voted(case.ranked, said)]
        scores.append(ndcg(order, case.found.question.relevant))
    return fmean(scores)


def _loud(cases: Sequence[Case]) -> float:
    """By how much at most one user's wrong votes move what others find, beside honest votes of 30 others."""
    moved: list[float] = []
    for seed in range(_SEEDS):
        voted_on, tested = _halves(cases, seed)
        honest: dict[str, list[Vote]] = defaultdict(list)
        for number, one in enumerate(_said(voted_on, _KINDS[0], 0.0, seed)):
            for passage, votes in _memory([one], f"user {number % 30}").items():
                honest[passage] += votes
        lies = _said(voted_on, _KINDS[0], 1.0, seed)
        loud = {passage: list(votes) for passage, votes in honest.items()}
        for passage, votes in _memory([lies[at % len(lies)] for at in range(_LOUD)], "mad").items():
            loud.setdefault(passage, []).extend(votes)
        before, after = (_measure(tested, one, asker="somebody") for one in (honest, loud))
        moved.append(before - after)
    return max(moved, key=abs)
