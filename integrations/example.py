"""What a check lets a store have for a moment: a product of nobody, to be found as a user finds one."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from integrations.records.traces import OF_CHECKS
from magicai.ports import Projection
from magicai.stores.entity import STORES, Entity, Relation, Versioned
from magicai.values.ids import new_id


@asynccontextmanager
async def example_in(store: Projection) -> AsyncGenerator[Versioned]:
    """A product that a store has while this lasts."""
    one = _example()
    try:
        await store.apply([one])
        yield one
    finally:
        await store.drop([(one.kind, one.entity_id)])


def _example() -> Versioned:
    """A product of nobody."""
    number = new_id()
    entity = Entity(
        kind="product",
        entity_id=f"{OF_CHECKS}-{number}",
        owner_id=f"{OF_CHECKS}-{number}",
        title="A gooseneck kettle",
        text="A kettle that boils water. 一把水壶",
        relations=(
            Relation("SOLD_BY", "shop", "check.example", "Check"),
            Relation("OF_BRAND", "brand", f"{OF_CHECKS}-{number}", "Acme"),
            Relation("IN_CATEGORY", "category", f"{OF_CHECKS}-{number}", "Kettles"),
        ),
        stores=STORES,
    )
    return Versioned(entity.kind, entity.entity_id, entity.owner_id, 1, entity.digest, entity)
