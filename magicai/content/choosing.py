"""Texts that something is done with: those that somebody names, or all that a list shows."""

from collections.abc import AsyncIterator, Sequence

from magicai.content.content import KIND, Content, content_in
from magicai.content.listing import Narrowed, texts
from magicai.ports import Records, SearchIndex

MOST = 10_000
_AT_ONCE = 200


async def ids_of(records: Records, search: SearchIndex, wanted: Narrowed, *, owner_id: str) -> list[str]:
    """The ids of the texts that a list shows, newest first; at most `MOST`."""
    found, cursor = list[str](), ""
    while len(found) < MOST:
        page, following = await texts(records, search, wanted, owner_id=owner_id, limit=_AT_ONCE, cursor=cursor)
        found += [one.content_id for one in page]
        if following is None:
            break
        cursor = following
    return found[:MOST]


async def contents(records: Records, ids: Sequence[str], *, owner_id: str) -> AsyncIterator[Content]:
    """Texts by their ids, in that order; without those that are gone, or not theirs."""
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        rows = await records.entities.present([(KIND, one) for one in part])
        by_id = {row.entity.entity_id: row.entity for row in rows if row.entity and row.owner_id == owner_id}
        for one in part:
            if (entity := by_id.get(one)) is not None:
                yield content_in(entity)
