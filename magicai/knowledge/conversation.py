"""Follow-up questions: what somebody asks in a conversation is searched for together with what they asked before."""

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from magicai.errors import NotFound
from magicai.knowledge.prompts import REWRITE, prompt
from magicai.knowledge.untrusted import cleaned, new_mark
from magicai.ports import EntityRecords, Message, TextModel, Usage
from magicai.stores.entity import Entity
from magicai.values.frozen import Frozen

CONVERSATION = "conversation"
# Turns that are kept, and of them those whose questions are searched for along with a new one.
_MOST_TURNS, _JOINED = 4, 2
_LONGEST_ANSWER = 600
# What is longer is a letter: its questions are searched for by themselves too, the last of them.
_LETTER, _MOST_ASKED = 300, 3
_ASKED = re.compile(r"[^.!?。！？\n]{8,}[?？]")
_MAX_TOKENS = 300


class Turn(Frozen):
    """A question of a conversation with its answer; "" where there was none."""

    question: str
    answer: str = ""


class Question(Frozen):
    """A question as it is searched for.

    Attributes:
        text: understandable by itself.
        paraphrases: other words for it.
        turns: what was asked before it, oldest first.
    """

    text: str
    paraphrases: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is searched for."""
        return tuple(dict.fromkeys((self.text, *self.paraphrases)))


class Rewritten(Frozen):
    """A question as a model understands it."""

    standalone: Annotated[str, Field(min_length=1, max_length=2_000)]
    paraphrases: Annotated[tuple[str, ...], Field(max_length=2)] = ()


def joined(query: str, turns: Sequence[Turn]) -> Question:
    """A question with those before it in front: how it is understood without a model."""
    before = [turn.question for turn in turns[-_JOINED:]]
    asked = _ASKED.findall(query)[-_MOST_ASKED:] if len(query) > _LETTER else ()
    return Question(text=" ".join((*before, query)), paraphrases=tuple(asked), turns=tuple(turns))


async def rewritten(query: str, turns: Sequence[Turn], model: TextModel) -> tuple[Question, Usage]:
    """A question as a model makes it standalone, with other words for it.

    Raises:
        Temporary: the model gave no such thing.
    """
    said = [
        line
        for turn in turns
        for line in (f"Question: {cleaned(turn.question)}", f"Answer: {cleaned(turn.answer)[:_LONGEST_ANSWER]}")
    ]
    body = "\n".join([*said, f"Latest question: {cleaned(query)}"])
    mark = new_mark(body)
    messages = [
        Message("system", prompt(REWRITE).format(mark=mark)),
        Message("user", f"{mark}\n{body}\n{mark}"),
    ]
    found, usage = await model.typed(messages, Rewritten, max_tokens=_MAX_TOKENS, exchanges=1)
    if not turns:  # It stands alone already; what the model makes of it is only searched for.
        return Question(text=query, paraphrases=(found.standalone, *found.paraphrases)), usage
    return Question(text=found.standalone, paraphrases=found.paraphrases, turns=tuple(turns)), usage


async def turns_of(entities: EntityRecords, conversation_id: str | None, *, owner_id: str) -> tuple[Turn, ...]:
    """What an owner asked before in a conversation, oldest first."""
    if not conversation_id:
        return ()
    try:
        found = await entities.get(CONVERSATION, _id(conversation_id, owner_id), owner_id=owner_id)
    except NotFound:
        return ()
    turns = found.entity.data.get("turns", ()) if found.entity is not None else ()
    return tuple(Turn.model_validate(turn) for turn in turns)


async def add_turn(
    entities: EntityRecords, question: Question, turn: Turn, conversation_id: str | None, *, owner_id: str
) -> None:
    """Keep the latest turns of a conversation."""
    if conversation_id:
        turns = [*question.turns, turn][-_MOST_TURNS:]
        data = {"schema_version": 2, "turns": [one.model_dump(mode="json") for one in turns]}
        entity_id = _id(conversation_id, owner_id)
        await entities.save([Entity(CONVERSATION, entity_id, owner_id, title="", text="", data=data, stores=())])


def _id(conversation_id: str, owner_id: str) -> str:
    """The row of a conversation: whoever guesses another's id finds a conversation of their own."""
    return hashlib.sha256(f"{owner_id}\x1f{conversation_id}".encode()).hexdigest()[:32]
