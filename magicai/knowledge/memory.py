"""What votes say of passages: each is bound to a question and a passage, and reaches questions that are alike.

A vote is no boost of a passage for all questions: it counts by a kernel over the likeness of questions. What an
asker's own votes say counts in full and saturates. Each other voter counts as one vote at most, and those who
say most for and most against only as far as they agree: so nobody alone, however often they vote, moves what others
find.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from magicai.errors import Conflict
from magicai.knowledge.question_fingerprint import QuestionFingerprint, likenesses
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity, Versioned
from magicai.values.times import Moment

VOTES = "passage-votes"
# Questions that are less alike than this have nothing to do with each other.
_FLOOR = 0.5
# So much of votes is needed for half of the effect, and so many other voters.
_HALF, _HALF_VOTERS = 0.25, 2.0
# What one vote on the very same question says: the most that another voter counts.
_MOST_SAID = 1 / (1 + _HALF)
_MOST_VOTES, _MOST_OF_VOTER = 400, 50
_TRIES = 20


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Vote(_Model):
    """What somebody said of a passage as an answer to a question.

    Attributes:
        interaction_id: the question as it was asked; it has one vote on a passage.
        voter: a print of who.
        value: -1, it does not answer, to 1, it does.
    """

    interaction_id: str
    voter: str
    asked: QuestionFingerprint
    value: float
    at: Moment


def voter_of(owner_id: str) -> str:
    """The print of a voter."""
    return hashlib.sha256(f"voter\x1f{owner_id}".encode()).hexdigest()[:16]


def influence(question: QuestionFingerprint, votes: Sequence[Vote], *, voter: str) -> float:
    """What votes on a passage say of it for a question, -1 to 1.

    Args:
        voter: who asks.
    """
    if not votes:
        return 0.0
    sums: dict[str, tuple[float, float]] = {}
    for vote, alike in zip(votes, likenesses(question, [one.asked for one in votes]), strict=True):
        weight = kernel(alike)
        said, weighed = sums.get(vote.voter, (0.0, 0.0))
        sums[vote.voter] = said + weight * vote.value, weighed + weight
    return together(sums, voter)


def together(sums: Mapping[str, tuple[float, float]], voter: str) -> float:
    """What the asker says in full, and of what others say so much as does not depend on any one of them.

    Args:
        sums: by voter, of votes times their weights, and of the weights.
        voter: who asks.
    """
    by_voter = {name: said / (weighed + _HALF) for name, (said, weighed) in sums.items() if weighed}
    others = [max(-_MOST_SAID, min(_MOST_SAID, value)) for name, value in by_voter.items() if name != voter]
    said = by_voter.get(voter, 0.0) + _agreed(others)
    return max(-1.0, min(1.0, said))


def _agreed(others: Sequence[float]) -> float:
    """What several say together, shrunk: those who say most for and most against count only as far as they agree.

    To leave out the loudest alone would leave out the honest one of two, where the other is a little less loud.
    """
    if len(others) < 2:  # noqa: PLR2004 - one alone moves nothing
        return 0.0
    lowest, *middle, highest = sorted(others)
    both = max(lowest, 0.0) + min(highest, 0.0)
    return (sum(middle) + both) / (len(others) - 1 + _HALF_VOTERS)


def worth(said: float) -> float:
    """What votes say as so many votes of the asker's own on the very same question, one at most, -1 to 1.

    Ranking by it, rather than by what they say, keeps the first votes from doing harm to questions that are only alike.
    """
    return max(-1.0, min(1.0, _HALF * said / max(1 - abs(said), 1e-6)))


def kernel(alike: float) -> float:
    """How much a vote on a question counts for another."""
    return max(0.0, (min(alike, 1.0) - _FLOOR) / (1 - _FLOOR)) ** 2


def remembered(found: Sequence[Versioned], question: QuestionFingerprint, *, owner_id: str) -> dict[str, float]:
    """What votes on passages are worth for a question, -1 to 1; those without any are left out.

    Args:
        found: the votes on them as the records hold them; what else is there counts nothing.
        owner_id: who asks.
    """
    voter = voter_of(owner_id)
    said = {
        one.entity_id: worth(influence(question, _votes(one.entity.data), voter=voter))
        for one in found
        if one.entity is not None and one.kind == VOTES
    }
    return {passage: value for passage, value in said.items() if value}


async def cast_votes(
    entities: EntityRecords, interaction_id: str, votes: Mapping[str, Vote], *, among: Sequence[tuple[str, str]]
) -> None:
    """Make these the votes of an interaction, in place of those that it had.

    Args:
        votes: by passage.
        among: passages that it may have votes on, each with its owner.
    """
    for passage, owner_id in among:
        await _replace(entities, passage, owner_id, interaction_id, votes.get(passage))


async def _replace(
    entities: EntityRecords, passage: str, owner_id: str, interaction_id: str, vote: Vote | None
) -> None:
    for _ in range(_TRIES):
        (found, *_) = await entities.present([(VOTES, passage)]) or (None,)
        before = _votes(found.entity.data) if found is not None and found.entity is not None else []
        now = [one for one in before if one.interaction_id != interaction_id]
        if vote is not None:
            now = _kept([*now, vote])
        if now == before:
            return
        data = {"schema_version": 1, "votes": [one.model_dump(mode="json") for one in now]}
        entity = Entity(VOTES, passage, owner_id, title="", text="", data=data, stores=())
        if await entities.replace(entity, version=0 if found is None else found.version):
            return
    raise Conflict("feedback_being_changed")


def _kept(votes: Sequence[Vote]) -> list[Vote]:
    """The latest, of each voter so many: none of them crowds others out."""
    counts: dict[str, int] = {}
    kept: list[Vote] = []
    for one in sorted(votes, key=lambda vote: -vote.at):
        counts[one.voter] = counts.get(one.voter, 0) + 1
        if counts[one.voter] <= _MOST_OF_VOTER and len(kept) < _MOST_VOTES:
            kept.append(one)
    return kept[::-1]


def _votes(data: Mapping[str, Any]) -> list[Vote]:
    return [Vote.model_validate(one) for one in data["votes"]]
