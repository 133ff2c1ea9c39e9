"""What a shop's own category is in the taxonomy: suggested, confirmed once by a person, and used from then on."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.categories.taxonomy import Taxonomy
from magicai.catalogue.product import Category
from magicai.errors import Conflict, NotFound
from magicai.ports import Records
from magicai.shops.product_keys import folded
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

KIND = "category_mapping"
MOST_EXAMPLES = 40
_PAGE = 200


class MappingState(StrEnum):
    """`mixed`: its products belong to several categories, so each is decided by itself."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    MIXED = "mixed"


class Sample(BaseModel):
    """A product of a shop category, by which others are recognised."""

    model_config = ConfigDict(frozen=True)

    name: str
    brand: str | None = None
    description: str = ""


class Mapping(BaseModel):
    """A category of a shop, and what it is in the taxonomy.

    Attributes:
        products: how many the last run found in it.
        suggestions: the likeliest first.
        category: of a confirmed one.
        by: who decided.
    """

    model_config = ConfigDict(frozen=True)

    mapping_id: str
    owner_id: str
    shop: str
    path: tuple[str, ...]
    products: int = 0
    samples: tuple[Sample, ...] = ()
    suggestions: tuple[Category, ...] = ()
    category: Category | None = None
    state: MappingState = MappingState.OPEN
    by: str = ""


class KeptMapping(BaseModel):
    """A mapping, and the version of its row."""

    mapping: Mapping
    row: int


def mapping_id(owner_id: str, shop: str, path: Sequence[str]) -> str:
    """The id of a shop category's mapping: the same however it is spelt."""
    return digest_of([owner_id, shop, [folded(part) for part in path]])[:32]


def mapping_entity(one: Mapping) -> Entity:
    """A mapping as the records keep it."""
    return Entity(
        kind=KIND,
        entity_id=one.mapping_id,
        owner_id=one.owner_id,
        title=" > ".join(one.path),
        text="",
        data={"schema_version": 1, **one.model_dump(mode="json")},
        stores=(),
        state=one.state,
    )


def mapping_in(entity: Entity) -> Mapping:
    """The mapping of an entity."""
    return entity.as_model(Mapping)


async def mappings(records: Records, *, owner_id: str, state: MappingState | None = None) -> AsyncIterator[KeptMapping]:
    """An owner's mappings."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, state=state, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is not None:
                yield KeptMapping(mapping=mapping_in(row.entity), row=row.version)
        after = page.next


async def decide(
    records: Records, taxonomy: Taxonomy | None, one: str, category_id: str, *, owner_id: str, by: str = "user"
) -> Mapping:
    """Confirm what a shop category is, or with `mixed` that it is several; a later decision replaces an earlier one.

    Raises:
        NotFound: there is no such mapping of theirs, or no such category.
        Conflict: it has changed meanwhile, or no taxonomy is installed.
    """
    found = await records.entities.get(KIND, one, owner_id=owner_id)
    assert found.entity is not None
    mapping = mapping_in(found.entity)
    if category_id == "mixed":
        decided = mapping.model_copy(update={"category": None, "state": MappingState.MIXED, "by": by})
    else:
        known = next((suggestion for suggestion in mapping.suggestions if suggestion.id == category_id), None)
        if known is None and taxonomy is None:
            raise NotFound("taxonomy_not_installed")
        category = known or (taxonomy.category(category_id) if taxonomy is not None else None)
        decided = mapping.model_copy(update={"category": category, "state": MappingState.CONFIRMED, "by": by})
    if not await records.entities.replace(mapping_entity(decided), version=found.version):
        raise Conflict("mapping_changed")
    return decided
