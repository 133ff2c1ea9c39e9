"""Whether votes help: each vote is judged by a ranking that knows all the others, and by one that knows none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log2, sqrt
from statistics import fmean, stdev

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.asked import likenesses
from magicai.knowledge.feedback import Given
from magicai.knowledge.interactions import Interaction
from magicai.knowledge.memory import kernel, together, voter_of, worth

# Fewer votes judge nothing.
LEAST = 20
_MOST = 400
_NORMAL_90, _NORMAL_95 = 1.645, 1.96
_WORST = 10


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Judged(_Model):
    """What a vote says of two rankings: 1 where the right passage is first, 0 where a wrong one is."""

    interaction_id: str
    question: str
    language: str
    before: float
    after: float


class Effect(_Model):
    """What votes changed.

    Attributes:
        low, high: 95 % of the difference; None of fewer than two votes.
    """

    votes: int
    before: float
    after: float
    low: float | None
    high: float | None


class Report(_Model):
    """What votes changed, of all and per language, and the questions that got worse, the worst first."""

    overall: Effect
    languages: Mapping[str, Effect]
    worse: tuple[Judged, ...]


def judged(votes: Sequence[tuple[Given, Interaction]], weight: float, *, voters: Mapping[str, str]) -> list[Judged]:
    """Each of the latest votes, by rankings without any memory and with the memory of all others.

    Votes on a question of the same words are left out too: they would tell it by heart.

    Args:
        weight: what the most that votes can say adds to a passage's score.
        voters: who said it, by interaction.
    """
    counted = [(given, asked) for given, asked in votes if given.state == "given" and given.votes and asked.ranking]
    counted = counted[-_MOST:]
    questions = [asked.asked for _, asked in counted]
    found: list[Judged] = []
    for given, asked in counted:
        alike = [kernel(one) for one in likenesses(asked.asked, questions)]
        mine = voter_of(voters[given.interaction_id])
        said: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
        for (other, its), near in zip(counted, alike, strict=True):
            if near and its.query.casefold().split() != asked.query.casefold().split():
                for passage, value in other.votes.items():
                    name = voter_of(voters[other.interaction_id])
                    total, weighed = said[passage].get(name, (0.0, 0.0))
                    said[passage][name] = total + near * value, weighed + near
        scores = {
            passage: score + weight * worth(together(said.get(passage, {}), mine)) for passage, score in asked.ranking
        }
        after = sorted(scores, key=lambda passage: -scores[passage])
        before = [passage for passage, _ in asked.ranking]
        found.append(
            Judged(
                interaction_id=given.interaction_id,
                question=asked.query,
                language=asked.language,
                before=_gain(before, given.votes),
                after=_gain(after, given.votes),
            )
        )
    return found


def report(found: Sequence[Judged]) -> Report:
    """What votes changed."""
    by_language: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        by_language[one.language or "-"].append(one)
    worse = sorted((one for one in found if one.after < one.before), key=lambda one: one.after - one.before)
    return Report(
        overall=effect(found),
        languages={language: effect(its) for language, its in sorted(by_language.items())},
        worse=tuple(worse[:_WORST]),
    )


def effect(found: Sequence[Judged]) -> Effect:
    """The mean before and after, with the interval of the difference."""
    if not found:
        return Effect(votes=0, before=0.0, after=0.0, low=None, high=None)
    differences = [one.after - one.before for one in found]
    around = _around(differences, _NORMAL_95)
    mean = fmean(differences)
    return Effect(
        votes=len(found),
        before=round(fmean(one.before for one in found), 4),
        after=round(fmean(one.after for one in found), 4),
        low=None if around is None else round(mean - around, 4),
        high=None if around is None else round(mean + around, 4),
    )


def is_worse(found: Sequence[Judged]) -> bool:
    """Whether a memory clearly makes answers worse."""
    differences = [one.after - one.before for one in found]
    around = _around(differences, _NORMAL_90)
    if len(found) < LEAST or around is None:
        return False
    return fmean(differences) + around < 0


def is_better(found: Sequence[Judged]) -> bool:
    """Whether a memory clearly makes answers better."""
    differences = [one.after - one.before for one in found]
    around = _around(differences, _NORMAL_90)
    return len(found) >= LEAST and around is not None and fmean(differences) - around > 0


def _around(differences: Sequence[float], normal: float) -> float | None:
    if len(differences) < 2:  # noqa: PLR2004 - one says nothing of how they differ
        return None
    return normal * stdev(differences) / sqrt(len(differences))


def _gain(order: Sequence[str], votes: Mapping[str, float]) -> float:
    """The DCG of the passage that was voted right, or 1 minus that of the one that was voted wrong."""
    best = max(votes, key=lambda passage: votes[passage])
    gain = 1 / log2(order.index(best) + 2) if best in order else 0.0
    return gain if votes[best] > 0 else 1 - gain
