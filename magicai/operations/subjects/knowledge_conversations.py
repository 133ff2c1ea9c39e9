"""Conversations: questions that are understood with those before them."""

from typing import Annotated

from pydantic import Field

from magicai.knowledge import conversations
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.knowledge_conversations import ConversationList, ConversationName, ConversationShown

TAG = "knowledge"
_Of = Annotated[
    str, Field(max_length=200, description="Only this conversation: its id, or the `run_id` of one of its questions.")
]


@operation("GET", "/api/conversations")
async def list_conversations(
    context: Context, *, conversation_id: _Of = "", limit: Limit = USUAL, cursor: Cursor = ""
) -> ConversationList:
    """The conversations of the last 2,000 questions, that with the latest one first; a single question is one, too."""
    found = await conversations.conversations(context.records, owner_id=context.owner_id, of=conversation_id)
    items, next_cursor = sliced([ConversationShown.of(one) for one in found], limit, cursor)
    note = (await context.ports.settings_of(context.owner_id)).answer_note
    return ConversationList(items=items, next_cursor=next_cursor, note=note)


@operation("PUT", "/api/conversations/{run_id}/name", problems=(404, 409), example={"name": "Kettle"})
async def rename_conversation(context: Context, run_id: str, given: ConversationName) -> ConversationShown:
    """Rename the conversation of a question. With an empty name, it is called like its first question."""
    renamed = await conversations.rename_conversation(context.records, run_id, given.name, owner_id=context.owner_id)
    return ConversationShown.of(renamed)


@operation(
    "DELETE",
    "/api/conversations/{run_id}",
    status=204,
    problems=(404, 409),
    audited="data.conversation_deleted",
)
async def delete_conversation(context: Context, run_id: str) -> None:
    """Delete the conversation of a question: it is no longer listed, and follow-up questions no longer use it.

    The runs of its questions stay.
    """
    deleted = await conversations.delete_conversation(context.records, run_id, owner_id=context.owner_id)
    context.noted.params["name"] = deleted.name[:200]
