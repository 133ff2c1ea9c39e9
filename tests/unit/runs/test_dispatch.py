import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.records import sqlite
from magicai.errors import MagicError, Permanent, Temporary
from magicai.ports import Orchestrator, Records
from magicai.runs.queue import dispatch
from magicai.runs.queue.dispatch import Dispatcher
from magicai.runs.queue.health import check as check_queue
from magicai.runs.queue.stranded import stranded
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.values.ids import new_id


class FakeOrchestrator:
    """Starts what it is told to; a test says what becomes of it."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.failures: dict[str, MagicError] = {}
        self.over: dict[str, RunStatus] = {}
        self.on_start: Callable[[], Awaitable[None]] | None = None

    async def start(self, run: Run) -> None:
        self.started.append(run.run_id)
        if self.on_start is not None:
            await self.on_start()

    def failure(self, run_id: str) -> MagicError | None:
        return self.failures.get(run_id)

    async def ended_before_attempt(self, waiting: Collection[str]) -> dict[str, RunStatus]:
        return {run_id: fate for run_id, fate in self.over.items() if run_id in waiting}

    def alive(self, _attempt: Attempt) -> bool:
        return True


class House:
    """Records with runs, and a dispatcher whose time a test moves."""

    def __init__(self, path: Path) -> None:
        self.records: Records = sqlite.open(path, now=lambda: 1_000_000 + int(1_000_000 * self.now))
        self.orchestrator, self.now = FakeOrchestrator(), 0.0

    def dispatcher(self, at_once: int = 2, places: int | None = None) -> Dispatcher:
        runs, size = cast("Orchestrator", self.orchestrator), places or at_once
        return Dispatcher(
            lambda: self.records, runs, at_once=lambda: at_once, places=lambda: size, clock=lambda: self.now
        )

    async def queue(self, owner: str = "ann", origin: Origin = Origin.API) -> str:
        run_id = new_id()
        run = Run(
            run_id=run_id,
            owner_id=owner,
            workflow="w",
            request={},
            origin=origin,
            status=RunStatus.QUEUED,
            created_at=len(self.orchestrator.started) + 1,
        )
        await self.records.runs.add(run, key=run_id)
        return run_id

    async def begin(self, run_id: str) -> Attempt:
        return await self.records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

    async def finish(self, attempt: Attempt, status: RunStatus = RunStatus.COMPLETED) -> None:
        await self.records.runs.finish(attempt, status, {})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path / "records.sqlite3")
    yield made
    closing: Any = made.records
    await closing.close()


async def test_no_more_run_at_a_time_than_may(house: House) -> None:
    queued = [await house.queue() for _ in range(5)]
    dispatcher = house.dispatcher()
    assert len(await dispatcher.dispatch_once()) == 2
    assert await dispatcher.dispatch_once() == []
    first = await house.begin(house.orchestrator.started[0])
    assert await dispatcher.dispatch_once() == []
    await house.finish(first)
    assert len(await dispatcher.dispatch_once()) == 1
    assert set(house.orchestrator.started) <= set(queued)


async def test_who_has_many_queued_does_not_hold_up_who_has_one(house: House) -> None:
    for _ in range(5):
        await house.queue("ann")
    bobs = await house.queue("bob")
    assert bobs in await house.dispatcher().dispatch_once()


async def test_one_of_several_dispatches_and_the_next_takes_over(house: House) -> None:
    await house.queue()
    one, two = house.dispatcher(), house.dispatcher()
    assert len(await one.dispatch_once()) == 1
    await house.queue()
    assert await two.dispatch_once() == []
    await one.release()
    assert len(await two.dispatch_once()) == 2, "one that has not begun is started again; only one attempt can begin"


async def test_what_a_command_starts_itself_is_left_to_it_until_it_is_queued_again(house: House) -> None:
    run_id = await house.queue(origin=Origin.CLI)
    dispatcher = house.dispatcher()
    assert await dispatcher.dispatch_once() == []
    await house.finish(await house.begin(run_id), RunStatus.FAILED)
    await house.records.runs.requeue(run_id)
    assert await dispatcher.dispatch_once() == [run_id]


async def test_a_commands_run_that_never_began_is_started_once_the_page_or_the_api_resumes_it(house: House) -> None:
    run_id = await house.queue(origin=Origin.CLI)
    await house.records.runs.requeue(run_id)
    assert await house.dispatcher().dispatch_once() == [run_id]


async def test_what_follows_another_run_is_started_whoever_accepted_it(house: House) -> None:
    run_id = await house.queue(origin=Origin.RUN)
    assert await house.dispatcher().dispatch_once() == [run_id]


async def test_a_run_that_did_not_begin_is_tried_again_later_and_gives_its_place_to_others(house: House) -> None:
    run_id = await house.queue()
    dispatcher = house.dispatcher(at_once=1)
    assert await dispatcher.dispatch_once() == [run_id]
    house.orchestrator.failures[run_id] = Temporary("Prefect's server did not start.")
    other = await house.queue("bob")
    assert await dispatcher.dispatch_once() == [other]
    await house.finish(await house.begin(other))
    assert await dispatcher.dispatch_once() == []
    house.orchestrator.failures.clear()
    house.now += 10
    assert await dispatcher.dispatch_once() == [run_id]


async def test_nothing_is_started_where_nothing_may(house: House) -> None:
    await house.queue()
    assert await house.dispatcher(at_once=0).dispatch_once() == []


async def test_a_cancelled_run_is_not_started(house: House) -> None:
    run_id = await house.queue()
    await house.records.runs.request_cancel(run_id)
    assert await house.dispatcher().dispatch_once() == []


async def test_what_was_cancelled_before_it_began_has_ended(house: House) -> None:
    run_id = await house.queue()
    dispatcher = house.dispatcher()
    assert await dispatcher.dispatch_once() == [run_id]
    house.orchestrator.over[run_id] = RunStatus.CANCELLED
    house.now = 5.0
    assert await dispatcher.dispatch_once() == []
    assert (await house.records.runs.get(run_id)).status is RunStatus.CANCELLED


async def test_what_was_killed_before_it_began_is_tried_again_soon(house: House) -> None:
    run_id = await house.queue()
    dispatcher = house.dispatcher()
    await dispatcher.dispatch_once()
    house.orchestrator.over[run_id] = RunStatus.FAILED
    started: list[str] = []
    for house.now in (5.0, 9.0, 13.0):
        started += await dispatcher.dispatch_once()
    assert started == [run_id]


async def test_more_are_let_go_as_soon_as_more_may(house: House) -> None:
    for _ in range(6):
        await house.queue()
    room = [1]
    runs = cast("Orchestrator", house.orchestrator)
    dispatcher = Dispatcher(
        lambda: house.records, runs, at_once=lambda: room[0], places=lambda: room[0], clock=lambda: house.now
    )
    assert len(await dispatcher.dispatch_once()) == 1
    room[0] = 4
    assert len(await dispatcher.dispatch_once()) == 3


async def test_who_comes_after_hundreds_of_anothers_does_not_wait_for_them(house: House) -> None:
    for _ in range(210):
        await house.queue("ann")
    bobs = await house.queue("bob")
    assert bobs in await house.dispatcher().dispatch_once()


async def test_one_that_lives_in_silence_holds_up_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(_: float) -> None:
        raise AssertionError("the turn waits")

    monkeypatch.setattr(asyncio, "sleep", wait)
    await house.begin(await house.queue())
    house.now += 100
    other = await house.queue()
    assert await house.dispatcher().dispatch_once() == [other]


async def test_who_took_longer_than_the_lease_lasts_starts_no_more(house: House) -> None:
    for _ in range(3):
        await house.queue()
    slow, other = house.dispatcher(3), house.dispatcher(3)

    async def while_it_starts() -> None:
        house.orchestrator.on_start = None
        house.now += 20
        assert len(await other.dispatch_once()) == 3

    house.orchestrator.on_start = while_it_starts
    assert len(await slow.dispatch_once()) == 1


async def test_a_look_that_fails_does_not_keep_the_queue_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = await house.queue()
    dispatcher = house.dispatcher()

    async def fail(*_: object, **__: object) -> None:
        raise ValueError("a bad row")

    monkeypatch.setattr(dispatch, "close_dead_runs", fail)
    with pytest.raises(ValueError, match="a bad row"):
        await dispatcher.dispatch_once()
    assert await dispatcher.dispatch_once() == [run_id]


async def test_a_flow_run_that_died_before_its_runs_first_attempt_has_that_begun(house: House) -> None:
    run_id = await house.queue(origin=Origin.SCHEDULE)
    dispatcher = house.dispatcher()
    assert await dispatcher.dispatch_once() == [], "its flow run begins it"
    house.now = 70.0
    assert await dispatcher.dispatch_once() == [run_id]


async def test_what_nobody_will_begin_is_told(house: House) -> None:
    commands, apis = await house.queue(origin=Origin.CLI), await house.queue(origin=Origin.API)
    assert await stranded(house.records) == [], "whoever accepted them may just begin them"
    house.now = 70.0
    assert {run.run_id for run in await stranded(house.records)} == {commands, apis}
    assert await stranded(house.records, owner_id="bob") == []
    await house.dispatcher(at_once=1).dispatch_once()
    assert [run.run_id for run in await stranded(house.records)] == [commands], "the other one begins by itself"
    with pytest.raises(Permanent, match=f"magicai resume {commands}"):
        await check_queue(house.records)


async def gives_way(house: House, attempt: Attempt) -> bool:
    """Whether an attempt is asked to; it does."""
    return await house.records.runs.beat(attempt) and await house.records.runs.put_back(attempt)


async def test_who_holds_all_places_with_long_runs_makes_room_for_who_has_none(house: House) -> None:
    dispatcher = house.dispatcher()
    anns = [await house.queue("ann") for _ in range(3)]
    first, second = [await house.begin(run_id) for run_id in await dispatcher.dispatch_once()]
    house.now = 60.0
    assert await dispatcher.dispatch_once() == []
    assert not await gives_way(house, first), "nobody else waits"
    bobs = await house.queue("bob")
    for house.now in (61.0, 72.0):
        await dispatcher.dispatch_once()
    gave = [attempt.run_id for attempt in (first, second) if await gives_way(house, attempt)]
    assert len(gave) == 1
    assert await dispatcher.dispatch_once() == [bobs], "not the one that made room, nor another one of hers"
    bob = await house.begin(bobs)
    for house.now in (83.0, 94.0, 200.0):
        assert await dispatcher.dispatch_once() == []
    assert not await house.records.runs.beat(bob), "each has one now"
    await house.finish(bob)
    assert set(await dispatcher.dispatch_once()) <= {*anns}, "what made room goes on in its turn"


async def test_the_only_run_of_its_owner_keeps_its_place_for_longer(house: House) -> None:
    dispatcher = house.dispatcher(at_once=1)
    await house.queue("ann")
    ann = await house.begin((await dispatcher.dispatch_once())[0])
    bobs = await house.queue("bob")
    for house.now in (60.0, 71.0, 300.0):
        await dispatcher.dispatch_once()
    assert not await house.records.runs.beat(ann)
    house.now = 601.0
    await dispatcher.dispatch_once()
    assert await gives_way(house, ann)
    assert await dispatcher.dispatch_once() == [bobs]


async def test_whoever_has_held_places_for_longest_comes_last(house: House) -> None:
    dispatcher = house.dispatcher(at_once=1)
    for _ in range(2):
        await house.queue("ann")
    first = await house.begin((await dispatcher.dispatch_once())[0])
    bobs = await house.queue("bob")
    house.now = 5.0
    await dispatcher.dispatch_once()
    await house.finish(first)
    assert await dispatcher.dispatch_once() == [bobs], "though hers was asked for before his"


async def test_one_of_the_places_ahead_is_for_somebody_else(house: House) -> None:
    dispatcher = house.dispatcher(at_once=4, places=2)
    for _ in range(5):
        await house.queue("ann")
    assert len(await dispatcher.dispatch_once()) == 3
    bobs = await house.queue("bob")
    assert await dispatcher.dispatch_once() == [bobs]
