"""Documents that questions are answered from, and who may use them."""

from typing import Annotated

from pydantic import Field

from magicai.accounts.identity import NAME_PATTERN, WorkspaceRole
from magicai.errors import NotFound
from magicai.knowledge import reading
from magicai.knowledge.collections import NAME, REFERENCE, MemberShown, accept, leave, share, unshare
from magicai.knowledge.entries import write_entry
from magicai.knowledge.interactions import disputed, gaps
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cursor_at, place_of, sliced
from magicai.shapes.subjects.knowledge import (
    DisputedList,
    DocumentList,
    DocumentShown,
    EntryWritten,
    GapList,
    KnowledgeShown,
    MemberGiven,
    NewEntry,
    PassageList,
    PassageShown,
)
from magicai.stores.status import store_status

TAG = "knowledge"
DocumentId = Annotated[str, Field(max_length=80, description="A document_id from `GET /api/knowledge/documents`.")]
Collection = Annotated[str, Field(pattern=f"^{NAME}$", description="A collection of yours.")]
Shared = Annotated[str, Field(pattern=f"^{NAME}$", description="A collection of that owner.")]
OwnerName = Annotated[str, Field(pattern=NAME_PATTERN, description="A user's name or id, or a workspace's id.")]
UserName = Annotated[str, Field(pattern=NAME_PATTERN, description="A user's name.")]
_SHOWN_BY = ("search", "vectors")
# Passages before the one that is asked for, on its page.
_BEFORE = 3


@operation("GET", "/api/knowledge")
async def show_knowledge(context: Context) -> KnowledgeShown:
    """The collections that you may read, and how far the stores are that search them."""
    status = await reading.status_of(context.ports.knowledge, user_id=context.owner_id)
    behind = {one.store: one.behind for one in await store_status(context.records) if one.store in _SHOWN_BY}
    return KnowledgeShown(**dict(status), behind=behind)


@operation("GET", "/api/knowledge/documents", problems=(404,))
async def list_documents(
    context: Context,
    *,
    collection: Annotated[
        str, Field(pattern=f"{REFERENCE}|^$", description="Only of this collection; OWNER/NAME of a shared one.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> DocumentList:
    """The documents that you may read. To add some: upload files, then `POST /api/workflows/add-documents`."""
    wanted = [collection] if collection else []
    found, next_cursor = await reading.listed(
        context.ports.knowledge, wanted, user_id=context.owner_id, limit=limit, cursor=cursor
    )
    return DocumentList(items=[DocumentShown.of(one) for one in found], next_cursor=next_cursor)


@operation("GET", "/api/knowledge/documents/{document_id}", problems=(404,))
async def show_knowledge_document(context: Context, document_id: DocumentId) -> DocumentShown:
    """A document."""
    return DocumentShown.of(await reading.document_for(context.ports.knowledge, document_id, user_id=context.owner_id))


@operation(
    "DELETE", "/api/knowledge/documents/{document_id}", status=204, problems=(404,), audited="data.document_deleted"
)
async def remove_document(context: Context, document_id: DocumentId) -> None:
    """Remove a document with its passages, from every store."""
    shown = await show_knowledge_document(context, document_id)
    context.noted.params["title"] = shown.title
    await reading.remove(context.ports.knowledge, document_id, user_id=context.owner_id)


@operation("GET", "/api/knowledge/documents/{document_id}/passages", problems=(404,))
async def list_passages(
    context: Context,
    document_id: DocumentId,
    *,
    passage: Annotated[
        str, Field(max_length=120, description="Begin shortly before this passage, as an answer cites it.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> PassageList:
    """The text of a document, passage by passage, in order."""
    records = context.ports.knowledge
    document = (await reading.document_for(records, document_id, user_id=context.owner_id)).document
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


@operation("GET", "/api/knowledge/gaps")
async def list_gaps(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> GapList:
    """Your questions that had no answer, grouped, the most frequent first."""
    items, next_cursor = sliced(await gaps(context.records.entities, owner_id=context.owner_id), limit, cursor)
    return GapList(items=items, next_cursor=next_cursor)


@operation("GET", "/api/knowledge/disagreements")
async def list_disagreements(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> DisputedList:
    """Your questions whose sources disagree, grouped, the most frequent first, with the latest answer."""
    items, next_cursor = sliced(await disputed(context.records.entities, owner_id=context.owner_id), limit, cursor)
    return DisputedList(items=items, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/knowledge/entries",
    example={"question": "Do you repair lids?", "answer": "Yes, for 12 EUR."},
    most_bytes=80_000,
)
async def add_entry(context: Context, given: NewEntry) -> EntryWritten:
    """Add a question with its answer to a collection of yours. The same question again replaces its answer.

    Questions like it, and like `gap`, are a gap no more.
    """
    added, closed = await write_entry(
        context.records.entities,
        given.question,
        given.answer,
        owner_id=context.owner_id,
        collection=given.collection,
        gap=given.gap,
    )
    return EntryWritten(document_id=added.document_id, title=added.title, state=added.state, closed=closed)


@operation(
    "PUT",
    "/api/knowledge/collections/{collection}/members/{user}",
    member=WorkspaceRole.ADMIN,
    problems=(404,),
    example={"role": "reader"},
    audited="collection.shared",
)
async def share_collection(context: Context, collection: Collection, user: UserName, given: MemberGiven) -> MemberShown:
    """Invite a user to ask of a collection of yours (`reader`), or to add and remove documents as well (`editor`).

    A member gets the role at once. Requires an admin of the workspace.
    """
    accepted = await share(context.ports.knowledge, collection, user, given.role, owner_id=context.owner_id)
    return MemberShown(name=user, role=given.role, accepted=accepted)


@operation(
    "DELETE",
    "/api/knowledge/collections/{collection}/members/{user}",
    member=WorkspaceRole.ADMIN,
    status=204,
    problems=(404,),
    audited="collection.unshared",
)
async def unshare_collection(context: Context, collection: Collection, user: UserName) -> None:
    """Let a user use a collection of yours no more, or withdraw their invitation."""
    await unshare(context.ports.knowledge, collection, user, owner_id=context.owner_id)


@operation("PUT", "/api/knowledge/memberships/{owner}/{collection}", status=204, problems=(404,))
async def accept_invitation(context: Context, owner: OwnerName, collection: Shared) -> None:
    """Accept an invitation to a collection of another user, or of a workspace, which its id names."""
    await accept(context.ports.knowledge, f"{owner}/{collection}", user_id=context.owner_id)


@operation("DELETE", "/api/knowledge/memberships/{owner}/{collection}", status=204, problems=(404,))
async def leave_collection(context: Context, owner: OwnerName, collection: Shared) -> None:
    """Decline an invitation to a collection, or leave one that another user shares."""
    await leave(context.ports.knowledge, f"{owner}/{collection}", user_id=context.owner_id)
