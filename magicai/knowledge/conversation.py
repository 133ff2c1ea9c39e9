"""Follow-up questions: what somebody asks in a conversation is read together with what they asked before."""

import hashlib
import re

from pydantic import BaseModel, ConfigDict

from magicai.claims.reading import HAN
from magicai.errors import NotFound
from magicai.knowledge.terms import terms_of
from magicai.ports import EntityRecords
from magicai.stores.entity import Entity

CONVERSATION = "conversation"
# Words that stand for something that was named before, or that carry a question on.
_REFERS = re.compile(
    r"^(?:and|but|so|also|what about|how about)\b"
    r"|\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her|one)\b"
    r"|^(?:那么?|还有|另外|而)|[它他她]们?|[这那](?:个|些|种|款|样)|呢[?？]?$",
    re.IGNORECASE,
)
# A question of fewer terms names too little to be found by itself.
_FEWEST, _FEWEST_CHINESE = 2, 3


class Question(BaseModel):
    """A question as it is searched for.

    Attributes:
        text: what was asked, with what it refers to.
        root: the last question that could be understood by itself.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    root: str


def understood(query: str, root: str) -> Question:
    """A question after another one that could be understood by itself; "" where there was none."""
    fewest = _FEWEST_CHINESE if HAN.search(query) else _FEWEST
    if not root or (not _REFERS.search(query.strip()) and len(set(terms_of(query))) >= fewest):
        return Question(text=query, root=query)
    return Question(text=f"{root} {query}", root=root)


async def in_conversation(
    entities: EntityRecords, query: str, conversation_id: str | None, *, owner_id: str
) -> Question:
    """A question, read with an owner's earlier ones of the same conversation."""
    return understood(query, await _root(entities, conversation_id, owner_id) if conversation_id else "")


async def carry_on(entities: EntityRecords, question: Question, conversation_id: str | None, *, owner_id: str) -> None:
    """Keep what a conversation is about."""
    if conversation_id:
        data = {"schema_version": 1, "root": question.root}
        entity_id = _id(conversation_id, owner_id)
        await entities.save([Entity(CONVERSATION, entity_id, owner_id, title="", text="", data=data, stores=())])


async def _root(entities: EntityRecords, conversation_id: str, owner_id: str) -> str:
    try:
        found = await entities.get(CONVERSATION, _id(conversation_id, owner_id), owner_id=owner_id)
    except NotFound:
        return ""
    return "" if found.entity is None else str(found.entity.data["root"])


def _id(conversation_id: str, owner_id: str) -> str:
    """The row of a conversation: whoever guesses another's id finds a conversation of their own."""
    return hashlib.sha256(f"{owner_id}\x1f{conversation_id}".encode()).hexdigest()[:32]
