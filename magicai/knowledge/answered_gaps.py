"""A gap that somebody closes: the missing entry becomes a document, and its questions are no gap any more."""

import hashlib

from magicai.errors import Invalid
from magicai.knowledge.adding import Added, add_document
from magicai.knowledge.document import DEFAULT_COLLECTION
from magicai.knowledge.interactions import close_gap
from magicai.knowledge.parsed import Block, Parsed
from magicai.ports import EntityRecords

_LONGEST_QUESTION, _LONGEST = 500, 10_000


class _Entry:
    """Reads an entry as it was written: there is no file to be parsed."""

    def __init__(self, question: str, answer: str) -> None:
        self._parsed = Parsed(kind="faq", title=question, blocks=(Block(text=answer, title=question, whole=True),))

    async def parse(self, name: str, body: bytes) -> Parsed:
        del name, body
        return self._parsed


async def write_entry(
    entities: EntityRecords, question: str, answer: str, *, owner_id: str, collection: str = DEFAULT_COLLECTION
) -> tuple[Added, int]:
    """Add a question with its answer to the knowledge base; answers it, and how often its gap had been asked.

    The same question again replaces its answer.

    Raises:
        Invalid: one of them is empty or too long.
    """
    question, answer = " ".join(question.split()), answer.strip()
    if not any(map(str.isalnum, question)) or not any(map(str.isalnum, answer)):
        raise Invalid("An entry needs a question and an answer.", way_out="Write both.")
    for name, text, longest in (("question", question, _LONGEST_QUESTION), ("answer", answer, _LONGEST)):
        if len(text) > longest:
            raise Invalid(f"The {name} has {len(text):,} characters.", way_out=f"At most {longest:,} fit.")
    source = f"entries/{hashlib.sha256(question.casefold().encode()).hexdigest()[:16]}"
    body = f"{question}\x1f{answer}".encode(errors="replace")
    added = await add_document(
        entities, _Entry(question, answer), owner_id=owner_id, collection=collection, source=source, body=body
    )
    return added, await close_gap(entities, question, owner_id=owner_id)
