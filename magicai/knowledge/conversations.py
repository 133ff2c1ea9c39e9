"""Conversations: what is remembered of them, what they are called, and which there are."""

import hashlib
from collections.abc import Callable, Sequence

from magicai.errors import Conflict, Invalid, NotFound
from magicai.knowledge.conversation import Question, Turn, latest
from magicai.knowledge.interactions import interaction_by_id
from magicai.knowledge.search_and_answer import WORKFLOW
from magicai.ports import EntityRecords, Records
from magicai.runs.run import Run
from magicai.stores.entity import Entity
from magicai.values.frozen import Frozen
from magicai.values.times import Moment, now_us

CONVERSATION = "conversation"
# Questions among which an owner's conversations are found, the latest ones.
_MOST_QUESTIONS = 2_000
_TRIES = 10


class KeptConversation(Frozen):
    """What is kept of a conversation.

    Attributes:
        name: that somebody gave it.
        deleted_at: what was asked until then is no longer part of it.
    """

    name: str = ""
    deleted_at: Moment = 0
    turns: tuple[Turn, ...] = ()


class AskedQuestion(Frozen):
    """A question of a conversation; its answer is the result of its run."""

    run_id: str
    question: str
    asked_at: Moment


class Conversation(Frozen):
    """Questions that belong together, oldest first."""

    conversation_id: str
    name: str
    questions: tuple[AskedQuestion, ...]


async def turns_of(entities: EntityRecords, conversation_id: str | None, *, owner_id: str) -> tuple[Turn, ...]:
    """What an owner asked before in a conversation, oldest first.

    One that is named like the run of a question that was asked outside of any begins with that question.
    """
    if not conversation_id:
        return ()
    kept, _ = await _kept(entities, conversation_id, owner_id=owner_id)
    if kept is not None:
        return kept.turns
    try:
        first = await interaction_by_id(entities, conversation_id, owner_id=owner_id)
    except NotFound:
        return ()
    return latest([Turn(question=first.query, answer=first.answer, run_id=conversation_id)])


async def add_turn(
    entities: EntityRecords, question: Question, turn: Turn, conversation_id: str | None, *, owner_id: str
) -> None:
    """Keep the latest turns of a conversation."""
    if not conversation_id:
        return

    def added(kept: KeptConversation | None) -> KeptConversation:
        kept = kept or KeptConversation(turns=question.turns)
        others = [one for one in kept.turns if not turn.run_id or one.run_id != turn.run_id]  # a second try
        return kept.model_copy(update={"turns": latest([*others, turn])})

    await _change(entities, conversation_id, added, owner_id=owner_id)


async def conversations(records: Records, *, owner_id: str, of: str = "") -> list[Conversation]:
    """An owner's conversations, that with the latest question first; a question asked alone is one, too.

    Args:
        of: only the conversation of this id, or in which the run of this id answered.
    """
    if of:
        runs = await _asked_in(records, of, owner_id=owner_id)
        if not runs and (other := await _id_of(records, of, owner_id=owner_id)) != of:
            of = other
            runs = await _asked_in(records, of, owner_id=owner_id)
    else:
        runs = await records.runs.listed(owner_id=owner_id, workflow=WORKFLOW.name, limit=_MOST_QUESTIONS)
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(_conversation_of(run), []).insert(0, run)
    rows = {_row(one, owner_id): one for one in groups}
    kept = {
        rows[found.entity_id]: found.entity.as_model(KeptConversation)
        for found in await records.entities.present([(CONVERSATION, row) for row in rows])
        if found.entity is not None
    }
    made = [_shown(one, group, kept.get(one, KeptConversation())) for one, group in groups.items()]
    return [one for one in made if one.questions]


async def _asked_in(records: Records, conversation_id: str, *, owner_id: str) -> list[Run]:
    found = await records.runs.summaries(
        owner_id=owner_id, findings={}, workflows=[WORKFLOW.name], words=[conversation_id], limit=_MOST_QUESTIONS
    )
    return [one.run for one in found if _conversation_of(one.run) == conversation_id]


async def rename_conversation(records: Records, of: str, name: str, *, owner_id: str) -> Conversation:
    """Give a conversation a name; none: it is called like its first question again.

    Raises:
        NotFound: there is no such conversation.
    """
    one = await _found(records, of, owner_id=owner_id)

    def renamed(kept: KeptConversation | None) -> KeptConversation:
        return (kept or KeptConversation()).model_copy(update={"name": name.strip()})

    await _change(records.entities, one.conversation_id, renamed, owner_id=owner_id)
    return await _found(records, of, owner_id=owner_id)


async def delete_conversation(records: Records, of: str, *, owner_id: str) -> Conversation:
    """Let a conversation be listed and remembered no more; the runs of its questions stay. Answers what it was.

    Raises:
        NotFound: there is no such conversation.
    """
    one = await _found(records, of, owner_id=owner_id)
    gone = KeptConversation(deleted_at=now_us())
    await _change(records.entities, one.conversation_id, lambda _kept: gone, owner_id=owner_id)
    return one


async def _found(records: Records, of: str, *, owner_id: str) -> Conversation:
    found = await conversations(records, owner_id=owner_id, of=of)
    if not found:
        raise NotFound("conversation_not_found", conversation_id=of[:80])
    return found[0]


async def _id_of(records: Records, given: str, *, owner_id: str) -> str:
    """A conversation's id, from its own or from a part of that of a run that answered in it."""
    try:
        return _conversation_of(await records.runs.get(given, owner_id=owner_id))
    except (NotFound, Invalid):  # not a run's, or not one run's alone
        return given


def _conversation_of(run: Run) -> str:
    return str(run.request.get("conversation_id") or run.run_id)


def _shown(conversation_id: str, runs: Sequence[Run], kept: KeptConversation) -> Conversation:
    questions = tuple(
        AskedQuestion(run_id=run.run_id, question=str(run.request.get("query", "")), asked_at=run.created_at)
        for run in runs
        if run.created_at > kept.deleted_at
    )
    name = kept.name or (questions[0].question if questions else "")
    return Conversation(conversation_id=conversation_id, name=name, questions=questions)


async def _kept(entities: EntityRecords, conversation_id: str, *, owner_id: str) -> tuple[KeptConversation | None, int]:
    """What is kept of a conversation, and its version; 0 where nothing ever was."""
    found = next(iter(await entities.present([(CONVERSATION, _row(conversation_id, owner_id))])), None)
    if found is None:
        return None, 0
    return None if found.entity is None else found.entity.as_model(KeptConversation), found.version


async def _change(
    entities: EntityRecords,
    conversation_id: str,
    change: Callable[[KeptConversation | None], KeptConversation],
    *,
    owner_id: str,
) -> None:
    for _ in range(_TRIES):
        kept, version = await _kept(entities, conversation_id, owner_id=owner_id)
        data = {"schema_version": 3, **change(kept).model_dump(mode="json")}
        row = _row(conversation_id, owner_id)
        if await entities.replace(
            Entity(CONVERSATION, row, owner_id, title="", text="", data=data, stores=()), version=version
        ):
            return
    raise Conflict("conversation_being_changed")


def _row(conversation_id: str, owner_id: str) -> str:
    """The row of a conversation: whoever guesses another's id finds a conversation of their own."""
    return hashlib.sha256(f"{owner_id}\x1f{conversation_id}".encode()).hexdigest()[:32]
