"""A user's products, narrowed down, with how many there are of each brand, category, stock, price band and shop."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.catalogue.entities import FACETS, product_in
from magicai.catalogue.product import KIND
from magicai.catalogue.stored_products import StoredProduct
from magicai.paging import cursor_at, place_of
from magicai.ports import Counted, Records, SearchIndex

_MOST_VALUES = 30
_PART = 200


_Several = Annotated[tuple[str, ...], Field(max_length=50)]


class ProductFilter(BaseModel):
    """Which products; all where everything is empty."""

    model_config = ConfigDict(frozen=True)

    words: Annotated[str, Field(max_length=200, description="Only products that match; the best first.")] = ""
    state: Annotated[Literal["ready", "review"] | None, Field(description="Only in this state.")] = None
    brand: _Several = ()
    category: _Several = ()
    availability: _Several = ()
    price_band: _Several = ()
    shop: _Several = ()

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """Values by facet, of those that are narrowed down."""
        return {name: values for name in FACETS if (values := getattr(self, name))}

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """All that search narrows down by."""
        return {**self.facets, "state": (self.state,)} if self.state else self.facets


async def products(
    records: Records, search: SearchIndex, wanted: ProductFilter, *, owner_id: str, limit: int, cursor: str
) -> tuple[list[StoredProduct], str | None]:
    """A page of products, and the cursor of the next one: those that match words the best first, others newest first.

    Raises:
        Invalid: this list has given no such cursor.
        Temporary: the search does not answer.
    """
    if (words := wanted.words.strip()) or wanted.facets:
        offset, after = 0, ""
        if words:  # by rank, which only the place among all tells
            (offset,) = place_of(cursor, int) or (0,)
        else:
            (after,) = place_of(cursor, str) or ("",)
        hits = await search.search(
            words, owner_id=owner_id, kinds=(KIND,), where=wanted.where, limit=limit + 1, offset=offset, after=after
        )
        place = offset + limit if words else hits[:limit][-1].entity_id if hits else ""
        rows = await records.entities.present([(KIND, hit.entity_id) for hit in hits[:limit]])
        # What search has not heard of yet may be gone, or another's.
        found = [
            StoredProduct(product_in(row.entity), row.version)
            for row in rows
            if row.entity is not None and row.owner_id == owner_id
        ]
        return found, cursor_at(place) if len(hits) > limit else None
    (after,) = place_of(cursor, str) or ("",)
    page = await records.entities.listed(
        owner_id, KIND, state=wanted.state or None, after=after, limit=limit, newest_first=True
    )
    found = [StoredProduct(product_in(row.entity), row.version) for row in page.items if row.entity is not None]
    return found, None if page.next is None else cursor_at(page.next)


async def all_products(
    records: Records, search: SearchIndex, wanted: ProductFilter, *, owner_id: str
) -> AsyncIterator[list[StoredProduct]]:
    """All of them, in the order of their pages, a part at a time."""
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = await products(records, search, wanted, owner_id=owner_id, limit=_PART, cursor=cursor)
        yield found


async def counts(search: SearchIndex, wanted: ProductFilter, *, owner_id: str) -> dict[str, Counted]:
    """How many products there are of each value of each facet, and in each state.

    A facet's own values are counted as if it were not chosen, so that another of its values can be.
    """
    found: dict[str, Counted] = {}
    names, where = (*FACETS, "state"), wanted.where
    for by in (tuple(name for name in names if name not in where), *((name,) for name in names if name in where)):
        others = {facet: values for facet, values in where.items() if facet not in by}
        if by:
            found |= await search.facets(
                wanted.words.strip(), owner_id=owner_id, by=by, kinds=(KIND,), where=others, most=_MOST_VALUES
            )
    return found
