"""What people say of an answer, at any time: helpful or not, a rating, a correction, which source was right.

It becomes votes of the memory, on the passages of the answer, and rewards of the decisions that led to it. One asker
counts once per question: what they say later replaces what they said of the same.
"""

from collections.abc import AsyncIterator, Mapping
from difflib import SequenceMatcher
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from magicai.errors import Conflict, Invalid, NotFound
from magicai.knowledge.collections import readable
from magicai.knowledge.document import PASSAGE, passage_in
from magicai.knowledge.entries import collection_of_correction
from magicai.knowledge.interactions import INTERACTION, Interaction, interaction_by_id, interaction_in
from magicai.knowledge.memory import Vote, cast_votes, voter_of
from magicai.knowledge.ports import KnowledgeRecords
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue
from magicai.ports import EntityRecords, Records, Reward
from magicai.runs.rewarding import reward_made
from magicai.stores.entity import Entity, Versioned
from magicai.values.times import Moment, now_us

FEEDBACK = "feedback"
State = Literal["given", "undone", "struck"]
_LONGEST = 5_000
_PAGE = 200
# Where a source was right, those ranked above it were not, as answers to this question.
_NOT_RIGHT = -0.5
_TRIES = 10


class Feedback(BaseModel):
    """What somebody says of an answer; at least one of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    helpful: Annotated[bool | None, Field(description="Whether the answer helped.")] = None
    rating: Annotated[int | None, Field(ge=1, le=5, description="1 to 5 stars.")] = None
    right_source: Annotated[
        str | None,
        Field(
            min_length=1, max_length=200, description="The source that was right: its number, from 1, or `passage_id`."
        ),
    ] = None
    corrected_answer: Annotated[
        str | None, Field(min_length=1, max_length=_LONGEST, description="The right answer.")
    ] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise InvalidValue("feedback_empty")
        return self


class StoredFeedback(BaseModel):
    """What was said of an answer, as the records keep it.

    Attributes:
        right_source: the id of a passage.
        votes: by passage, -1 to 1.
        note: what it could not change, in English.
        notes: what `note` says.
    """

    model_config = ConfigDict(frozen=True)

    interaction_id: str
    state: State = "given"
    helpful: bool | None = None
    rating: int | None = None
    right_source: str | None = None
    corrected_answer: str | None = None
    votes: Mapping[str, float] = {}
    note: str = ""
    notes: tuple[Message, ...] = ()
    at: Moment
    struck_by: str = ""


async def give(
    records: KnowledgeRecords,
    interaction_id: str,
    said: Feedback,
    *,
    owner_id: str,
    weights: Mapping[str, float],
) -> StoredFeedback:
    """Keep what an asker says of an answer of theirs; their next question is answered by it.

    Raises:
        NotFound: there is no such answer of theirs.
        Invalid: the source is none that was found for the question.
        Conflict: the source's document is gone; or a reviewer struck out what was said before.
    """
    one = await interaction_by_id(records.entities, interaction_id, owner_id=owner_id)
    right = None if said.right_source is None else _passage_of(one, said.right_source)
    told = {**said.model_dump(exclude_none=True), **({} if right is None else {"right_source": right})}
    there = await _readable(records, one, user_id=owner_id)
    if right is not None and right not in there:
        raise Conflict("right_source_deleted")
    for _ in range(_TRIES):
        found = await _given(records.entities, interaction_id)
        before = None if found is None or found.entity is None else given_in(found.entity)
        if before is not None and before.state == "struck":
            raise Conflict("feedback_struck_out")
        kept = {} if before is None or before.state == "undone" else before.model_dump(include=_SAID)
        merged = StoredFeedback.model_validate({"interaction_id": interaction_id, "at": now_us(), **kept, **told})
        votes = votes_of(one, merged)
        notes = _notes(votes, there)
        if merged.corrected_answer is not None:
            _, where = await collection_of_correction(records, one.collections, owner_id=owner_id)
            notes += [where] if where else []
        note = " ".join(map(str, notes))
        merged = merged.model_copy(update={"votes": votes, "note": note, "notes": tuple(notes)})
        await _remember(records.entities, one, merged, there, owner_id=owner_id)
        if await _keep(records.entities, merged, one, owner_id=owner_id, version=0 if found is None else found.version):
            break
    else:
        raise Conflict("feedback_being_changed")
    await _reward(records, one, merged, owner_id=owner_id, weights=weights)
    return merged


async def undo(records: Records, interaction_id: str, *, owner_id: str) -> StoredFeedback:
    """Take back what an asker said of an answer: it counts no more, anywhere.

    Raises:
        NotFound: there is no such answer of theirs, or they have said nothing of it.
        Conflict: a reviewer struck it out.
    """
    one = await interaction_by_id(records.entities, interaction_id, owner_id=owner_id)
    return await _end(records, one, "undone", owner_id=owner_id, by="")


async def strike(
    records: Records, interaction_id: str, *, owner_id: str, by: str
) -> tuple[StoredFeedback, Interaction]:
    """Let what was said of an answer count no more, at a reviewer's word; with its question.

    Raises:
        NotFound: nobody has said anything of such an answer of theirs.
    """
    found = next(iter(await records.entities.present([(INTERACTION, interaction_id)])), None)
    if found is None or found.entity is None or found.owner_id != owner_id:
        raise NotFound("feedback_not_found", interaction_id=interaction_id[:80])
    one = interaction_in(found.entity)
    return await _end(records, one, "struck", owner_id=owner_id, by=by), one


async def feedback(entities: EntityRecords, *, owner_id: str) -> AsyncIterator[tuple[StoredFeedback, Interaction]]:
    """What an owner said of answers, each with its question, oldest question first."""
    after = ""
    while True:
        page = await entities.listed(owner_id, FEEDBACK, after=after, limit=_PAGE)
        found = [given_in(item.entity) for item in page.items if item.entity is not None]
        asked = await entities.present([(INTERACTION, one.interaction_id) for one in found])
        by_id = {one.entity_id: interaction_in(one.entity) for one in asked if one.entity is not None}
        for one in found:
            if one.interaction_id in by_id:
                yield one, by_id[one.interaction_id]
        if page.next is None:
            return
        after = page.next


def votes_of(one: Interaction, given: StoredFeedback) -> dict[str, float]:
    """What somebody says of passages: of the source that was right, else of those that the answer was made of."""
    if given.right_source is not None:
        order = [passage for passage, _ in one.ranking]
        above = order[: order.index(given.right_source)] if given.right_source in order else []
        shown = set(one.passages)
        return {**{passage: _NOT_RIGHT for passage in above if passage in shown}, given.right_source: 1.0}
    value = _value(given)
    if value is None or not value:
        return {}
    return dict.fromkeys(one.cited or one.passages[:1], value)


def says_right(given: StoredFeedback, one: Interaction) -> bool | None:
    """Whether feedback says that an answer was right; None where it does not tell, or counts no more."""
    if given.state != "given" or not one.cited:
        return None
    if given.corrected_answer is not None:
        return False
    if given.right_source is not None:
        return given.right_source in one.cited
    value = _value(given)
    return None if not value else value > 0


def given_in(entity: Entity) -> StoredFeedback:
    """The feedback of an entity."""
    return entity.as_model(StoredFeedback)


_SAID = {"helpful", "rating", "right_source", "corrected_answer"}


def _value(given: StoredFeedback) -> float | None:
    """What thumbs or stars are worth, -1 to 1; stars say more."""
    if given.rating is not None:
        return (given.rating - 3) / 2
    return None if given.helpful is None else (1.0 if given.helpful else -1.0)


def _passage_of(one: Interaction, named: str) -> str:
    if named.isdigit() and 1 <= int(named) <= len(one.passages):
        return one.passages[int(named) - 1]
    known = {*one.passages, *(passage for passage, _ in one.ranking)}
    if named in known:
        return named
    raise Invalid("right_source_not_found", value=named[:80], count=len(one.passages))


async def _owners(entities: EntityRecords, one: Interaction) -> dict[str, str]:
    """Whose the passages of a question are, of those that are there now."""
    keys = dict.fromkeys([*one.passages, *(passage for passage, _ in one.ranking)])
    found = await entities.present([(PASSAGE, passage) for passage in keys])
    return {passage.entity_id: passage.owner_id for passage in found if passage.entity is not None}


async def _readable(records: KnowledgeRecords, one: Interaction, *, user_id: str) -> dict[str, str]:
    """The same, of those alone that an asker may still read: whose share was withdrawn has no vote."""
    keys = dict.fromkeys([*one.passages, *(passage for passage, _ in one.ranking)])
    found = await records.entities.present([(PASSAGE, passage) for passage in keys])
    allowed = {each.owner_id: each.collections for each in await readable(records, (), user_id=user_id)}
    return {
        its.entity_id: its.owner_id
        for its in found
        if its.owner_id in allowed
        and (passage := passage_in(its)) is not None
        and (not allowed[its.owner_id] or passage.collection in allowed[its.owner_id])
    }


def _notes(votes: Mapping[str, float], there: Mapping[str, str]) -> list[Message]:
    if not votes or any(passage in there for passage in votes):
        return []
    return [say("feedback_changes_no_ranking")]


async def _remember(
    entities: EntityRecords, one: Interaction, given: StoredFeedback, there: Mapping[str, str], *, owner_id: str
) -> None:
    voter = voter_of(owner_id)
    votes = {
        passage: Vote(interaction_id=one.interaction_id, voter=voter, asked=one.asked, value=value, at=given.at)
        for passage, value in given.votes.items()
        if given.state == "given"
    }
    await cast_votes(entities, one.interaction_id, votes, among=list(there.items()))


async def _given(entities: EntityRecords, interaction_id: str) -> Versioned | None:
    return next(iter(await entities.present([(FEEDBACK, interaction_id)])), None)


async def _keep(
    entities: EntityRecords, given: StoredFeedback, one: Interaction, *, owner_id: str, version: int
) -> bool:
    data = {"schema_version": 1, **given.model_dump(mode="json")}
    entity = Entity(
        FEEDBACK,
        given.interaction_id,
        owner_id,
        title=one.query[:200],
        text="",
        language=one.language,
        data=data,
        stores=(),
        state=given.state,
    )
    return await entities.replace(entity, version=version)


async def _end(records: Records, one: Interaction, state: State, *, owner_id: str, by: str) -> StoredFeedback:
    for _ in range(_TRIES):
        found = await _given(records.entities, one.interaction_id)
        before = None if found is None or found.entity is None else given_in(found.entity)
        if found is None or before is None:
            raise NotFound("feedback_not_found", way_out="give_feedback", interaction_id=one.interaction_id)
        if before.state == "struck" and state == "undone":
            raise Conflict("feedback_struck_out")
        ended = before.model_copy(update={"state": state, "struck_by": by})
        await _remember(records.entities, one, ended, await _owners(records.entities, one), owner_id=owner_id)
        if await _keep(records.entities, ended, one, owner_id=owner_id, version=found.version):
            await _reward(records, one, ended, owner_id=owner_id, weights={})
            return ended
    raise Conflict("feedback_being_changed")


async def _reward(
    records: Records, one: Interaction, given: StoredFeedback, *, owner_id: str, weights: Mapping[str, float]
) -> None:
    """Reward the decisions that led to an answer; what was taken back weighs nothing."""
    value = _value(given)
    told: list[Reward] = []
    if value is not None:
        told.append(Reward(kind="rating", value=(value + 1) / 2, weight=weights.get("rating", 0.0), source=owner_id))
    elif given.right_source is not None:
        first = bool(one.passages) and given.right_source == one.passages[0]
        told.append(Reward(kind="rating", value=float(first), weight=weights.get("rating", 0.0), source=owner_id))
    if given.corrected_answer is not None:
        kept = SequenceMatcher(None, one.answer, given.corrected_answer, autojunk=False).ratio()
        told.append(Reward(kind="edited", value=kept, weight=weights.get("edited", 0.0), source=owner_id))
    made = await records.decisions.of_run(one.interaction_id)
    for reward in told:
        await reward_made(records, made, reward, owner_id=owner_id)
