"""Items of a run's steps, as `each` (magicai/runs/items.py) writes and reads them."""

from collections.abc import Sequence

import pytest

from magicai.errors import Conflict, Invalid
from magicai.ports import Item, ItemChange, ItemCounts, ItemState, NewItem, Records
from magicai.runs.run import Attempt, Problem, RunStatus
from magicai.values.digest import digest_of
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make

STEP = "price"
NO = Problem(where="b", what="It did not answer.", temporary=True)


def new(key: str, given: object = 1) -> NewItem:
    return NewItem(key, given, digest_of(given))


async def listing(records: Records, attempt: Attempt, *items: NewItem, name: str = "1", step: str = STEP) -> ItemCounts:
    await records.items.add(attempt, step, name, items, at=0)
    return await records.items.finish_listing(attempt, step, name)


async def claim(
    records: Records, attempt: Attempt, *changes: ItemChange, most: int = 8, alone: bool = True
) -> list[Item]:
    return list((await records.items.claim(attempt, STEP, changes, most=most, alone=alone)).items)


def done(item: Item, result: object = None) -> ItemChange:
    return ItemChange(item.key, ItemState.DONE, item.attempts, result=result)


async def keys(records: Records, run_id: str, *states: ItemState) -> list[str]:
    return [item.key for item in await records.items.listed(run_id, states=states)]


async def test_items_are_claimed_in_their_order_once_each(records: Records, make: Make) -> None:
    attempt = await make.attempt()
    counts = await listing(records, attempt, new("b", {"n": 1}), new("a", ["x\0", None]), new("c"))
    assert counts == ItemCounts(pending=3)
    first = await claim(records, attempt, most=2)
    assert [(item.key, item.input, item.attempts, item.state) for item in first] == [
        ("b", {"n": 1}, 1, ItemState.RUNNING),
        ("a", ["x\0", None], 1, ItemState.RUNNING),
    ]
    (last,) = await claim(records, attempt, done(first[0], {"price": 2}), most=2)
    assert last.key == "c"
    assert await records.items.counts(attempt.run_id) == {STEP: ItemCounts(running=2, done=1)}
    (kept,) = await records.items.listed(attempt.run_id, states=(ItemState.DONE,))
    assert (kept.key, kept.result) == ("b", {"price": 2})


async def test_one_that_has_to_wait_lets_others_go_first(records: Records, make: Make, clock: Clock) -> None:
    attempt = await make.attempt()
    await listing(records, attempt, new("a"), new("b"))
    (a,) = await claim(records, attempt, most=1)
    later = ItemChange("a", ItemState.PENDING, a.attempts, problem=NO, wait_s=2.0)
    (b,) = await claim(records, attempt, later, most=1)
    assert b.key == "b"
    turn = await records.items.claim(attempt, STEP, (done(b),), most=1, alone=True)
    assert (list(turn.items), turn.wait_s) == ([], 2.0)
    clock.move(seconds=2)
    (again,) = await claim(records, attempt, most=1)
    assert (again.key, again.attempts, again.problem) == ("a", 2, NO)
    turn = await records.items.claim(attempt, STEP, (done(again),), most=1, alone=True)
    assert (list(turn.items), turn.wait_s) == ([], None)


async def test_one_that_has_to_be_alone_comes_first_and_only_by_itself(records: Records, make: Make) -> None:
    attempt = await make.attempt()
    await listing(records, attempt, new("a"), new("b"), new("c"))
    await claim(records, attempt, most=3)
    await claim(records, attempt, *(ItemChange(k, ItemState.PENDING, 2, alone=k == "c") for k in "abc"), most=0)
    assert await claim(records, attempt, alone=False) == []
    turn = await records.items.claim(attempt, STEP, (), most=3, alone=True)
    assert ([item.key for item in turn.items], turn.alone) == (["c"], True)
    assert [item.key for item in await claim(records, attempt)] == ["a", "b"]


async def test_what_was_done_of_the_same_input_stays_and_what_has_changed_is_pending_again(
    records: Records, make: Make
) -> None:
    attempt = await make.attempt()
    await listing(records, attempt, new("a"), new("b"), new("gone"))
    await claim(records, attempt, *map(done, await claim(records, attempt)))
    counts = await listing(records, attempt, new("new"), new("b", 2), new("a"), name="2")
    assert counts == ItemCounts(pending=2, done=1)
    assert await keys(records, attempt.run_id) == ["new", "b", "a"]
    assert await keys(records, attempt.run_id, ItemState.DONE) == ["a"]


@pytest.mark.parametrize("apart", [False, True])
async def test_a_key_that_comes_twice_is_one_item_or_refused(records: Records, make: Make, apart: bool) -> None:  # noqa: FBT001 - a parameter
    attempt = await make.attempt()

    async def add(*items: NewItem) -> None:
        parts: Sequence[Sequence[NewItem]] = [[item] for item in items] if apart else [items]
        for at, part in enumerate(parts):
            await records.items.add(attempt, STEP, "1", part, at=at)

    await add(new("a"), new("b"), new("a"))
    assert await records.items.finish_listing(attempt, STEP, "1") == ItemCounts(pending=2)
    with pytest.raises(Invalid, check=says("duplicate_item_key", key="c")):
        await add(new("c", 1), new("c", 2))


async def test_a_key_that_no_database_can_keep_is_kept_as_another(records: Records, make: Make) -> None:
    attempt = await make.attempt()
    for name in ("1", "2"):
        await listing(records, attempt, new("a\0\ud800"), name=name)
    assert len(await keys(records, attempt.run_id)) == 1


async def test_of_two_attempts_only_the_later_one_claims_and_writes(records: Records, make: Make) -> None:
    run = await make.run()
    dead = await make.attempt(run)
    await listing(records, dead, new("a"))
    (item,) = await claim(records, dead)
    assert await records.runs.restart(dead, most=9)
    alive = await make.attempt(run, pid=2)
    for asked in (
        records.items.claim(dead, STEP, (done(item),), most=1, alone=True),
        records.items.add(dead, STEP, "2", (new("b"),), at=0),
        records.items.finish_listing(dead, STEP, "2"),
    ):
        with pytest.raises(Conflict, match="replaced"):
            await asked
    (found,) = await records.items.listed(run.run_id)
    assert (found.state, found.token) == (ItemState.RUNNING, dead.token)
    assert alive.token > dead.token


async def test_lists_go_by_state_and_page_over_steps(records: Records, make: Make) -> None:
    attempt = await make.attempt()
    await listing(records, attempt, *(new(f"p{n}") for n in range(3)))
    await listing(records, attempt, *(new(f"q{n}") for n in range(3)), step="later")
    first, *_ = await claim(records, attempt)
    await claim(records, attempt, ItemChange(first.key, ItemState.FAILED, 1, problem=NO))
    found: list[str] = []
    after = ("", -1)
    while page := await records.items.listed(attempt.run_id, after=after, limit=2):
        found += [item.key for item in page]
        after = (page[-1].step, page[-1].position)
    assert found == ["q0", "q1", "q2", "p0", "p1", "p2"]
    (failed,) = await records.items.listed(attempt.run_id, states=(ItemState.FAILED,))
    assert (failed.key, failed.problem) == ("p0", NO)
    assert await records.items.listed("somebody-elses") == []


@pytest.mark.parametrize("way", ["requeue", "begin"])
async def test_whoever_goes_on_with_a_run_that_ended_tries_again_what_failed(
    records: Records, make: Make, way: str
) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await listing(records, attempt, new("a"), new("b"))
    a, b = await claim(records, attempt)
    await claim(records, attempt, done(a), ItemChange(b.key, ItemState.FAILED, 3, problem=NO))
    await records.runs.save_step_result(attempt, STEP, 1, "d", {"value": 1})
    await records.runs.save_step_result(attempt, "other", 1, "d", {"value": 1})
    await records.runs.finish(attempt, RunStatus.PARTIAL, {})
    if way == "requeue":
        await records.runs.requeue(run.run_id)
    else:
        await make.attempt(run, pid=2)
    pending = await records.items.listed(run.run_id, states=(ItemState.PENDING,))
    assert [(item.key, item.attempts, item.problem) for item in pending] == [("b", 0, None)]
    assert await records.runs.step_result(run.run_id, STEP, 1, "d") is None
    assert await records.runs.step_result(run.run_id, "other", 1, "d") == {"value": 1}


async def test_a_run_that_died_goes_on_without_what_failed(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await listing(records, attempt, new("a"))
    await claim(records, attempt)
    await claim(records, attempt, ItemChange("a", ItemState.FAILED, 3, problem=NO))
    await records.runs.restart(attempt, most=9)
    await make.attempt(run, pid=2)
    assert await keys(records, run.run_id, ItemState.FAILED) == ["a"]


async def test_items_go_with_their_run_and_with_their_owner(records: Records, make: Make, clock: Clock) -> None:
    for owner in ("ann", "bob"):
        attempt = await make.attempt(await make.run(owner_id=owner))
        await listing(records, attempt, new("a"), new("b"))
        if owner == "ann":
            await records.runs.finish(attempt, RunStatus.COMPLETED, {})
            clock.move(seconds=1)
            assert (await records.prune(before=clock()))["items"] == 2
            assert await records.items.counts(attempt.run_id) == {}
        else:
            assert (await records.erasing.remove("bob"))["run_items"] == 2
