"""Checks of the stores: each writes something of its own, finds it as a user would, and removes it."""

from collections.abc import Awaitable, Callable
from functools import partial

from integrations.open import Ports
from integrations.records.traces import OF_CHECKS
from integrations.store_roles import not_accepted, placed
from magicai.doctor import Check
from magicai.errors import Permanent, Temporary
from magicai.ports import Projection, Target
from magicai.stores.entity import STORES, Entity, Relation, Store, Versioned, cache_key
from magicai.stores.restore import unfinished
from magicai.values.ids import new_id
from magicai.values.units import so_many

# Reading the embedder, and starting the vector server, take seconds on a small machine.
_VECTORS_LIMIT_S = 120.0


def checks(ports: Ports) -> list[Check]:
    """Records, files, and what is fed from the records."""
    return [
        Check("records", partial(_records, ports)),
        Check("files", partial(_files, ports)),
        Check("cache", partial(_cache, ports)),
        Check("search index", partial(_search, ports)),
        Check("graph", partial(_graph, ports)),
        Check("vectors", partial(_vectors, ports), limit_s=_VECTORS_LIMIT_S),
        Check("stores up to date", partial(_up_to_date, ports)),
        Check("store addresses", partial(_addresses, ports)),
    ]


async def _records(ports: Ports) -> str:
    where = await ports.records.check()
    if begun := await unfinished(ports.records):
        raise Permanent(
            f"The backup {begun} was being restored here, and that was not ended: something is missing.",
            way_out="End it with the command that began it: magicai restore, or magicai migrate.",
        )
    return where


async def _files(ports: Ports) -> str:
    return await ports.files.check()


async def _cache(ports: Ports) -> str:
    one = _example()
    where = await ports.cache.check()

    async def find() -> None:
        if await ports.cache.get(cache_key(one.owner_id, one.kind, one.entity_id)) is None:
            raise Permanent("The cache does not have the data of an entity that it took.")

    await _with(ports.cache, one, find)
    return where


async def _search(ports: Ports) -> str:
    one = _example()
    where = await ports.search.check()

    async def find() -> None:
        for language, words in (("English", "gooseneck kettles"), ("Chinese", "水壶")):
            hits = await ports.search.search(words, owner_id=one.owner_id)
            if [hit.entity_id for hit in hits] != [one.entity_id]:
                raise Permanent(f"The search index does not find {words!r} ({language}) in what it took.")

    await _with(ports.search, one, find)
    return f"finds in English and Chinese; {where}"


async def _graph(ports: Ports) -> str:
    one = _example()
    where = await ports.graph.check()

    async def find() -> None:
        among = Target("SOLD_BY", "shop", "check.example")
        found = await ports.graph.shared(one.owner_id, one.kind, "OF_BRAND", across="IN_CATEGORY", among=among, least=1)
        if [shared.label for shared in found] != ["Acme"]:
            raise Permanent("The graph does not find the brand of a product that it took.")

    await _with(ports.graph, one, find)
    return f"connects; {where}"


async def _vectors(ports: Ports) -> str:
    one = _example()
    where = await ports.vectors.check()

    async def find() -> None:
        hits = await ports.vectors.nearest("something to boil water in", owner_id=one.owner_id)
        if [hit.entity_id for hit in hits] != [one.entity_id]:
            raise Permanent("The vector store does not find what it took by its meaning.")

    await _with(ports.vectors, one, find)
    return f"embeds and finds; {where}"


async def _up_to_date(ports: Ports) -> str:
    entities = ports.records.entities
    refused: dict[Store, list[tuple[str, str, str]]] = {
        store: await entities.dead_letters(store, limit=1) for store in STORES
    }
    behind = {store: waiting for store in STORES if (waiting := await entities.behind(store))}
    for store, entries in refused.items():
        if entries:
            kind, entity_id, why = entries[0]
            count = await entities.dead_letter_count(store)
            raise Permanent(
                f"{store} could not take {so_many(count, 'entries')}, such as {kind} {entity_id}: {why}",
                way_out="To try them again: magicai reconcile",
            )
    if behind:
        told = ", ".join(f"{store} is {so_many(waiting, 'entries')} behind" for store, waiting in behind.items())
        raise Temporary(f"{told}.", way_out="They catch up by themselves; at once: magicai reconcile")
    return "all stores have everything that the records tell them"


async def _addresses(ports: Ports) -> str:
    places = placed(ports.settings)
    refused = [place for place in places if place.address and not place.accepted]
    if refused:
        raise not_accepted(refused)
    servers = [f"{place.role} at {place.address}" for place in places if place.address]
    return ", ".join(servers) if servers else "everything is in this installation's own stores"


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


async def _with(port: Projection, one: Versioned, find: Callable[[], Awaitable[None]]) -> None:
    """Let a store have an entity for a moment."""
    try:
        await port.apply([one])
        await find()
    finally:
        await port.drop([(one.kind, one.entity_id)])
