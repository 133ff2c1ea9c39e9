"""Reads entities from the records."""

from magicai.ports import EntityRecords
from magicai.stores.entity import Entity


async def find(entities: EntityRecords, kind: str, entity_id: str, *, owner_id: str) -> Entity | None:
    """An owner's entity; None where there is none, where it was deleted, and where it is another's."""
    for one in await entities.present([(kind, entity_id)]):
        if one.owner_id == owner_id:
            return one.entity
    return None
