"""How sure an answer is, in words: the model's own verdict, until votes here tell how often such answers were right."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.knowledge.answer import Answer, Confidence
from magicai.ports import EntityRecords, Records
from magicai.stores.entity import Entity

CALIBRATION = "knowledge-confidence"
# Votes on answers that it takes, in all and of answers of one kind.
LEAST_VOTES, _LEAST_OF_KIND = 50, 10
# Votes of somebody else count up to here, so that no one person makes what others read.
_MOST_OF_ANOTHER = LEAST_VOTES // 2
# A question's best passage fits well from here on.
_FITS = 0.5
_SURE, _LIKELY = 0.9, 0.6

Fit = Literal["well", "little"]


class Rated(BaseModel):
    """Votes on answers of one kind."""

    model_config = ConfigDict(frozen=True)

    confidence: Confidence
    fit: Fit
    right: int = 0
    votes: int = 0


class Calibration(BaseModel):
    """Votes on answers, by how sure the model was and how well the best passage fitted."""

    model_config = ConfigDict(frozen=True)

    rated: tuple[Rated, ...] = ()

    def at_most(self, votes: int) -> "Calibration":
        """The same shares of no more than so many votes."""
        share = min(1.0, votes / max(1, sum(one.votes for one in self.rated)))
        return Calibration(
            rated=tuple(
                one.model_copy(update={"right": round(one.right * share), "votes": round(one.votes * share)})
                for one in self.rated
            )
        )

    def __add__(self, other: "Calibration") -> "Calibration":
        """Both together."""
        rated = {(one.confidence, one.fit): one for one in self.rated}
        for one in other.rated:
            before = rated.get((one.confidence, one.fit), one.model_copy(update={"right": 0, "votes": 0}))
            rated[one.confidence, one.fit] = one.model_copy(
                update={"right": before.right + one.right, "votes": before.votes + one.votes}
            )
        return Calibration(rated=tuple(rated.values()))

    def probability(self, confidence: Confidence, match: float) -> float | None:
        """How likely such an answer is right; None where votes are too few to tell."""
        alike = [one for one in self.rated if one.confidence == confidence]
        if sum(one.votes for one in self.rated) < LEAST_VOTES or sum(one.votes for one in alike) < _LEAST_OF_KIND:
            return None
        narrow = [one for one in alike if one.fit == fit_of(match) and one.votes >= _LEAST_OF_KIND]
        chosen = narrow or alike
        # As if one more had been right, and one wrong: no few votes make certain.
        return (sum(one.right for one in chosen) + 1) / (sum(one.votes for one in chosen) + 2)


def fit_of(match: float) -> Fit:
    """How well a passage fits its question."""
    return "well" if match >= _FITS else "little"


def calibration_of(votes: Sequence[tuple[Confidence, float, bool]]) -> Calibration:
    """What votes tell.

    Args:
        votes: of each answer how sure the model was, how well its first passage fitted, and whether it was right.
    """
    counts: dict[tuple[Confidence, Fit], tuple[int, int]] = {}
    for confidence, match, right in votes:
        before = counts.get((confidence, fit_of(match)), (0, 0))
        counts[confidence, fit_of(match)] = (before[0] + right, before[1] + 1)
    return Calibration(
        rated=tuple(
            Rated(confidence=confidence, fit=fit, right=right, votes=count)
            for (confidence, fit), (right, count) in sorted(counts.items())
        )
    )


async def calibrated(records: Records, answer: Answer, match: float, *, owner_id: str) -> Answer:
    """An answer with how sure it is by the votes of this installation, where these are enough."""
    if answer.confidence is None or not answer.answered:
        return answer
    probability = (await _calibration(records, owner_id)).probability(answer.confidence, match)
    if probability is None:
        return answer
    word: Confidence = "sure" if probability >= _SURE else "likely" if probability >= _LIKELY else "not_sure"
    return answer.model_copy(update={"confidence": word, "confidence_score": round(probability, 2)})


async def recalibrate(
    entities: EntityRecords, votes: Sequence[tuple[Confidence, float, bool]], *, owner_id: str
) -> None:
    """Take over what an owner's votes tell now; of two at once, the later one has all."""
    made = Entity(
        CALIBRATION,
        owner_id,
        owner_id,
        title="",
        text="",
        data={"schema_version": 1, **calibration_of(votes).model_dump(mode="json")},
        stores=(),
    )
    await entities.save([made])


async def _calibration(records: Records, owner_id: str) -> Calibration:
    """The asker's own votes, and those of others: counts alone, so that nobody reads of anybody's questions."""
    others = [user.user_id for user in await records.identities.users() if user.user_id != owner_id]
    total = Calibration()
    for one in await records.entities.present([(CALIBRATION, voter) for voter in (owner_id, *others)]):
        if one.entity is not None:
            votes = one.entity.as_model(Calibration)
            total += votes if one.owner_id == owner_id else votes.at_most(_MOST_OF_ANOTHER)
    return total
