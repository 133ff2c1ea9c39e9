"""What one has in the records, listed by kind and state: queues and grids read it page by page."""

from typing import Annotated

from pydantic import Field

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cursor_at, place_of
from magicai.shapes.results import EntityList, EntityShown

TAG = "entities"


@operation("GET", "/api/entities", polled=True)
async def list_entities(
    context: Context,
    kind: Annotated[str, Field(min_length=1, max_length=100, description="For example product or report.")],
    *,
    state: Annotated[str | None, Field(max_length=100, description="Only entities in this state.")] = None,
    run_id: Annotated[
        str | None, Field(max_length=64, description="Only entities of this run: ids that begin with its id.")
    ] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> EntityList:
    """Your entities of a kind, by id."""
    prefix = "" if run_id is None else f"{run_id}:"
    (after,) = place_of(cursor, str) or (prefix,)
    page = await context.records.entities.listed(context.owner_id, kind, state=state, after=after, limit=limit)
    found = [item.entity for item in page.items if item.entity is not None]
    shown = [EntityShown.shown_to(one, context.say) for one in found if one.entity_id.startswith(prefix)]
    is_last = len(shown) < len(found)
    return EntityList(items=shown, next_cursor=None if page.next is None or is_last else cursor_at(page.next))
