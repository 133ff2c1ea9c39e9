"""What one has in the records, listed by kind and state: queues and grids read it page by page."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from magicai.api.access import At, Reader
from magicai.api.answers import NOT_MODIFIED, polled, problems
from magicai.api.routes import router_of
from magicai.api.telling import said_to
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cursor_at, place_of
from magicai.shapes.results import EntityList, EntityShown

router = router_of("entities")


@router.get("/api/entities", response_model=EntityList, responses={**problems(), **NOT_MODIFIED})
async def list_entities(
    gateway: At,
    request: Request,
    caller: Reader,
    kind: Annotated[str, Query(min_length=1, max_length=100, description="For example product or report.")],
    *,
    state: Annotated[str | None, Query(max_length=100, description="Only entities in this state.")] = None,
    run_id: Annotated[
        str | None, Query(max_length=64, description="Only entities of this run: ids that begin with its id.")
    ] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """Your entities of a kind, by id."""
    prefix = "" if run_id is None else f"{run_id}:"
    (after,) = place_of(cursor, str) or (prefix,)
    page = await gateway.records.entities.listed(caller.owner_id, kind, state=state, after=after, limit=limit)
    say = said_to(request)
    found = [one.entity for one in page.items if one.entity is not None]
    shown = [EntityShown.of(one, say) for one in found if one.entity_id.startswith(prefix)]
    is_last = len(shown) < len(found)
    next_cursor = None if page.next is None or is_last else cursor_at(page.next)
    return polled(request, EntityList(items=shown, next_cursor=next_cursor))
