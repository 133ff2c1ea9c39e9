"""Documents as their users see them: listed, one with its passages, and removed; within what each may do."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from magicai.errors import NotFound
from magicai.knowledge.adding import documents, remove_document
from magicai.knowledge.collections import (
    CollectionShown,
    Invitation,
    Readable,
    Role,
    check_may_write,
    collections_of,
    invitations,
    owner_reference,
    readable,
    role_in,
)
from magicai.knowledge.document import DOCUMENT, PASSAGE, Document, Passage, document_in, passage_in
from magicai.knowledge.ports import KnowledgeRecords
from magicai.messages import Message, say
from magicai.paging import cursor_at, place_of

_PART = 200


@dataclass(frozen=True, slots=True)
class UserDocument:
    """A document as one user sees it.

    Attributes:
        reference: how requests of this user name its collection.
    """

    document: Document
    reference: str
    role: Role


class CollectionStatus(CollectionShown):
    """A collection with how much it has."""

    model_config = ConfigDict(frozen=True)

    documents: int = 0
    passages: int = 0


class KnowledgeStatus(BaseModel):
    """What a user's questions are answered from.

    Attributes:
        invitations: what others would share, which the user has not accepted.
        incomplete: documents of which a run that was interrupted has kept a part.
    """

    model_config = ConfigDict(frozen=True)

    collections: tuple[CollectionStatus, ...]
    invitations: tuple[Invitation, ...]
    documents: int
    passages: int
    incomplete: int


async def document_for(records: KnowledgeRecords, document_id: str, *, user_id: str) -> UserDocument:
    """A document that a user may read.

    Raises:
        NotFound: there is none such for them.
    """
    for found in await records.entities.present([(DOCUMENT, document_id)]):
        if found.entity is None:
            break
        document = document_in(found.entity)
        role = await role_in(records, document.owner_id, document.collection, user_id=user_id)
        if role is None:
            break
        return UserDocument(document, await _reference(records, document, user_id, {}), role)
    raise NotFound("document_not_found", document_id=document_id[:80])


async def remove(records: KnowledgeRecords, document_id: str, *, user_id: str) -> Document:
    """Remove a document with its passages, from every store, and the files that it was read from.

    These are uploads of the collection's owner, or of this user; what others handed in is theirs.

    Raises:
        NotFound: there is none such for this user.
        Refused: they may only read it.
    """
    seen = await document_for(records, document_id, user_id=user_id)
    check_may_write(seen.reference, seen.role)
    removed = await remove_document(records.entities, document_id, owner_id=seen.document.owner_id)
    for digest in dict.fromkeys([*removed.files, removed.digest]):
        for owner_id in {removed.owner_id, user_id}:
            await records.uploads.remove(digest, owner_id=owner_id)
    return removed


async def listed(
    records: KnowledgeRecords, references: Sequence[str], *, user_id: str, limit: int, cursor: str
) -> tuple[list[UserDocument], str | None]:
    """A page of the documents that a user may read, of these collections or of all, and the cursor of the next one.

    Raises:
        NotFound: a collection is not there for them.
        Invalid: this list has given no such cursor.
    """
    among = await readable(records, references, user_id=user_id)
    place, after = place_of(cursor, int, str) or (0, "")
    roles = {collection.reference: collection for collection in await collections_of(records, (), user_id=user_id)}
    names: dict[str, str] = {}
    found: list[UserDocument] = []
    # One more than asked for says that there is another page.
    async for at, document in _documents(records, among, place, after):
        if len(found) == limit:
            last = found[-1].document
            same = last.owner_id == document.owner_id
            return found, cursor_at(at, last.document_id if same else "")
        reference = await _reference(records, document, user_id, names)
        own = document.owner_id == user_id
        found.append(UserDocument(document, reference, "owner" if own else roles[reference].role))
    return found, None


async def passages_of(
    records: KnowledgeRecords, document: Document, *, begin: int, limit: int
) -> list[tuple[int, Passage]]:
    """Passages of a document with their numbers from 0, from one on; one that is not kept yet is left out."""
    ids = document.passages[begin : begin + limit]
    present = await records.entities.present([(PASSAGE, one) for one in ids])
    found = {one.entity_id: passage for one in present if (passage := passage_in(one)) is not None}
    return [(begin + at, found[one]) for at, one in enumerate(ids) if one in found]


async def status_of(records: KnowledgeRecords, *, user_id: str) -> KnowledgeStatus:
    """How much a user may read."""
    count, passages, incomplete = Counter[tuple[str, str]](), Counter[tuple[str, str]](), 0
    for one in await readable(records, (), user_id=user_id):
        async for document in documents(records.entities, owner_id=one.owner_id, collections=one.collections):
            key = (document.owner_id, document.collection)
            count[key] += 1
            passages[key] += len(document.passages)
            incomplete += not document.digest
    own = [collection for owner_id, collection in count if owner_id == user_id]
    shown = [
        CollectionStatus(
            **one.model_dump(), documents=count[one.owner_id, one.name], passages=passages[one.owner_id, one.name]
        )
        for one in await collections_of(records, own, user_id=user_id)
    ]
    return KnowledgeStatus(
        collections=tuple(shown),
        invitations=tuple(await invitations(records, user_id=user_id)),
        documents=count.total(),
        passages=passages.total(),
        incomplete=incomplete,
    )


async def lacking(records: KnowledgeRecords, references: Sequence[str], *, user_id: str) -> Message | None:
    """Why nothing can be found: there are no documents, or none in a collection; None where there are."""
    there = await status_of(records, user_id=user_id)
    if not references:
        own = sum(collection.documents for collection in there.collections if collection.role == "owner")
        if own:
            return None
        return say("no_own_documents" if there.documents else "no_documents")
    count = {collection.reference: collection.documents for collection in there.collections}
    empty = [reference for reference in references if not count.get(reference)]
    return say("collection_empty", name=empty[0]) if empty else None


async def _documents(
    records: KnowledgeRecords, among: Sequence[Readable], place: int, after: str
) -> AsyncIterator[tuple[int, Document]]:
    for at, one in enumerate(among[place:], place):
        begin: str | None = after if at == place else ""
        while begin is not None:
            page = await records.entities.listed(one.owner_id, DOCUMENT, after=begin, limit=_PART)
            for row in page.items:
                document = document_in(row.entity) if row.entity is not None else None
                if document is not None and (not one.collections or document.collection in one.collections):
                    yield at, document
            begin = page.next


async def _reference(records: KnowledgeRecords, document: Document, user_id: str, names: dict[str, str]) -> str:
    if document.owner_id == user_id:
        return document.collection
    if document.owner_id not in names:
        names[document.owner_id] = await owner_reference(records, document.owner_id)
    return f"{names[document.owner_id]}/{document.collection}"
