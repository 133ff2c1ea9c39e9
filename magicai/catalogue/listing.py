"""A user's products, narrowed down, with how many there are of each brand, category, stock, price band and shop."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from magicai.catalogue.entities import FACETS, product_in
from magicai.catalogue.ports import CatalogueRecords, Line, Sort
from magicai.catalogue.product import KIND
from magicai.catalogue.stored_products import StoredProduct, products_with_ids
from magicai.paging import cursor_at, cut, place_of, sliced
from magicai.ports import Counted, SearchIndex

_MOST_VALUES = 30
_PART = 200
_MOST_MATCHES = 2_000
_IN_WORDS = ("name", "brand")
SortedBy = Literal[
    "name", "-name", "price", "-price", "brand", "-brand", "updated", "-updated", "completeness", "-completeness"
]


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
    completeness: Annotated[
        Literal["complete", "incomplete"] | None,
        Field(description="Only products that have all that their families require, or that lack some of it."),
    ] = None

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """Values by facet, of those that are narrowed down."""
        return {name: values for name in FACETS if (values := getattr(self, name))}

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """All that search narrows down by; it knows nothing of completeness."""
        return {**self.facets, "state": (self.state,)} if self.state else self.facets


async def products(
    records: CatalogueRecords,
    search: SearchIndex,
    wanted: ProductFilter,
    *,
    owner_id: str,
    limit: int,
    cursor: str,
    sort: SortedBy | None = None,
) -> tuple[list[StoredProduct], str | None]:
    """A page of products, and the cursor of the next one: in an order, or the best match first, or the newest.

    Of those that match words, the best 2,000 are sorted, or looked at for completeness.

    Raises:
        Invalid: this list has given no such cursor.
        Temporary: the search does not answer.
    """
    words = wanted.words.strip()
    if sort or wanted.completeness:
        ids, following = await _by_lines(records, search, wanted, owner_id, limit=limit, cursor=cursor, sort=sort)
    elif words or wanted.facets:
        offset, after = 0, ""
        if words:  # by rank, which only the place among all tells
            (offset,) = place_of(cursor, int) or (0,)
        else:
            (after,) = place_of(cursor, str) or ("",)
        hits = await search.search(
            words, owner_id=owner_id, kinds=(KIND,), where=wanted.where, limit=limit + 1, offset=offset, after=after
        )
        place = offset + limit if words else hits[:limit][-1].entity_id if hits else ""
        ids = [hit.entity_id for hit in hits[:limit]]
        following = cursor_at(place) if len(hits) > limit else None
    else:
        (after,) = place_of(cursor, str) or ("",)
        page = await records.entities.listed(
            owner_id, KIND, state=wanted.state or None, after=after, limit=limit, newest_first=True
        )
        found = [StoredProduct(product_in(row.entity), row.version) for row in page.items if row.entity is not None]
        return found, None if page.next is None else cursor_at(page.next)
    # What search has not heard of yet may be gone, or another's.
    return [*(await products_with_ids(records, ids, owner_id=owner_id)).values()], following


async def _by_lines(
    records: CatalogueRecords,
    search: SearchIndex,
    wanted: ProductFilter,
    owner_id: str,
    *,
    limit: int,
    cursor: str,
    sort: SortedBy | None,
) -> tuple[list[str], str | None]:
    among, words = None, wanted.words.strip()
    where = {**wanted.where, **({"completeness": (wanted.completeness,)} if wanted.completeness else {})}
    if words:
        hits = await search.search(words, owner_id=owner_id, kinds=(KIND,), where=wanted.where, limit=_MOST_MATCHES)
        among = [hit.entity_id for hit in hits]
    if among is not None and sort is None:  # the best match first
        there = await records.catalogue.listed(
            owner_id, sort=None, descending=True, where=where, among=among, limit=len(among)
        )
        left = {line.product_id for line in there}
        return sliced([one for one in among if one in left], limit, cursor)
    name = cast("Sort | None", sort.removeprefix("-") if sort else None)
    key = str if name in (None, *_IN_WORDS) else int
    place = place_of(cursor, key, str)
    lines = await records.catalogue.listed(
        owner_id,
        sort=name,
        descending=bool(sort) and sort.startswith("-"),
        where=where,
        among=among,
        after=Line(*place) if place else None,
        limit=limit + 1,
    )
    shown, following = cut(lines, limit, lambda line: (line.key, line.product_id))
    return [line.product_id for line in shown], following


async def relist(records: CatalogueRecords, *, owner_id: str) -> None:
    """Sort an owner's products anew by their completeness, after families have changed."""
    after: str | None = ""
    while after is not None:
        after = await records.catalogue.relist(owner_id, after=after, limit=_PART)


async def all_products(
    records: CatalogueRecords, search: SearchIndex, wanted: ProductFilter, *, owner_id: str
) -> AsyncIterator[list[StoredProduct]]:
    """All of them, in the order of their pages, a part at a time."""
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = await products(records, search, wanted, owner_id=owner_id, limit=_PART, cursor=cursor)
        yield found


async def counts(search: SearchIndex, wanted: ProductFilter, *, owner_id: str) -> dict[str, Counted]:
    """How many products there are of each value of each facet, and in each state.

    A facet's own values are counted as if it were not chosen, so that another of its values can be. Completeness
    narrows nothing down here: search does not know it.
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
