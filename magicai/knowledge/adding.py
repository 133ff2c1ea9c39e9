"""Documents come in and go: each is a few rows at once, so that what was cut is whole or not there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.errors import NotFound, Temporary
from magicai.knowledge.document import (
    DOCUMENT,
    MOST_VERSIONS,
    PASSAGE,
    READER,
    Document,
    Passage,
    document_entity,
    document_id_of,
    document_in,
    passage_entity,
    passage_ids,
)
from magicai.knowledge.memory import VOTES
from magicai.knowledge.parsed import Parsed
from magicai.knowledge.passages import cut
from magicai.knowledge.ports import DocumentParser
from magicai.ports import EntityRecords
from magicai.values.languages import language_of
from magicai.values.times import now_us

_PAGE = 200
_AT_A_TIME = 500


State = Literal["added", "changed", "unchanged", "removed", "kept"]


class Added(BaseModel):
    """What became of a document.

    Attributes:
        state: `removed` where its page is gone; `kept` where that could not be found out, so that it stays as it is.
        new, removed: how many of its passages were not there before, and are no more.
    """

    model_config = ConfigDict(frozen=True)

    document_id: str
    source: str
    title: str
    kind: str
    language: str
    state: State
    passages: int
    new: int = 0
    removed: int = 0


async def add_document(
    entities: EntityRecords,
    parser: DocumentParser,
    *,
    owner_id: str,
    collection: str,
    source: str,
    body: bytes,
    name: str = "",
) -> Added:
    """Read a document and keep its passages; one that is there already is changed where it differs.

    Args:
        name: of the file, whose suffix says what the body is; the source's if left out.

    Raises:
        Invalid: it can't be read; what was there stays.
        Temporary: somebody else changes it at this moment.
    """
    name = name or PurePosixPath(source).name
    digest = hashlib.sha256(body).hexdigest()
    document_id = document_id_of(owner_id, collection, source)
    before, version = await _present(entities, document_id, owner_id)
    if before is not None and (before.digest, before.reader) == (digest, READER):
        return told(before, "unchanged")
    parsed = await parser.parse(name, body)
    stem = PurePosixPath(name).stem
    document, passages = await asyncio.to_thread(
        _made,
        parsed,
        Document(
            document_id=document_id,
            owner_id=owner_id,
            collection=collection,
            source=source,
            title=parsed.title or stem,
            kind=parsed.kind,
            language="",
            digest=digest,
            size=len(body),
            reader=READER,
            added_at=now_us(),
            passages=(),
            files=tuple(dict.fromkeys([*(before.files if before else ()), digest]))[-MOST_VERSIONS:],
        ),
    )
    # What was never whole was cut while it was added, and is not changed by being added again.
    was_whole = before is not None and bool(before.digest or before.leaving or set(before.files) - {digest})
    old = (*before.passages, *before.leaving) if before else ()
    kept = set(document.passages)
    leaving = tuple(one for one in old if one not in kept)
    # The document first, with all that is to come and to go, and without its digest: whoever is cut in the midst is
    # mended by adding or removing it again. Of two who change it at once, the later one mends what the other left.
    begun = document.model_copy(update={"digest": "", "leaving": leaving})
    await _replace(entities, begun, version)
    for start in range(0, len(passages), _AT_A_TIME):
        await entities.save([passage_entity(passage, owner_id) for passage in passages[start : start + _AT_A_TIME]])
    await _delete(entities, leaving)
    await _replace(entities, document, version + 1)
    return told(
        document,
        "changed" if was_whole else "added",
        new=len(kept - set(before.passages if before else ())),
        removed=len(leaving),
    )


async def documents(
    entities: EntityRecords, *, owner_id: str, collections: Sequence[str] = ()
) -> AsyncIterator[Document]:
    """An owner's documents, of all collections where none is named."""
    after = ""
    while True:
        page = await entities.listed(owner_id, DOCUMENT, after=after, limit=_PAGE)
        for item in page.items:
            if item.entity is not None:
                document = document_in(item.entity)
                if not collections or document.collection in collections:
                    yield document
        if page.next is None:
            return
        after = page.next


async def remove_document(entities: EntityRecords, document_id: str, *, owner_id: str) -> Document:
    """Delete a document with its passages, from every store.

    Raises:
        NotFound: there is none of this owner's.
    """
    document, version = await _present(entities, document_id, owner_id)
    if document is None:
        raise NotFound("document_not_found", document_id=document_id)
    # Without its digest first, and gone last: what was cut in the midst can be done again, or added again.
    await _replace(entities, document.model_copy(update={"digest": ""}), version)
    await _delete(entities, (*document.passages, *document.leaving))
    await entities.delete(DOCUMENT, [document_id])
    return document


def _made(parsed: Parsed, document: Document) -> tuple[Document, list[Passage]]:
    """A document with its passages."""
    pieces = cut(parsed, title=document.title)
    ids = passage_ids(document.document_id, pieces)
    whole = language_of(" ".join(block.text for block in parsed.blocks[:200]))
    passages = [
        Passage(
            passage_id=passage_id,
            document_id=document.document_id,
            collection=document.collection,
            document=document.title,
            source=document.source,
            title_path=piece.title_path,
            place=piece.place,
            language=language_of(piece.text) or whole,
            text=piece.text,
        )
        for passage_id, piece in zip(ids, pieces, strict=True)
    ]
    return document.model_copy(update={"language": whole, "passages": tuple(ids)}), passages


async def _present(entities: EntityRecords, document_id: str, owner_id: str) -> tuple[Document | None, int]:
    """An owner's document, and the version that its next one replaces."""
    for found in await entities.present([(DOCUMENT, document_id)]):
        if found.owner_id == owner_id:
            return (None if found.entity is None else document_in(found.entity)), found.version
    return None, 0


async def _replace(entities: EntityRecords, document: Document, version: int) -> None:
    if not await entities.replace(document_entity(document), version=version):
        raise Temporary("document_being_changed", source=document.source)


async def _delete(entities: EntityRecords, passages: Sequence[str]) -> None:
    for start in range(0, len(passages), _AT_A_TIME):
        await entities.delete(PASSAGE, passages[start : start + _AT_A_TIME])
        await entities.delete(VOTES, passages[start : start + _AT_A_TIME])


def told(document: Document, state: State, *, new: int = 0, removed: int = 0) -> Added:
    """What became of a document."""
    return Added(
        document_id=document.document_id,
        source=document.source,
        title=document.title,
        kind=document.kind,
        language=document.language,
        state=state,
        passages=len(document.passages),
        new=new,
        removed=removed,
    )
