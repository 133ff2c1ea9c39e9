from collections.abc import Sequence

from magicai.errors import Permanent, Temporary
from magicai.messages import say
from magicai.ports import Records
from magicai.stores.entity import Store
from magicai.stores.restore import unfinished
from magicai.values.units import so_many


async def check(records: Records) -> str:
    """They give back what is written, and nothing of them is missing."""
    where = await records.check()
    if begun := await unfinished(records):
        raise Permanent("restore_incomplete", begun=begun, way_out="repeat_restore_or_migrate")
    return where


async def check_outbox(records: Records, stores: Sequence[Store]) -> str:
    """The other stores have what the records tell them."""
    entities = records.entities
    refused: dict[Store, list[tuple[str, str, str]]] = {
        store: await entities.dead_letters(store, limit=1) for store in stores
    }
    behind = {store: waiting for store in stores if (waiting := await entities.behind(store))}
    for store, entries in refused.items():
        if entries:
            kind, entity_id, why = entries[0]
            count = await entities.dead_letter_count(store)
            raise Permanent(
                "store_entries_rejected",
                store=store,
                amount=so_many(count, "entries"),
                kind=kind,
                entity_id=entity_id,
                reason=why,
            )
    if behind:
        lagging = [say("store_is_behind", store=store, n=waiting) for store, waiting in behind.items()]
        raise Temporary("stores_behind", stores=lagging)
    return "all stores agree with the records"
