"""Work on many items: as many at once as may be, each kept, whatever fails, is stopped or is killed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, cast

import pytest

from magicai.brain.steps import StepFunction, StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.ports import Claimed, ItemChange, ItemCounts, ItemRecords, ItemState, NewItem
from magicai.runs.items import ItemSource, each, results
from magicai.runs.run import JSON, Attempt, Run, RunStatus

from .conftest import Bench

Works = Callable[[str, Any], Any]
Listing = Callable[[], ItemSource]


def working(
    do: Works,
    given: dict[Any, Any] | Listing,
    *,
    at_once: int = 8,
    attempts: int = 3,
    unit: str = "items",
) -> StepFunction:
    """A step that works on items, and gives what came of them."""

    def listing() -> ItemSource:
        return given() if callable(given) else list(given.items())

    async def worked(key: str, value: Any) -> Any:
        made = do(key, value)
        return await made if asyncio.iscoroutine(made) else made

    @step(provides="a", retries=1)
    async def work(run: StepRun) -> dict[str, Any]:
        await each(run, listing(), worked, at_once=at_once, attempts=attempts, wait_s=0.0, unit=unit)
        return {key: value async for key, value in results(run)}

    return work


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


async def kill(bench: Bench, run: Run, work: StepFunction, at: int, *, before: bool = False) -> bool:
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


async def again(bench: Bench, run: Run, work: StepFunction) -> tuple[RunStatus, JSON]:
    return await bench.attempt(await bench.records.runs.get(run.run_id), ["a"], work)


async def test_what_came_of_each_is_given_in_the_order_of_the_list(bench: Bench) -> None:
    async def double(key: str, value: int) -> int:
        await asyncio.sleep(0.01 if key == "a" else 0)
        return 2 * value

    run = await bench.run()
    status, result = await bench.attempt(run, ["a"], working(double, {"b": 1, "a": 2, "c": 3}))
    assert status is RunStatus.COMPLETED
    assert list(result["a"].items()) == [("b", 2), ("a", 4), ("c", 6)]
    (last,) = [event for event in await bench.events(run) if event.kind == "progress"][-1:]
    assert (last.data["done"], last.data["total"], last.data["unit"]) == (3, 3, "items")


async def test_as_many_run_at_once_as_may_and_the_next_begins_when_one_ends(bench: Bench) -> None:
    """Not in waves: while the slowest goes on, all others are worked on beside it, never more than two."""
    others = asyncio.Event()
    running, most, left = 0, 0, 9

    async def do(key: str, _: None) -> None:
        nonlocal running, most, left
        running += 1
        most = max(most, running)
        if key == "slow":
            async with asyncio.timeout(20):
                await others.wait()
        else:
            left -= 1
            if not left:
                others.set()
        running -= 1

    given = {"slow": None, **{f"{n}": None for n in range(9)}}
    status, _ = await bench.attempt(await bench.run(), ["a"], working(do, given, at_once=2))
    assert (status, most) == (RunStatus.COMPLETED, 2)


async def test_no_more_are_running_in_the_records_than_are_worked_on(bench: Bench) -> None:
    run = await bench.run()
    seen: list[int] = []

    async def do(key: str, _: None) -> None:
        seen.append((await bench.records.items.counts(run.run_id))["work"].running)

    await bench.attempt(run, ["a"], working(do, {f"{n}": None for n in range(9)}, at_once=3))
    assert max(seen) <= 3


async def test_what_fails_is_a_problem_and_costs_no_other(bench: Bench) -> None:
    tries: list[str] = []

    def do(key: str, _: None) -> str:
        tries.append(key)
        if key == "busy":
            raise Temporary("It is busy.", way_out="Later.")
        if key == "twice" and tries.count(key) < 3:
            raise Temporary("Not yet.")
        if key == "never":
            raise Permanent("There is no such thing.")
        if key == "fault":
            raise ZeroDivisionError("by zero")
        return key

    run = await bench.run()
    given: dict[Any, Any] = dict.fromkeys(("busy", "never", "fault", "twice", "well"))
    status, result = await bench.attempt(run, ["a"], working(do, given))
    assert status is RunStatus.PARTIAL
    assert result["a"] == {"twice": "twice", "well": "well"}
    assert [(one["where"], one["what"], one["temporary"]) for one in result["problems"]] == [
        ("busy", "busy: It is busy.", True),
        ("never", "never: There is no such thing.", False),
        ("fault", "fault: ZeroDivisionError: by zero", False),
    ]
    assert {key: tries.count(key) for key in given} == {"busy": 3, "never": 1, "fault": 1, "twice": 3, "well": 1}


async def test_of_many_that_fail_some_are_named(bench: Bench) -> None:
    def do(key: str, _: None) -> None:
        raise Permanent("No.")

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], working(do, {f"{n}": None for n in range(50)}, unit="rows"))
    assert len(result["problems"]) == 21
    assert result["problems"][-1]["what"] == "30 rows more failed."
    assert run.run_id in result["problems"][-1]["way_out"]


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


async def test_one_that_ends_its_process_each_time_fails_and_takes_no_other_along(bench: Bench) -> None:
    async def do(key: str, _: None) -> str:
        if key == "3":
            dying.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(0.05)  # what is worked on beside it is cut with it
        return key

    run = await bench.run()
    given = {f"{n}": None for n in range(6)}
    work = working(do, given, at_once=6)
    deaths = 0
    while True:
        dying = asyncio.Event()
        within = bench.records.items
        killed = Killed(within, 10_000, before=True)
        bench.records.items = cast("ItemRecords", killed)
        going = asyncio.create_task(bench.attempt(await bench.records.runs.get(run.run_id), ["a"], work))
        waiting = asyncio.create_task(dying.wait())
        await asyncio.wait((going, waiting), return_when=asyncio.FIRST_COMPLETED)
        bench.records.items = within
        if going.done():
            waiting.cancel()
            break
        deaths += 1
        killed.killed.set()
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
        await found_dead(bench)
    status, result = going.result()
    assert (status, deaths) == (RunStatus.PARTIAL, 3)
    assert list(result["a"]) == ["0", "1", "2", "4", "5"]
    (problem,) = result["problems"]
    assert problem["where"] == "3"
    assert problem["what"] == "3: The process ended while this was worked on, 3 times."
    assert f"magicai resume {run.run_id}" in problem["way_out"]


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


async def test_a_budget_that_is_used_up_ends_the_step_and_not_each_item(bench: Bench) -> None:
    worked: list[str] = []

    def do(key: str, _: None) -> str:
        worked.append(key)
        if key == "b":
            raise OverBudget("The run has cost too much.", way_out="Raise it.")
        return key

    run = await bench.run()
    status, _ = await bench.attempt(run, ["a"], working(do, dict.fromkeys("abcd"), at_once=1))
    assert (status, worked) == (RunStatus.FAILED, ["a", "b"])
    assert (await bench.records.items.counts(run.run_id))["work"] == ItemCounts(pending=3, done=1)


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


async def test_no_more_of_a_long_list_is_taken_than_a_page_and_the_rest_waits_in_the_records(bench: Bench) -> None:
    within = bench.records.items
    taken = added = most = 0

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(within, name)

        async def add(self, attempt: Attempt, step: str, listing: str, items: Sequence[NewItem], *, at: int) -> None:
            nonlocal added
            await within.add(attempt, step, listing, items, at=at)
            added += len(items)

    async def given() -> AsyncIterator[tuple[str, int]]:
        nonlocal taken, most
        for number in range(450):
            taken += 1
            most = max(most, taken - added)
            yield f"{number}", number

    bench.records.items = cast("ItemRecords", Counting())
    status, result = await bench.attempt(await bench.run(), ["a"], working(lambda _, value: value, given, at_once=100))
    bench.records.items = within
    assert status is RunStatus.COMPLETED
    assert list(result["a"].values()) == list(range(450))
    assert (added, most) == (450, 200)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"": 1}, "'' is no key of an item."),
        ({"x" * 501: 1}, "is no key of an item."),
        ({7: 1}, "'7' is no key of an item."),
        ({"a": object()}, "The input of item 'a' can't be kept"),
    ],
)
async def test_a_list_that_is_none_is_refused_before_any_work(bench: Bench, given: dict[Any, Any], what: str) -> None:
    status, result = await bench.attempt(await bench.run(), ["a"], working(lambda key, _: pytest.fail(key), given))
    assert status is RunStatus.FAILED
    assert what in result["problems"][0]["what"]


async def test_an_answer_that_cannot_be_kept_fails_its_item_alone(bench: Bench) -> None:
    def do(key: str, _: None) -> object:
        return object() if key == "a" else key

    status, result = await bench.attempt(await bench.run(), ["a"], working(do, dict.fromkeys("ab")))
    assert (status, result["a"]) == (RunStatus.PARTIAL, {"b": "b"})


async def test_no_items_are_no_problem(bench: Bench) -> None:
    status, result = await bench.attempt(await bench.run(), ["a"], working(lambda _key, _value: None, {}))
    assert (status, result["a"]) == (RunStatus.COMPLETED, {})
