"""What one has, found by words."""

from typing import Annotated

from pydantic import Field

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cursor_at, place_of
from magicai.shapes.results import HitList, HitShown

TAG = "search"


@operation("GET", "/api/search")
async def search_entities(
    context: Context,
    words: Annotated[str, Field(min_length=1, max_length=200)],
    *,
    kind: Annotated[list[Annotated[str, Field(max_length=100)]], Field(description="Can be repeated.")] = [],  # noqa: B006 - never changed
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> HitList:
    """Your entities that match the words, best first."""
    (offset,) = place_of(cursor, int) or (0,)
    found = await context.ports.search.search(
        words, owner_id=context.owner_id, kinds=kind, limit=limit + 1, offset=offset
    )
    next_cursor = cursor_at(offset + limit) if len(found) > limit else None
    return HitList(items=[HitShown.of(one) for one in found[:limit]], next_cursor=next_cursor)
