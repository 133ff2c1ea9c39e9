"""Texts that wait for somebody."""

from magicai.accounts.identity import WorkspaceRole
from magicai.content.content import KIND, State, content_in
from magicai.operations.operation import Context
from magicai.shapes.home import Waiting, WaitingThing

TAG = "content"
_NAMED = 3


async def flagged_texts(context: Context) -> list[Waiting]:
    """Texts with statements that nothing supports, for those who may accept them."""
    if not context.caller.workspace_role.covers(WorkspaceRole.EDITOR):
        return []
    entities, state = context.records.entities, State.FLAGGED
    count = await entities.count(context.owner_id, KIND, state)
    if not count:
        return []
    page = await entities.listed(context.owner_id, KIND, state=state, limit=_NAMED, newest_first=True)
    texts = [content_in(row.entity) for row in page.items if row.entity is not None]
    first = [WaitingThing(id=text.content_id, title=text.title) for text in texts]
    return [Waiting(kind="texts_flagged", count=count, first=first)]


WAITING = (flagged_texts,)
