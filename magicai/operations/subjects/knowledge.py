"""Documents that questions are answered from, and who may use them."""

from typing import Annotated

from fastapi import Depends, Path, Query

from magicai.accounts.identity import NAME_PATTERN
from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.errors import NotFound
from magicai.knowledge import reading
from magicai.knowledge.collections import NAME, REFERENCE, accept, leave, share, unshare
from magicai.knowledge.interactions import disputed, gaps
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cursor_at, place_of, sliced
from magicai.shapes.subjects.knowledge import (
    DisputedList,
    DocumentList,
    DocumentShown,
    GapList,
    KnowledgeShown,
    MemberGiven,
    PassageList,
    PassageShown,
)
from magicai.stores.status import store_status

router = router_of("knowledge")
BODIES = (MemberGiven,)
Document = Annotated[str, Path(max_length=80, description="A document_id from `GET /api/knowledge/documents`.")]
Collection = Annotated[str, Path(pattern=f"^{NAME}$", description="A collection of yours.")]
Shared = Annotated[str, Path(pattern=f"^{NAME}$", description="A collection of that user.")]
User = Annotated[str, Path(pattern=NAME_PATTERN, description="A user's name.")]
_SHOWN_BY = ("search", "vectors")
# Passages before the one that is asked for, on its page.
_BEFORE = 3


@router.get("/api/knowledge", responses=problems())
async def show_knowledge(gateway: At, caller: Reader) -> KnowledgeShown:
    """The collections that you may read, and how far the stores are that search them."""
    status = await reading.status_of(gateway.ports.knowledge, user_id=caller.owner_id)
    behind = {one.store: one.behind for one in await store_status(gateway.records) if one.store in _SHOWN_BY}
    return KnowledgeShown(**dict(status), behind=behind)


@router.get("/api/knowledge/documents", responses=problems(404))
async def list_documents(
    gateway: At,
    caller: Reader,
    *,
    collection: Annotated[
        str, Query(pattern=f"{REFERENCE}|^$", description="Only of this collection; OWNER/NAME of a shared one.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> DocumentList:
    """The documents that you may read. To add some: upload files, then `POST /api/workflows/add-documents`."""
    wanted = [collection] if collection else []
    found, next_cursor = await reading.listed(
        gateway.ports.knowledge, wanted, user_id=caller.owner_id, limit=limit, cursor=cursor
    )
    return DocumentList(items=[DocumentShown.of(one) for one in found], next_cursor=next_cursor)


@router.get("/api/knowledge/documents/{document_id}", responses=problems(404))
async def show_knowledge_document(gateway: At, caller: Reader, document_id: Document) -> DocumentShown:
    """A document."""
    return DocumentShown.of(await reading.document_for(gateway.ports.knowledge, document_id, user_id=caller.owner_id))


@router.delete("/api/knowledge/documents/{document_id}", status_code=204, responses=problems(404))
async def remove_document(gateway: At, caller: Starter, document_id: Document) -> None:
    """Remove a document with its passages, from every store."""
    await reading.remove(gateway.ports.knowledge, document_id, user_id=caller.owner_id)


@router.get("/api/knowledge/documents/{document_id}/passages", responses=problems(404))
async def list_passages(
    gateway: At,
    caller: Reader,
    document_id: Document,
    *,
    passage: Annotated[
        str, Query(max_length=120, description="Begin shortly before this passage, as an answer cites it.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> PassageList:
    """The text of a document, passage by passage, in order."""
    records = gateway.ports.knowledge
    document = (await reading.document_for(records, document_id, user_id=caller.owner_id)).document
    (begin,) = place_of(cursor, int) or (0,)
    if passage and not cursor:
        if passage not in document.passages:
            raise NotFound("passage_not_found", passage=passage)
        begin = max(0, document.passages.index(passage) - _BEFORE)
    found = await reading.passages_of(records, document, begin=begin, limit=limit)
    return PassageList(
        items=[PassageShown.of(number, one) for number, one in found],
        next_cursor=cursor_at(begin + limit) if begin + limit < len(document.passages) else None,
        previous_cursor=cursor_at(max(0, begin - limit)) if begin else None,
    )


@router.get("/api/knowledge/gaps", responses=problems())
async def list_gaps(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> GapList:
    """Your questions that had no answer, grouped, the most frequent first."""
    items, next_cursor = sliced(await gaps(gateway.records.entities, owner_id=caller.owner_id), limit, cursor)
    return GapList(items=items, next_cursor=next_cursor)


@router.get("/api/knowledge/disagreements", responses=problems())
async def list_disagreements(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> DisputedList:
    """Your questions whose sources disagree, grouped, the most frequent first, with the latest answer."""
    items, next_cursor = sliced(await disputed(gateway.records.entities, owner_id=caller.owner_id), limit, cursor)
    return DisputedList(items=items, next_cursor=next_cursor)


@router.put(
    "/api/knowledge/collections/{collection}/members/{user}",
    status_code=204,
    responses=problems(404, body=True),
    openapi_extra=described(MemberGiven, {"role": "reader"}),
)
async def share_collection(
    gateway: At,
    caller: Starter,
    collection: Collection,
    user: User,
    given: Annotated[MemberGiven, Depends(body_of(MemberGiven))],
) -> None:
    """Invite a user to ask of a collection of yours (`reader`), or to add and remove documents as well (`editor`).

    A member gets the role at once.
    """
    await share(gateway.ports.knowledge, collection, user, given.role, owner_id=caller.owner_id)


@router.delete("/api/knowledge/collections/{collection}/members/{user}", status_code=204, responses=problems(404))
async def unshare_collection(gateway: At, caller: Starter, collection: Collection, user: User) -> None:
    """Let a user use a collection of yours no more, or withdraw their invitation."""
    await unshare(gateway.ports.knowledge, collection, user, owner_id=caller.owner_id)


@router.put("/api/knowledge/memberships/{owner}/{collection}", status_code=204, responses=problems(404))
async def accept_invitation(gateway: At, caller: Starter, owner: User, collection: Shared) -> None:
    """Accept an invitation to a collection of another user."""
    await accept(gateway.ports.knowledge, f"{owner}/{collection}", user_id=caller.owner_id)


@router.delete("/api/knowledge/memberships/{owner}/{collection}", status_code=204, responses=problems(404))
async def leave_collection(gateway: At, caller: Starter, owner: User, collection: Shared) -> None:
    """Decline an invitation to a collection, or leave one that another user shares."""
    await leave(gateway.ports.knowledge, f"{owner}/{collection}", user_id=caller.owner_id)
