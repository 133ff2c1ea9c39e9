"""What one has, found by words."""

from typing import Annotated

from fastapi import Query

from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.routes import router_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cursor_at, place_of
from magicai.shapes.results import HitList, HitShown

router = router_of("search")


@router.get("/api/search", responses=problems())
async def search_entities(
    gateway: At,
    caller: Reader,
    words: Annotated[str, Query(min_length=1, max_length=200)],
    *,
    kind: Annotated[list[Annotated[str, Query(max_length=100)]], Query(description="Can be repeated.")] = [],  # noqa: B006 - FastAPI copies it
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> HitList:
    """Your entities that match the words, best first."""
    (offset,) = place_of(cursor, int) or (0,)
    found = await gateway.ports.search.search(
        words, owner_id=caller.owner_id, kinds=kind, limit=limit + 1, offset=offset
    )
    next_cursor = cursor_at(offset + limit) if len(found) > limit else None
    return HitList(items=[HitShown.of(one) for one in found[:limit]], next_cursor=next_cursor)
