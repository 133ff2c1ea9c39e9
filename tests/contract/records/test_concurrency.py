"""Several processes write at once, here as several stores on one place: whatever the interleaving, nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from integrations.records.store import SqlRecords
from magicai.errors import Conflict
from magicai.ports import Lease
from magicai.runs.run import Attempt, RunEvent, RunStatus
from magicai.stores.entity import Entity
from magicai.values.ids import new_id
from tests.contract.records.example_rows import Clock, Make, Place

_STORES = 4


@pytest.fixture
async def stores(place: Place, clock: Clock) -> AsyncIterator[list[SqlRecords]]:
    opened = [place.open(clock) for _ in range(_STORES)]
    yield opened
    for store in opened:
        await store.close()


def counter(entity_id: str, value: str, *, owner_id: str = "ann", stores: tuple[str, ...] = ("search",)) -> Entity:
    return Entity("counter", entity_id, owner_id, value, "", stores=stores)  # pyright: ignore[reportArgumentType]


async def test_every_change_of_one_entity_is_a_version_of_its_own(stores: list[SqlRecords]) -> None:
    saves = [store.entities.save([counter("one", f"{n} {i}")]) for i, store in enumerate(stores) for n in range(10)]
    await asyncio.gather(*saves)
    held = await stores[0].entities.get("counter", "one", owner_id="ann")
    assert held.version == len(saves)
    assert await stores[0].entities.pending("search", 10) == [("counter", "one", len(saves))]


async def test_many_that_overlap_are_saved_whatever_their_order(stores: list[SqlRecords]) -> None:
    names = [f"{n:02}" for n in range(40)]
    orders = [names, names[::-1], names[20:] + names[:20], names[::2] + names[1::2]]
    for turn in range(4):
        await asyncio.gather(
            *(
                store.entities.save([counter(name, f"{turn} {place}") for name in order])
                for place, (store, order) in enumerate(zip(stores, orders, strict=True))
            )
        )
    held = await stores[0].entities.present([("counter", name) for name in names])
    assert {one.version for one in held} == {4 * _STORES}
    assert Counter(version for *_, version in await stores[0].entities.pending("search", 100)) == {4 * _STORES: 40}


async def test_of_two_owners_that_add_one_id_at_once_one_has_it(stores: list[SqlRecords]) -> None:
    for turn in range(15):
        owners = [f"owner {place}" for place in range(_STORES)]
        saves = [
            store.entities.save([counter(f"{turn}", owner, owner_id=owner)])
            for store, owner in zip(stores, owners, strict=True)
        ]
        ended = await asyncio.gather(*saves, return_exceptions=True)
        assert [type(one) for one in ended if one is not None] == [Conflict] * (_STORES - 1)
        held = (await stores[0].entities.present([("counter", f"{turn}")]))[0].entity
        assert held is not None
        assert (held.owner_id, held.title) == (owners[ended.index(None)],) * 2


async def test_a_store_that_shows_an_entity_no_longer_hears_of_it(stores: list[SqlRecords]) -> None:
    shown = (("search",), ("graph",), ("vectors",), ("cache",))
    for turn in range(15):
        saves = [
            store.entities.save([counter(f"{turn}", f"{where}", stores=where)])
            for store, where in zip(stores, shown, strict=True)
        ]
        await asyncio.gather(*saves)
        behind = [name for (name,) in shown if (await stores[0].entities.pending(name, 100))]  # pyright: ignore[reportArgumentType]
        assert behind == [name for (name,) in shown]


async def test_asking_for_a_store_to_be_mended_hides_no_later_change(stores: list[SqlRecords]) -> None:
    first, second, *_ = stores
    await first.entities.save([counter("one", "0")])
    for turn in range(1, 30):
        await asyncio.gather(
            first.entities.enqueue("search", [("counter", "one")]), second.entities.save([counter("one", f"{turn}")])
        )
        assert await first.entities.pending("search", 10) == [("counter", "one", turn + 1)]


async def test_a_product_that_two_find_at_once_has_one_id_and_one_key_of_a_kind(stores: list[SqlRecords]) -> None:
    for turn in range(15):
        address = f"url:https://shop.example/{turn}"
        (known,) = await stores[0].products.identify("ann", "shop", [[address]])
        found = await asyncio.gather(
            *(
                store.products.identify("ann", "shop", [[f"gtin:{turn}-{place}", address]])
                for place, store in enumerate(stores)
            )
        )
        # One of them names the known product's gtin; the others then have another one.
        ids = [product_id for (product_id,) in found]
        assert len(set(ids)) == _STORES
        assert known in ids


async def test_one_of_many_begins_a_run(stores: list[SqlRecords], make: Make) -> None:
    for _ in range(10):
        run = await make.run()
        begun = await asyncio.gather(
            *(
                store.runs.begin(run.run_id, host="laptop", pid=pid, process_started_at=1, flow_run_id=None)
                for pid, store in enumerate(stores)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Attempt) for one in begun) == 1
        assert sum(isinstance(one, Conflict) for one in begun) == _STORES - 1


async def test_a_run_that_is_added_twice_at_once_is_one(stores: list[SqlRecords], clock: Clock) -> None:
    makers = [Make(store, clock) for store in stores]
    for turn in range(10):
        added = await asyncio.gather(*(maker.run(new_id(), key=f"{turn}") for maker in makers))
        assert len({run.run_id for run in added}) == 1


async def test_events_are_counted_without_a_gap_and_without_a_double(stores: list[SqlRecords], make: Make) -> None:
    run = await make.run()

    async def tell(store: SqlRecords) -> list[int]:
        event = RunEvent(run_id=run.run_id, sequence=0, at=1, kind="log", status=RunStatus.QUEUED, data={})
        return [(await store.runs.append_event(event)).sequence for _ in range(15)]

    told = await asyncio.gather(*(tell(store) for store in stores for _ in range(2)))
    assert sorted(number for numbers in told for number in numbers) == list(range(1, 2 * _STORES * 15 + 1))


async def test_a_lease_that_ran_out_is_taken_over_by_one(stores: list[SqlRecords], clock: Clock) -> None:
    tokens: list[int] = []
    for turn in range(10):
        taken = await asyncio.gather(
            *(store.leases.acquire("relay", f"{turn} {place}", ttl_s=10) for place, store in enumerate(stores))
        )
        (lease,) = [one for one in taken if isinstance(one, Lease)]
        tokens.append(lease.token)
        clock.move(seconds=11)
    assert tokens == list(range(1, 11))
