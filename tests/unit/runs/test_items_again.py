"""Items once more: after a kill, a stop, another try or `magicai resume`, what was done is done once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest

from magicai.brain.steps import Step, StepRun, step
from magicai.errors import Permanent, Temporary
from magicai.ports import Claimed, ItemChange, ItemRecords, ItemState
from magicai.runs.items import each, results
from magicai.runs.run import JSON, Attempt, Run, RunStatus

from .conftest import Bench
from .item_steps import working


class Killed:
    """Items' records that are out of reach from one call on: as a process that is killed there reaches nothing more."""

    def __init__(self, within: ItemRecords, at: int, *, before: bool) -> None:
        self._within, self._at, self._before = within, at, before
        self._calls = 0
        self.killed = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any, **named: Any) -> Any:
            self._calls += 1
            if self.killed.is_set():
                raise Permanent("nothing of this process goes on")
            if self._calls == self._at and self._before:
                await self._die()
            answer = await getattr(self._within, name)(*given, **named)
            if self._calls == self._at:
                await self._die()
            return answer

        return call

    async def _die(self) -> None:
        self.killed.set()
        await asyncio.Event().wait()


async def kill(bench: Bench, run: Run, work: Step, at: int, *, before: bool = False) -> bool:
    """Carry a run out, and kill it at a call; answers whether it came that far."""
    within = bench.records.items
    records = Killed(within, at, before=before)
    bench.records.items = cast("ItemRecords", records)
    going = asyncio.create_task(bench.attempt(run, ["a"], work))
    dying = asyncio.create_task(records.killed.wait())
    await asyncio.wait((going, dying), return_when=asyncio.FIRST_COMPLETED)
    for task in (going, dying):
        task.cancel()
    await asyncio.gather(going, dying, return_exceptions=True)
    bench.records.items = within
    await found_dead(bench)
    return records.killed.is_set()


async def found_dead(bench: Bench) -> None:
    while unfinished := await bench.records.runs.unfinished():  # a last beat may still be on its way
        await bench.records.runs.restart(unfinished[0][1], most=99)


async def again(bench: Bench, run: Run, work: Step) -> tuple[RunStatus, JSON]:
    return await bench.attempt(await bench.records.runs.get(run.run_id), ["a"], work)


async def test_resumed_it_does_what_failed_and_nothing_else(bench: Bench) -> None:
    worked: list[str] = []
    broken = [True]

    def do(key: str, _: None) -> str:
        worked.append(key)
        if key == "b" and broken:
            raise Permanent("No.")
        return key

    run = await bench.run()
    work = working(do, dict.fromkeys("abc"))
    status, _ = await bench.attempt(run, ["a"], work)
    assert status is RunStatus.PARTIAL
    broken.clear()
    status, result = await again(bench, run, work)
    assert status is RunStatus.COMPLETED
    assert result["a"] == {"a": "a", "b": "b", "c": "c"}
    assert (worked, result["problems"]) == (["a", "b", "c", "b"], [])


async def test_what_has_changed_is_done_again_and_what_is_gone_is_gone(bench: Bench) -> None:
    worked: list[tuple[str, int]] = []
    given = {"same": 1, "changed": 1, "gone": 1}
    broken = [True]

    def do(key: str, value: int) -> int:
        worked.append((key, value))
        return value

    @step(provides="a")
    async def work(run: StepRun) -> dict[str, int]:
        async def worked_on(key: str, value: int) -> int:
            return do(key, value)

        await each(run, given.items(), worked_on)
        if broken:
            raise Permanent("the plug was pulled")
        return {key: value async for key, value in results(run)}

    run = await bench.run()
    await bench.attempt(run, ["a"], work)
    given.update(changed=2, new=1)
    del given["gone"]
    broken.clear()
    worked.clear()
    _, result = await again(bench, run, work)
    assert worked == [("changed", 2), ("new", 1)]
    assert result["a"] == {"same": 1, "changed": 2, "new": 1}


async def test_killed_at_any_call_it_loses_nothing_and_does_no_item_again_that_was_kept(bench: Bench) -> None:
    given = {f"{n}": n for n in range(3)}
    for before in (True, False):
        at = came = 1
        while came:
            worked: list[str] = []

            def do(key: str, value: int, worked: list[str] = worked) -> int:
                worked.append(key)
                return value

            run = await bench.run()
            work = working(do, given, at_once=2)
            came = await kill(bench, run, work, at, before=before)
            kept = {item.key for item in await bench.records.items.listed(run.run_id, states=(ItemState.DONE,))}
            after = len(worked)
            if came:
                status, result = await again(bench, run, work)
                assert (status, result["a"]) == (RunStatus.COMPLETED, given)
                assert kept.isdisjoint(worked[after:])
                assert worked[after:] == [key for key in given if key not in kept]
            at += 1
        assert at > 5


async def die_until_done(
    bench: Bench,
    run: Run,
    work: Step,
    dying: asyncio.Event,
    *,
    most: int = 20,
    on_death: Callable[[], Awaitable[None]] | None = None,
) -> tuple[int, "asyncio.Task[tuple[RunStatus, JSON]]"]:
    """Attempts whose process ends whenever an item says so; answers how many, and the one that did not."""
    deaths = 0
    while True:
        dying.clear()
        within = bench.records.items
        killed = Killed(within, 10_000, before=True)
        bench.records.items = cast("ItemRecords", killed)
        going = asyncio.create_task(bench.attempt(await bench.records.runs.get(run.run_id), ["a"], work))
        waiting = asyncio.create_task(dying.wait())
        await asyncio.wait((going, waiting), return_when=asyncio.FIRST_COMPLETED)
        bench.records.items = within
        if going.done():
            waiting.cancel()
            return deaths, going
        assert deaths < most, "it goes on for ever"
        deaths += 1
        killed.killed.set()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        if on_death is not None:
            await on_death()
        await found_dead(bench)


async def test_one_that_ends_its_process_each_time_fails_and_takes_no_other_along(bench: Bench) -> None:
    async def do(key: str, _: None) -> str:
        if key == "3":
            dying.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(0.05)  # what is worked on beside it is cut with it
        return key

    run, dying = await bench.run(), asyncio.Event()
    given = {f"{n}": None for n in range(6)}
    deaths, ended = await die_until_done(bench, run, working(do, given, at_once=6), dying)
    status, result = ended.result()
    assert (status, deaths) == (RunStatus.PARTIAL, 1 + 3), "once beside others, and three times alone"
    assert list(result["a"]) == ["0", "1", "2", "4", "5"]
    (problem,) = result["problems"]
    assert problem["where"] == "3"
    assert problem["message"]["params"]["why"]["code"] == "item_interrupted"
    assert problem["message"]["params"]["item"] == "3"
    assert f"magicai resume {run.run_id}" in problem["way_out"]


async def test_what_waits_for_servers_goes_on_side_by_side_after_its_process_was_killed(bench: Bench) -> None:
    running, most, killed = 0, 0, asyncio.Event()

    async def do(key: str, _: None) -> str:
        nonlocal running, most
        running += 1
        if running == 6 and not killed.is_set():
            killed.set()
            dying.set()
            await asyncio.sleep(3600)
        most = max(most, running) if killed.is_set() else 0
        await asyncio.sleep(0.05 if killed.is_set() else 3600)
        running -= 1
        return key

    async def begin_anew() -> None:
        nonlocal running, most
        running = most = 0

    run, dying = await bench.run(), asyncio.Event()
    given = {f"{n}": None for n in range(6)}
    work = working(do, given, at_once=6, waits_for_others=True)
    deaths, ended = await die_until_done(bench, run, work, dying, on_death=begin_anew)
    status, _ = ended.result()
    assert (status, deaths, most) == (RunStatus.COMPLETED, 1, 6)


@pytest.mark.parametrize("attempts", [1, 3])
async def test_no_item_is_blamed_for_a_death_beside_others(bench: Bench, attempts: int) -> None:
    """Its process ends at its last try, by the one beside it, which does so once."""
    tries: list[str] = []

    async def do(key: str, _: None) -> str:
        tries.append(key)
        if key == "innocent" and tries.count(key) < attempts:
            raise Temporary("Not yet.")
        if tries.count("killer") == 1:
            if key == "innocent":
                dying.set()
            await asyncio.sleep(3600)
        return key

    run, dying = await bench.run(), asyncio.Event()
    work = working(do, dict.fromkeys(("killer", "innocent")), at_once=2, attempts=attempts)
    deaths, ended = await die_until_done(bench, run, work, dying)
    status, result = ended.result()
    assert (status, deaths, list(result["a"])) == (RunStatus.COMPLETED, 1, ["killer", "innocent"])


async def test_an_item_whose_process_was_ended_on_purpose_is_not_blamed(bench: Bench) -> None:
    async def do(key: str, _: None) -> str:
        if len(stops) < 5:
            stops.append(key)
            dying.set()
            await asyncio.sleep(3600)
        return key

    run, dying = await bench.run(), asyncio.Event()
    stops: list[str] = []
    work = working(do, {"long": None}, attempts=1)

    async def stop() -> None:
        unfinished = await bench.records.runs.unfinished()
        await bench.records.items.give_back(unfinished[0][1])
        await bench.records.items.give_back(unfinished[0][1])

    _, ended = await die_until_done(bench, run, work, dying, on_death=stop)
    status, result = ended.result()
    assert (status, len(stops), result["a"]) == (RunStatus.COMPLETED, 5, {"long": "long"})


async def test_stopped_it_gives_back_what_it_was_working_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.runs.items._LISTEN_S", 0.05)
    run = await bench.run()

    async def do(key: str, _: None) -> str:
        if key == "a":
            await bench.records.runs.request_cancel(run.run_id)
            await asyncio.sleep(3600)
        return key

    status, _ = await bench.attempt(run, ["a"], working(do, dict.fromkeys("bac"), at_once=1))
    assert status is RunStatus.CANCELLED
    found = await bench.records.items.listed(run.run_id)
    assert [(item.key, item.state, item.attempts) for item in found] == [
        ("b", ItemState.DONE, 1),
        ("a", ItemState.PENDING, 0),
        ("c", ItemState.PENDING, 0),
    ]


async def test_a_step_that_is_tried_again_goes_on_and_counts_nothing_twice(bench: Bench) -> None:
    """The records are away for a moment: their Temporary is the step's, whose items are none the worse for it."""
    within = bench.records.items
    worked: list[str] = []

    class Away:
        turns = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(within, name)

        async def claim(self, attempt: Attempt, step: str, changes: Sequence[ItemChange], **how: Any) -> Claimed:
            self.turns += 1
            if self.turns in (2, 3):
                raise Temporary("The records do not answer.")
            return await within.claim(attempt, step, changes, **how)

    def do(key: str, _: None) -> str:
        worked.append(key)
        return key

    bench.records.items = cast("ItemRecords", Away())
    run = await bench.run()
    status, result = await bench.attempt(run, ["a"], working(do, dict.fromkeys("ab"), at_once=1, attempts=1))
    bench.records.items = within
    assert (status, list(result["a"])) == (RunStatus.COMPLETED, ["a", "b"])
    assert worked == ["a", "a", "b"]
