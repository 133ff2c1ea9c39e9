"""A user's texts, narrowed down, the newest first; or those that match words, the best first."""

from dataclasses import dataclass

from magicai.content.content import KIND, Content, content_in
from magicai.paging import cursor_at, place_of
from magicai.ports import Records, SearchIndex
from magicai.stores.entity import Versioned

_PART = 200
# Rows looked at for one page; where few of them are wanted, the page is short, and the list continues.
_MOST_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which texts; all where everything is empty."""

    state: str = ""
    content_type: str = ""
    language: str = ""
    words: str = ""


async def texts(
    records: Records, search: SearchIndex, wanted: Narrowed, *, owner_id: str, limit: int, cursor: str
) -> tuple[list[Content], str | None]:
    """A page of texts, and the cursor of the next one.

    Raises:
        Invalid: this list has given no such cursor.
        Temporary: the search does not answer.
    """
    if wanted.words:
        return await _found(records, search, wanted, owner_id=owner_id, limit=limit, cursor=cursor)
    (after,) = place_of(cursor, str) or ("",)
    texts: list[Content] = []
    for _ in range(_MOST_LOOKED_AT // _PART):
        page = await records.entities.listed(
            owner_id, KIND, state=wanted.state or None, after=after, limit=_PART, newest_first=True
        )
        for item in page.items:
            after = item.entity_id
            if (text := _wanted(item, wanted)) is not None:
                texts.append(text)
                if len(texts) == limit:
                    is_last = page.next is None and item is page.items[-1]
                    return texts, None if is_last else cursor_at(after)
        if page.next is None:
            return texts, None
    return texts, cursor_at(after)


async def _found(
    records: Records, search: SearchIndex, wanted: Narrowed, *, owner_id: str, limit: int, cursor: str
) -> tuple[list[Content], str | None]:
    (offset,) = place_of(cursor, int) or (0,)
    facets = {"state": wanted.state, "content_type": wanted.content_type, "language": wanted.language}
    where = {name: (value,) for name, value in facets.items() if value}
    hits = await search.search(
        wanted.words, owner_id=owner_id, kinds=(KIND,), where=where, limit=limit + 1, offset=offset
    )
    rows = await records.entities.present([(KIND, hit.entity_id) for hit in hits[:limit]])
    # What search has not heard of yet may be gone, or of another state.
    texts = [text for row in rows if (text := _wanted(row, wanted)) is not None and text.owner_id == owner_id]
    return texts, cursor_at(offset + limit) if len(hits) > limit else None


def _wanted(row: Versioned, wanted: Narrowed) -> Content | None:
    if row.entity is None:
        return None
    text = content_in(row.entity)
    fits = (
        wanted.state in ("", text.state)
        and wanted.content_type in ("", text.content_type)
        and wanted.language in ("", text.language)
    )
    return text if fits else None
