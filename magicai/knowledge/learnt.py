"""What an owner's votes have taught beyond the memory itself: how much it weighs, and where to abstain; by version.

A version is made of votes, each judged by the memory of all others, as if it had been held back. One that makes
answers worse gives way to the one before by itself.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.errors import NotFound
from magicai.knowledge.ranking import VOTE_SCORE, Sureness
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity
from magicai.values.times import Moment

LEARNT = "knowledge-learnt"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Threshold(_Model):
    """Where to abstain in a language, and of how many labelled answers that was learnt."""

    probability: float
    labels: int


class Version(_Model):
    """What applies.

    Attributes:
        weight: what the most that votes can say of a passage adds to its score.
        thresholds: by language; those that come with MagicAI for all others.
        because: why it replaced the one before.
        votes: of how many it was made.
    """

    version: int = 0
    weight: float = VOTE_SCORE
    thresholds: Mapping[str, Threshold] = {}
    because: Literal["first", "better", "worse", "recalibrated"] = "first"
    votes: int = 0
    at: Moment = 0

    def calibrated(self, sureness: Sureness, language: str) -> Sureness:
        """A sureness with the threshold that was learnt here, where one was."""
        own = self.thresholds.get(language)
        if own is None:
            return sureness
        return sureness.model_copy(update={"threshold": own.probability, "labels": own.labels})


async def version_of(entities: EntityRecords, *, owner_id: str) -> Version:
    """The version that applies to an owner's questions."""
    return (await versions_of(entities, owner_id=owner_id))[-1]


async def versions_of(entities: EntityRecords, *, owner_id: str) -> list[Version]:
    """All versions, oldest first."""
    try:
        found = await entities.get(LEARNT, owner_id, owner_id=owner_id)
    except NotFound:
        return [Version()]
    assert found.entity is not None
    return [Version.model_validate(one) for one in found.entity.data["versions"]]


async def add_version(entities: EntityRecords, version: Version, *, owner_id: str, most: int = 50) -> bool:
    """Let a version apply from now on; False where another one came first."""
    try:
        row = (await entities.get(LEARNT, owner_id, owner_id=owner_id)).version
    except NotFound:
        row = 0
    versions = await versions_of(entities, owner_id=owner_id)
    if versions[-1].version >= version.version:
        return False
    kept = [*versions, version][-most:]
    data = {"schema_version": 1, "versions": [one.model_dump(mode="json") for one in kept]}
    entity = Entity(LEARNT, owner_id, owner_id, title="", text="", data=data, stores=())
    return await entities.replace(entity, version=row)
