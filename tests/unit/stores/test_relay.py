import asyncio
import contextlib
from collections.abc import Mapping, Sequence

import pytest

from magicai.errors import Invalid, Missing, Permanent, Temporary
from magicai.ports import Records
from magicai.stores import relay
from magicai.stores.entity import STORES, Entity, Store, Versioned
from magicai.stores.relay import drain
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.contract.projection.memory import MemoryProjection


def _never_renewing(_: object) -> contextlib.AbstractAsyncContextManager[None]:
    return contextlib.nullcontext()


class Moody(MemoryProjection):
    """A store that fails as it is told.

    Attributes:
        down: raised by every call, while it is set.
        poison: ids that it can't take.
        pause: waited for before anything is taken over.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store, new_id())
        self.down: Exception | None = None
        self.poison: set[str] = set()
        self.pause: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def apply(self, changes: Sequence[Versioned]) -> None:
        self.reached.set()
        if self.pause is not None:
            await self.pause.wait()
        if self.down is not None:
            raise self.down
        for change in changes:
            if change.entity_id in self.poison:
                raise Invalid(f"{change.entity_id} can't be shown.")
        await super().apply(changes)

    async def check(self) -> str:
        if self.down is not None:
            raise self.down
        return "fine"

    def shown(self) -> list[str]:
        """Ids of what is alive."""
        return sorted(row.entity_id for row in self.rows.values() if row.entity is not None)


@pytest.fixture
def stores() -> dict[Store, Moody]:
    return {store: Moody(store) for store in STORES}


def entity(entity_id: str, title: str = "Kettle", stores: tuple[Store, ...] = STORES) -> Entity:
    return Entity("product", entity_id, "o", title, "", stores=stores)


async def feed(records: Records, stores: Mapping[Store, Moody], *, limit_s: float = 10) -> dict[Store, int]:
    return await drain(records, stores, limit_s=limit_s, ignore_backoff=True)


async def test_every_store_gets_what_it_shows(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b", stores=("graph",))])
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert stores["graph"].shown() == ["a", "b"]
    assert stores["search"].shown() == stores["vectors"].shown() == stores["cache"].shown() == ["a"]


async def test_what_is_deleted_goes_everywhere(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b")])
    await feed(records, stores)
    await records.entities.delete("product", ["a"])
    await feed(records, stores)
    assert {tuple(store.shown()) for store in stores.values()} == {("b",)}


async def test_a_store_that_shows_it_no_longer_lets_it_go(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a")])
    await feed(records, stores)
    await records.entities.save([entity("a", stores=("search",))])
    await feed(records, stores)
    assert [store for store in STORES if stores[store].shown()] == ["search"]
    await records.entities.save([entity("a", stores=("search", "graph"))])
    await feed(records, stores)
    assert [store for store in STORES if stores[store].shown()] == ["search", "graph"]


async def test_more_than_a_batch_comes_in_batches_that_grow_while_answers_are_quick(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_QUICK_S", 60)
    await records.entities.save([entity(f"{place:04}") for place in range(1000)])
    await feed(records, stores)
    assert stores["search"].batches == [25, 50, 100, 200, 400, 225]


async def test_batches_shrink_when_answers_are_slow(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_QUICK_S", 60)
    search = stores["search"]
    applied = search.apply

    async def slow_from_then_on(changes: Sequence[Versioned]) -> None:
        await applied(changes)
        if len(changes) == 100:
            monkeypatch.setattr(relay, "_QUICK_S", 0)

    search.apply = slow_from_then_on
    await records.entities.save([entity(f"{place:04}") for place in range(300)])
    await feed(records, {"search": search})
    assert search.batches == [25, 50, 100, 50, 25, 25, 25]


async def test_a_batch_that_is_too_large_for_a_store_is_tried_in_small_ones(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_QUICK_S", 60)
    search = stores["search"]
    applied = search.apply

    async def small_ones(changes: Sequence[Versioned]) -> None:
        if len(changes) > 60:
            raise Temporary("took too long")
        await applied(changes)

    search.apply = small_ones
    await records.entities.save([entity(f"{place:04}") for place in range(200)])
    assert await feed(records, {"search": search}) == {"search": 0}


@pytest.mark.parametrize("down", [Temporary("no answer"), Missing("not installed")])
async def test_a_store_that_is_down_delays_only_itself(
    records: Records, stores: dict[Store, Moody], down: Exception
) -> None:
    stores["vectors"].down = down
    await records.entities.save([entity("a"), entity("b")])
    for _ in range(10):
        assert await feed(records, stores) == {"search": 0, "vectors": 2, "graph": 0, "cache": 0}
    assert stores["search"].shown() == ["a", "b"]
    stores["vectors"].down = None
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert stores["vectors"].shown() == ["a", "b"]
    assert await records.entities.dead_letters("vectors") == []


async def test_a_store_that_was_down_is_left_alone_for_a_while_each_time_longer(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = now_us()

    def clock(_: object) -> int:
        return now

    monkeypatch.setattr(records.leases, "clock", clock)
    search = stores["search"]
    search.down = Temporary("no answer")
    await records.entities.save([entity("a")])
    tries: list[float] = []
    applied = search.apply

    async def counted(changes: Sequence[Versioned]) -> None:
        tries.append((now - began) / 1e6)
        await applied(changes)

    search.apply, began = counted, now
    for _ in range(200):
        await drain(records, {"search": search}, limit_s=60)
        now += 1_000_000
    assert tries == [0, 2, 6, 14, 30, 62, 122, 182]
    search.down = None
    now += 60_000_000
    assert await drain(records, {"search": search}, limit_s=60) == {"search": 0}


async def test_whoever_insists_tries_a_store_that_was_down_just_now(
    records: Records, stores: dict[Store, Moody]
) -> None:
    search = stores["search"]
    search.down = Temporary("no answer")
    await records.entities.save([entity("a")])
    told: list[str] = []
    await drain(records, {"search": search}, limit_s=60, on_down=lambda store, why: told.append(f"{store}: {why}"))
    search.down = None
    assert await drain(records, {"search": search}, limit_s=60) == {"search": 1}
    assert await drain(records, {"search": search}, limit_s=60, ignore_backoff=True) == {"search": 0}
    assert told == ["search: no answer"]


async def test_who_has_no_patience_leaves_a_slow_store_behind_and_the_next_does_not_even_ask(
    records: Records, stores: dict[Store, Moody]
) -> None:
    stores["graph"].pause = asyncio.Event()
    await records.entities.save([entity("a")])
    hurry: dict[Store, float] = {"graph": 0.05}
    for _ in range(2):
        async with asyncio.timeout(30):
            behind = await drain(records, stores, limit_s=60, timeout_s=hurry)
        assert behind == {"search": 0, "vectors": 0, "graph": 1, "cache": 0}
        assert stores["graph"].reached.is_set() is (_ == 0)
        stores["graph"].reached.clear()
    stores["graph"].pause.set()
    assert await drain(records, stores, limit_s=60) == dict.fromkeys(STORES, 0)


async def test_who_has_no_patience_waits_for_no_other_relay_that_gets_nothing_done(records: Records) -> None:
    await records.entities.save([entity("a")])
    assert await records.leases.acquire("relay:search", "stuck", ttl_s=60) is not None
    async with asyncio.timeout(30):
        behind = await drain(records, {"search": Moody("search")}, limit_s=60, timeout_s={"search": 0.05})
    assert behind == {"search": 1}


async def test_the_lease_is_renewed_while_a_batch_takes_long(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_TTL_S", 0.3)
    await records.entities.save([entity("a")])
    first, second = Moody("search"), Moody("search")
    first.pause = asyncio.Event()
    draining = asyncio.create_task(drain(records, {"search": first}, limit_s=60))
    await first.reached.wait()
    held = await records.leases.current("relay:search")
    assert held is not None
    while (renewed := await records.leases.current("relay:search")) is None or renewed.until == held.until:  # noqa: ASYNC110 - a row rings no bell
        await asyncio.sleep(0.01)
    assert (renewed.holder, renewed.token) == (held.holder, held.token)
    first.pause.set()
    assert await draining == {"search": 0}
    assert second.batches == []


async def test_a_store_that_refuses_the_password_blames_no_entry(records: Records, stores: dict[Store, Moody]) -> None:
    search = stores["search"]
    search.down = Permanent("the password is refused")
    await records.entities.save([entity(f"{place}") for place in range(5)])
    told: list[str] = []
    for _ in range(10):
        assert await drain(
            records, {"search": search}, limit_s=60, ignore_backoff=True, on_down=lambda _, why: told.append(str(why))
        ) == {"search": 5}
    assert set(told) == {"the password is refused"}
    assert await records.entities.dead_letters("search") == []
    search.down = None
    assert await feed(records, {"search": search}) == {"search": 0}


async def test_a_store_that_does_not_answer_delays_nobody_past_the_limit(
    records: Records, stores: dict[Store, Moody]
) -> None:
    stores["graph"].pause = asyncio.Event()
    await records.entities.save([entity("a")])
    async with asyncio.timeout(60):
        behind = await feed(records, stores, limit_s=0.5)
    assert behind == {"search": 0, "vectors": 0, "graph": 1, "cache": 0}
    assert await records.leases.current("relay:graph") is None


async def test_what_cannot_be_shown_is_set_aside_after_8_tries_and_blocks_nothing(
    records: Records, stores: dict[Store, Moody]
) -> None:
    search = stores["search"]
    search.poison = {"bad"}
    await records.entities.save([entity("a"), entity("bad"), entity("c")])
    tries: list[str] = []
    fault = records.entities.record_failure

    async def counted(store: Store, key: tuple[str, str], what: str) -> None:
        tries.append(f"{store}: {key[1]}: {what}")
        await fault(store, key, what)

    records.entities.record_failure = counted  # pyright: ignore[reportAttributeAccessIssue]
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert search.shown() == ["a", "c"]
    assert stores["graph"].shown() == ["a", "bad", "c"]
    assert tries == ["search: bad: bad can't be shown."] * 8
    assert await records.entities.dead_letters("search") == [("product", "bad", "bad can't be shown.")]
    # Changed, it is tried once more.
    search.poison = set()
    await records.entities.save([entity("bad", "Good now")])
    await feed(records, stores)
    assert search.shown() == ["a", "bad", "c"]
    assert await records.entities.dead_letters("search") == []


async def test_a_store_that_goes_down_in_the_midst_is_no_fault_of_what_it_was_given(
    records: Records, stores: dict[Store, Moody]
) -> None:
    search = stores["search"]
    search.poison = {"a"}
    applied = search.apply

    async def failing(changes: Sequence[Versioned]) -> None:
        if {"a", "b"} & {change.entity_id for change in changes} == {"b"}:
            raise Temporary("no answer")
        await applied(changes)

    search.apply = failing
    await records.entities.save([entity("a"), entity("b"), entity("c")])
    for _ in range(8):
        await feed(records, stores)
    assert [key for _, key, _ in await records.entities.dead_letters("search")] == ["a"]
    assert await records.entities.behind("search") == 2


async def test_a_relay_that_was_paused_past_its_lease_brings_nothing_back(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_TTL_S", 0.05)
    # As SIGSTOP stops it: nothing renews the lease. tests/contract/projection/test_paused.py really sends it.
    monkeypatch.setattr("magicai.stores.relay._StoreRelay._renewing", _never_renewing)
    await records.entities.save([entity("a"), entity("b")])
    slow, quick = Moody("search"), Moody("search")
    quick.rows = slow.rows
    slow.pause = asyncio.Event()
    paused = asyncio.create_task(drain(records, {"search": slow}, limit_s=30))
    await slow.reached.wait()
    # It has read both, and waits; meanwhile one is deleted, one changed, and another relay takes its place.
    await records.entities.delete("product", ["a"])
    await records.entities.save([entity("b", "Teapot")])
    assert await drain(records, {"search": quick}, limit_s=30) == {"search": 0}
    slow.pause.set()
    assert await paused == {"search": 0}
    assert slow.shown() == ["b"]
    assert [row.entity.title for row in slow.rows.values() if row.entity] == ["Teapot"]
    assert {row.version for row in slow.rows.values()} == {2}


async def test_a_change_while_it_is_projected_is_not_lost(records: Records) -> None:
    search = Moody("search")
    search.pause = asyncio.Event()
    await records.entities.save([entity("a")])
    draining = asyncio.create_task(drain(records, {"search": search}, limit_s=30))
    await search.reached.wait()
    await records.entities.save([entity("a", "Teapot")])
    search.pause.set()
    assert await draining == {"search": 0}
    (row,) = search.rows.values()
    assert row.version == 2


async def test_two_relays_of_one_store_do_not_work_at_once(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_POLL_S", 0.01)
    await records.entities.save([entity("a")])
    first, second = Moody("search"), Moody("search")
    second.rows = first.rows
    first.pause = asyncio.Event()
    draining = asyncio.create_task(drain(records, {"search": first}, limit_s=30))
    await first.reached.wait()
    waiting = asyncio.create_task(drain(records, {"search": second}, limit_s=30))
    held = await records.leases.current("relay:search")
    first.pause.set()
    assert await draining == await waiting == {"search": 0}
    assert held is not None
    assert second.batches == []
    assert await records.leases.current("relay:search") is None


async def test_no_time_means_no_work(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a")])
    assert await feed(records, stores, limit_s=0) == dict.fromkeys(STORES, 1)


class Listener:
    """Hears of progress, as a run's watch does."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int | None, str]] = []

    async def progress(self, done: int, total: int | None, unit: str, **_: object) -> None:
        self.heard.append((done, total, unit))


async def test_progress_counts_the_entries_of_all_stores(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b")])
    listener = Listener()
    await drain(records, stores, limit_s=60, reporter=listener)  # pyright: ignore[reportArgumentType] - of a watch, it needs no more
    assert [done for done, _, _ in listener.heard] == [2, 4, 6, 8]
    assert {(total, unit) for _, total, unit in listener.heard} == {(8, "entries")}
