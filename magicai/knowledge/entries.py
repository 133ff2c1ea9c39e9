"""Questions with answers that people write: a gap that somebody closes, an answer that somebody corrects."""

import hashlib

from magicai.errors import Invalid, NotFound
from magicai.knowledge.adding import Added, add_document, remove_document
from magicai.knowledge.document import DEFAULT_COLLECTION, document_id_of
from magicai.knowledge.interactions import close_gap
from magicai.knowledge.parsed import Block, Parsed
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
    entities: EntityRecords, question: str, answer: str, *, owner_id: str, collection: str = DEFAULT_COLLECTION
) -> tuple[Added, int]:
    """Add a question with its answer to the knowledge base; answers it, and how often its gap had been asked.

    The same question again replaces its answer.

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
    return added, await close_gap(entities, question, owner_id=owner_id)


async def write_correction(entities: EntityRecords, question: str, answer: str, *, owner_id: str) -> None:
    """Keep the right answer to a question as a document, which later answers cite as a correction."""
    question, answer = _checked(question[:_LONGEST_QUESTION], answer)
    await add_document(
        entities,
        _Entry("更正后的回答" if language_of(question) == "zh" else "Corrected answer", question, answer),
        owner_id=owner_id,
        collection=DEFAULT_COLLECTION,
        source=_correction(question),
        body=_body(question, answer),
    )


async def remove_correction(entities: EntityRecords, question: str, *, owner_id: str) -> None:
    """Take back a correction; there may be none."""
    source = _correction(" ".join(question.split())[:_LONGEST_QUESTION])
    try:
        await remove_document(entities, document_id_of(owner_id, DEFAULT_COLLECTION, source), owner_id=owner_id)
    except NotFound:
        return


def _checked(question: str, answer: str) -> tuple[str, str]:
    question, answer = " ".join(question.split()), answer.strip()
    if not any(map(str.isalnum, question)) or not any(map(str.isalnum, answer)):
        raise Invalid("An entry needs a question and an answer.", way_out="Write both.")
    for name, text, longest in (("question", question, _LONGEST_QUESTION), ("answer", answer, _LONGEST)):
        if len(text) > longest:
            raise Invalid(f"The {name} has {len(text):,} characters.", way_out=f"At most {longest:,} fit.")
    return question, answer


def _correction(question: str) -> str:
    return f"corrections/{_print(question)}"


def _print(question: str) -> str:
    return hashlib.sha256(question.casefold().encode(errors="replace")).hexdigest()[:16]


def _body(question: str, answer: str) -> bytes:
    return f"{question}\x1f{answer}".encode(errors="replace")
