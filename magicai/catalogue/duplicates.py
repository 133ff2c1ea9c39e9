"""Products of different sources that may be one: proposals with their reason, which a person confirms or dismisses.

None is ever merged by itself.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from magicai.catalogue.entities import product_in
from magicai.catalogue.images.image import KIND as IMAGES_KIND
from magicai.catalogue.images.image import images_in
from magicai.catalogue.images.likeness import Likeness
from magicai.catalogue.product import KIND as PRODUCT
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.stored_products import StoredProduct
from magicai.errors import NotFound
from magicai.messages import Message
from magicai.ports import Records, SearchIndex
from magicai.shops.extraction.identifiers import gtin
from magicai.shops.matching.deciding import Certainty, Match, among, between
from magicai.shops.matching.item import Item
from magicai.shops.product_keys import gtin_key
from magicai.stores.entity import Entity, Versioned
from magicai.values.digest import digest_of
from magicai.values.frozen import Frozen

KIND = "duplicate"
_PAGE = 500
_LOOKED_AT = 20


class DuplicateState(StrEnum):
    """What a person said of a pair; `open` while nobody has. Either keeps it from being proposed again, and no more."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"


class Duplicate(Frozen):
    """Two products that may be one.

    Attributes:
        one, other: their ids, in their order.
        likeness: of their names, 0 to 1.
    """

    one: str
    other: str
    certainty: Certainty
    reason: Message
    against: Message | None = None
    likeness: float
    state: DuplicateState = DuplicateState.OPEN


@dataclass(frozen=True, slots=True)
class Alike:
    """A product that may be the same, and how alike the names are, 0 to 1."""

    kept: StoredProduct
    likeness: float


async def alike(records: Records, search: SearchIndex, product: CatalogueProduct) -> list[Alike]:
    """Products of the same owner that search finds by the name and that may be the same, the likeliest first."""
    hits = await search.search(
        product.values.name, owner_id=product.owner_id, kinds=(PRODUCT,), match="any", limit=_LOOKED_AT
    )
    keys = [(PRODUCT, hit.entity_id) for hit in hits if hit.entity_id != product.product_id]
    rows = [row for row in await records.entities.present(keys) if row.owner_id == product.owner_id]
    others = {row.entity_id: StoredProduct(product_in(row.entity), row.version) for row in rows if row.entity}
    found = between([item_of(product)], [item_of(kept.product) for kept in others.values()])
    return sorted((Alike(others[match.theirs], match.likeness) for match in found), key=lambda one: -one.likeness)


async def find_duplicates(records: Records, *, owner_id: str) -> int:
    """Look for duplicates among all of an owner's products, and keep them; answers how many are open.

    What a person has said of a pair stays; what is not found any more goes.
    """
    places: dict[str, list[Item]] = defaultdict(list)
    pictures = Likeness()
    async for part in _products(records, owner_id):
        rows = await records.entities.present([(IMAGES_KIND, product.product_id) for product in part])
        shown = {row.entity_id: images_in(row.entity).shown for row in rows if row.entity is not None}
        for product in part:
            images = shown.get(product.product_id)
            picture = pictures.group_of(images[0].image.fingerprint) if images else None
            places[_place(product)].append(item_of(product, picture))
    matches = await asyncio.to_thread(lambda: list(among(places)))
    new = {_id(owner_id, match.mine, match.theirs): _duplicate(match) for match in matches}
    count = len(new)
    gone: list[str] = []
    async for row, duplicate in stored(records, owner_id):
        now = new.pop(row.entity_id, None)
        if duplicate.state is not DuplicateState.OPEN:
            count -= now is not None
        elif now is None:
            gone.append(row.entity_id)
        elif now != duplicate and not await records.entities.replace(_entity(owner_id, now), version=row.version):
            count -= 1  # decided meanwhile
    await records.entities.delete(KIND, gone)
    made = [_entity(owner_id, duplicate) for duplicate in new.values()]
    for start in range(0, len(made), _PAGE):
        await records.entities.save(made[start : start + _PAGE])
    return count


async def stored(
    records: Records, owner_id: str, *, state: DuplicateState | None = None
) -> AsyncIterator[tuple[Versioned, Duplicate]]:
    """An owner's pairs, each with its row."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, state=state, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is not None:
                yield row, row.entity.as_model(Duplicate)
        after = page.next


async def decide(records: Records, one: str, other: str, *, same: bool, owner_id: str) -> Duplicate:
    """Keep what a person says of a proposed pair; the products stay as they are.

    Raises:
        NotFound: no such pair of theirs was proposed.
    """
    found = await records.entities.present([(KIND, _id(owner_id, one, other))])
    entity = found[0].entity if found and found[0].owner_id == owner_id else None
    if entity is None:
        raise NotFound("duplicate_not_found", one=one[:64], other=other[:64])
    state = DuplicateState.SAME if same else DuplicateState.DIFFERENT
    decided = entity.as_model(Duplicate).model_copy(update={"state": state})
    await records.entities.save([_entity(owner_id, decided)])
    return decided


def item_of(product: CatalogueProduct, picture: int | None = None) -> Item:
    """What a matcher knows of a product."""
    values = product.values
    valid = gtin(values.gtin) if values.gtin else None
    numbers, skus = ((number,) if number else () for number in (values.model, values.sku))
    gtins = frozenset((gtin_key(valid),)) if valid else frozenset[str]()
    return Item(product.product_id, values.name, values.brand or "", gtins, numbers, skus, picture)


def _place(product: CatalogueProduct) -> str:
    """Its source: a shop, or the file or feed that names it."""
    origin = product.origin("name")
    return product.values.shop or (origin.source if origin is not None else "")


async def _products(records: Records, owner_id: str) -> AsyncIterator[Sequence[CatalogueProduct]]:
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, PRODUCT, after=after, limit=_PAGE)
        yield [product_in(row.entity) for row in page.items if row.entity is not None]
        after = page.next


def _id(owner_id: str, one: str, other: str) -> str:
    return digest_of([owner_id, *sorted((one, other))])[:32]


def _duplicate(match: Match) -> Duplicate:
    one, other = sorted((match.mine, match.theirs))
    return Duplicate(
        one=one,
        other=other,
        certainty=match.certainty,
        reason=match.reason,
        against=match.against,
        likeness=round(match.likeness, 3),
    )


def _entity(owner_id: str, duplicate: Duplicate) -> Entity:
    return Entity(
        kind=KIND,
        entity_id=_id(owner_id, duplicate.one, duplicate.other),
        owner_id=owner_id,
        title="",
        text="",
        data={"schema_version": 1, **duplicate.model_dump(mode="json")},
        stores=(),
        state=duplicate.state,
    )
