"""Entities of tests, and tombstones."""

from collections.abc import Mapping
from typing import Any

from magicai.stores.entity import Entity, ProjectedEntity, Relation, Versioned


def live(
    entity_id: str,
    title: str = "Kettle",
    text: str = "",
    *,
    version: int = 1,
    owner_id: str = "o",
    kind: str = "product",
    relations: tuple[Relation, ...] = (),
    facets: Mapping[str, tuple[str, ...]] | None = None,
    state: str = "",
    **data: Any,
) -> Versioned:
    """An entity as a projection takes it over."""
    entity = Entity(
        kind=kind,
        entity_id=entity_id,
        owner_id=owner_id,
        title=title,
        text=text,
        url=f"https://shop.example/{entity_id}",
        data=data,
        relations=relations,
        facets=facets or {},
        state=state,
        stores=("search", "vectors", "graph", "cache"),
    )
    return Versioned(kind, entity_id, owner_id, version, entity.digest, entity)


def gone(entity_id: str, *, version: int, owner_id: str = "o", kind: str = "product") -> Versioned:
    """A tombstone."""
    return Versioned(kind, entity_id, owner_id, version, "", None)


def as_held(one: Versioned) -> ProjectedEntity:
    """What a projection says of it."""
    return ProjectedEntity(one.kind, one.entity_id, one.version, one.digest)
