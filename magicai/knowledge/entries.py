"""Questions with answers that people write: a gap that somebody closes, an answer that somebody corrects."""

import hashlib
from collections.abc import Sequence

from magicai.errors import Invalid, NotFound, Refused
from magicai.knowledge.adding import Added, add_document, remove_document
from magicai.knowledge.collections import writable
from magicai.knowledge.document import DEFAULT_COLLECTION, document_id_of
from magicai.knowledge.interactions import Interaction, close_gap
from magicai.knowledge.parsed import Block, Parsed
from magicai.knowledge.ports import KnowledgeRecords
from magicai.messages import Message, say
from magicai.ports import EntityRecords
from magicai.values.languages import language_of

_LONGEST_QUESTION, _LONGEST = 500, 10_000


class _Entry:
    """Reads an entry as it was written: there is no file to be parsed."""

    def __init__(self, title: str, question: str, answer: str) -> None:
        self._parsed = Parsed(kind="faq", title=title, blocks=(Block(text=answer, title=question, whole=True),))

    async def parse(self, name: str, body: bytes) -> Parsed:
        del name, body
        return self._parsed


async def write_entry(
    entities: EntityRecords,
    question: str,
    answer: str,
    *,
    owner_id: str,
    collection: str = DEFAULT_COLLECTION,
    gap: str = "",
) -> tuple[Added, int]:
    """Add a question with its answer to the knowledge base; answers it, and how often its gap had been asked.

    The same question again replaces its answer.

    Args:
        gap: the question without an answer that it was written for, where its own has other words.

    Raises:
        Invalid: one of them is empty or too long.
    """
    question, answer = _checked(question, answer)
    added = await add_document(
        entities,
        _Entry(question, question, answer),
        owner_id=owner_id,
        collection=collection,
        source=f"entries/{_print(question)}",
        body=_body(question, answer),
    )
    return added, await close_gap(entities, question, gap, owner_id=owner_id)


async def collection_of_correction(
    records: KnowledgeRecords, asked: Sequence[str], *, owner_id: str
) -> tuple[str, Message | None]:
    """Where a correction is kept, so that the same question finds it, and what its author should know of that.

    Args:
        asked: the collections of the question.
    """
    for reference in asked:
        try:
            owner, name = await writable(records, reference, user_id=owner_id)
        except (NotFound, Refused):
            continue
        if owner == owner_id:
            return name, None
    return DEFAULT_COLLECTION, say("correction_in_default") if asked else None


async def write_correction(records: KnowledgeRecords, one: Interaction, answer: str, *, owner_id: str) -> None:
    """Keep the right answer to a question as a document, which later answers cite as a correction."""
    question, answer = _checked(one.query[:_LONGEST_QUESTION], answer)
    collection, _ = await collection_of_correction(records, one.collections, owner_id=owner_id)
    await add_document(
        records.entities,
        _Entry("更正后的回答" if language_of(question) == "zh" else "Corrected answer", question, answer),
        owner_id=owner_id,
        collection=collection,
        source=_correction(one),
        body=_body(question, answer),
    )
    await close_gap(records.entities, one.query, owner_id=owner_id)


async def remove_correction(entities: EntityRecords, one: Interaction, *, owner_id: str) -> None:
    """Take back the correction of an answer; there may be none."""
    names = [reference.rpartition("/")[2] for reference in one.collections]
    for name in dict.fromkeys([*names, DEFAULT_COLLECTION]):
        try:
            await remove_document(entities, document_id_of(owner_id, name, _correction(one)), owner_id=owner_id)
        except NotFound:
            continue


def _checked(question: str, answer: str) -> tuple[str, str]:
    question, answer = " ".join(question.split()), answer.strip()
    if not any(map(str.isalnum, question)) or not any(map(str.isalnum, answer)):
        raise Invalid("knowledge_entry_incomplete")
    for name, text, longest in (("question", question, _LONGEST_QUESTION), ("answer", answer, _LONGEST)):
        if len(text) > longest:
            raise Invalid("knowledge_entry_too_long", name=name, count=f"{len(text):,}", limit=f"{longest:,}")
    return question, answer


def _correction(one: Interaction) -> str:
    return f"corrections/{one.interaction_id}"


def _print(question: str) -> str:
    return hashlib.sha256(question.casefold().encode(errors="replace")).hexdigest()[:16]


def _body(question: str, answer: str) -> bytes:
    return f"{question}\x1f{answer}".encode(errors="replace")
