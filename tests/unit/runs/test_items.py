"""Work on many items: as many at once as may be, each kept, whatever fails, is stopped or is killed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest

from magicai.brain.steps import StepRun, step
from magicai.cli.words import counted
from magicai.errors import Invalid, OverBudget, Permanent, Temporary
from magicai.ports import ItemCounts, ItemRecords, NewItem
from magicai.runs.items import PutOff, each
from magicai.runs.run import Attempt, RunStatus

from .conftest import Bench
from .item_steps import working


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


async def test_an_item_that_failed_is_not_counted_as_done(bench: Bench) -> None:
    """All of them are over, and the step is as far as it gets: two of three are done."""

    def do(key: str, _: None) -> None:
        if key == "never":
            raise Permanent("There is no such thing.")

    run = await bench.run()
    await bench.attempt(run, ["a"], working(do, dict.fromkeys(("a", "never", "b"))))
    (last,) = [event for event in await bench.events(run) if event.kind == "progress"][-1:]
    assert (last.data["done"], last.data["total"], last.data["extra"]) == (2, 3, {"failed": 1})
    assert counted(last.data) == "2 of 3 items, 1 failed"


async def test_what_is_put_off_comes_later_and_costs_no_attempt(bench: Bench) -> None:
    tries: list[str] = []

    def do(key: str, _: None) -> str:
        tries.append(key)
        if key == "busy" and tries.count(key) < 5:
            raise PutOff(0.01)
        return key

    status, result = await bench.attempt(await bench.run(), ["a"], working(do, {"busy": None, "well": None}))
    assert (status, result["a"]) == (RunStatus.COMPLETED, {"busy": "busy", "well": "well"})
    assert tries.count("busy") == 5


async def test_of_many_that_fail_some_are_named(bench: Bench) -> None:
    def do(key: str, _: None) -> None:
        raise Permanent("No.")

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], working(do, {f"{n}": None for n in range(50)}, unit="rows"))
    assert len(result["problems"]) == 21
    assert result["problems"][-1]["message"]["code"] == "more_items_failed"
    assert run.run_id in result["problems"][-1]["way_out"]


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
        ({"": 1}, "'' is not a valid key of an item."),
        ({"x" * 501: 1}, "is not a valid key of an item."),
        ({7: 1}, "'7' is not a valid key of an item."),
        ({"a": object()}, "The input of item 'a' can't be stored"),
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


async def test_a_second_list_in_a_step_is_refused_though_assertions_are_off(bench: Bench) -> None:
    async def keep(_key: str, value: int) -> int:
        return value

    @step(provides="a")
    async def work(run: StepRun) -> None:
        for _ in range(2):
            await each(run, [("a", 1)], keep)

    _, result = await bench.attempt(await bench.run(), ["a"], work)
    assert [one["what"] for one in result["problems"]] == ["work works on items twice."]
    without: Any = StepRun("r", "o", "work", reporter=cast("Any", None))
    with pytest.raises(Invalid, match="has no items"):
        await each(without, [], keep)


async def test_no_items_are_no_problem(bench: Bench) -> None:
    status, result = await bench.attempt(await bench.run(), ["a"], working(lambda _key, _value: None, {}))
    assert (status, result["a"]) == (RunStatus.COMPLETED, {})
