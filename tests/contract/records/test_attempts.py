from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records
from magicai.runs.plan import CostInterval, Decision, Interval, Plan, Priority, Resources
from magicai.runs.run import Attempt, Run, RunEvent, RunStatus
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make


def plan_of(run: Run, revision: int = 1, reason: str = "first") -> Plan:
    decision = Decision(
        task_sequence=("crawl_shops",),
        modules=("crawler",),
        resources=Resources(),
        priority=Priority.NORMAL,
        estimated_time=Interval(low=1, high=2),
        estimated_cost=CostInterval(low=Decimal(0), high=Decimal(0)),
        confidence=0.5,
        reasoning="It is asked for.",
    )
    return Plan(run_id=run.run_id, workflow=run.workflow, revision=revision, reason=reason, decision=decision, steps=())


async def statuses(records: Records, run: Run) -> list[str]:
    return [event.status for event in await records.runs.events(run.run_id) if event.kind == "status"]


async def test_a_begun_run_is_processing_and_says_so(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    clock.move(seconds=1)
    attempt = await make.attempt(run, pid=42, flow_run_id="f")
    now = await records.runs.get(run.run_id)
    assert (attempt.number, attempt.pid, attempt.beat_at, attempt.flow_run_id) == (1, 42, clock(), "f")
    assert (now.status, now.started_at, now.attempts, now.flow_run_id) == ("processing", clock(), 1, "f")
    assert await statuses(records, run) == ["processing"]


async def test_a_run_that_lives_elsewhere_is_not_begun_again(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    await make.attempt(run, pid=42)
    clock.move(seconds=74)
    with pytest.raises(Conflict, check=says("run_already_running", pid=42, host="laptop")):
        await make.attempt(run, pid=43)
    assert (await records.runs.get(run.run_id)).attempts == 1


async def test_the_same_flow_run_of_the_same_process_gets_its_attempt_back(records: Records, make: Make) -> None:
    run = await make.run()
    first = await make.attempt(run, flow_run_id="f")
    assert await make.attempt(run, flow_run_id="f") == first
    assert await statuses(records, run) == ["processing"]


async def test_a_beat_keeps_others_away(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    clock.move(seconds=70)
    assert await records.runs.beat(attempt) is False
    clock.move(seconds=70)
    with pytest.raises(Conflict):
        await make.attempt(run, pid=2)


async def test_a_silent_attempt_is_overtaken_and_can_write_no_more(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    old = await make.attempt(run, pid=1)
    clock.move(seconds=91)
    new = await make.attempt(run, pid=2)
    assert new.token > old.token
    event = RunEvent(run_id=run.run_id, sequence=0, at=clock(), kind="log", status=RunStatus.PROCESSING)
    writes: tuple[Callable[[Attempt], Awaitable[Any]], ...] = (
        records.runs.beat,
        lambda a: records.runs.finish(a, RunStatus.COMPLETED, {}),
        lambda a: records.runs.save_plan(a, plan_of(run)),
        lambda a: records.runs.save_step_result(a, "crawl_shops", 1, "digest", {"value": 1}),
        lambda a: records.runs.append_event(event, attempt=a),
    )
    for write in writes:
        with pytest.raises(Conflict, check=says("attempt_replaced", newest=2)):
            await write(old)
    assert await records.runs.plans(run.run_id) == []
    assert await records.runs.step_result(run.run_id, "crawl_shops", 1, "digest") is None
    assert await statuses(records, run) == ["processing", "processing"]
    await records.runs.finish(new, RunStatus.COMPLETED, {"ok": True})
    assert (await records.runs.get(run.run_id)).status is RunStatus.COMPLETED


async def test_finishing_ends_run_and_attempt_with_one_event(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    clock.move(seconds=5)
    for _ in range(2):
        await records.runs.finish(attempt, RunStatus.PARTIAL, {"missing": ["prices"]})
    now = await records.runs.get(run.run_id)
    assert (now.status, now.finished_at, now.result) == ("partial", clock(), {"missing": ["prices"]})
    assert await statuses(records, run) == ["processing", "partial"]
    last = (await records.runs.events(run.run_id))[-1]
    assert (last.progress, last.estimated_remaining) == (100, 0)
    with pytest.raises(Conflict, check=says("attempt_of_ended_run")):
        await records.runs.finish(attempt, RunStatus.FAILED, {})


async def test_a_failed_run_keeps_the_progress_it_had(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    told = RunEvent(
        run_id=run.run_id, sequence=0, at=clock(), kind="progress", status=RunStatus.PROCESSING, progress=40
    )
    await records.runs.append_event(told)
    await records.runs.finish(attempt, RunStatus.FAILED, {})
    assert (await records.runs.events(run.run_id))[-1].progress == 40


async def test_a_run_does_not_finish_as_processing(records: Records, make: Make) -> None:
    with pytest.raises(Invalid, match="processing"):
        await records.runs.finish(await make.attempt(await make.run()), RunStatus.PROCESSING, {})


async def test_a_completed_run_is_not_begun_again(records: Records, make: Make) -> None:
    run = await make.run()
    await records.runs.finish(await make.attempt(run), RunStatus.COMPLETED, {})
    with pytest.raises(Conflict, check=says("run_already_completed")):
        await make.attempt(run)


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.PARTIAL, RunStatus.CANCELLED])
async def test_what_did_not_complete_goes_on_at_once(
    records: Records, make: Make, clock: Clock, status: RunStatus
) -> None:
    run = await make.run()
    await records.runs.finish(await make.attempt(run), status, {"why": "x"})
    clock.move(seconds=1)
    attempt = await make.attempt(run)
    now = await records.runs.get(run.run_id)
    assert (attempt.number, now.status, now.result, now.finished_at) == (2, "processing", None, None)
    assert now.started_at == clock() - 1_000_000


async def test_an_unknown_run_is_not_begun(records: Records) -> None:
    with pytest.raises(NotFound, match="nobody"):
        await records.runs.begin("nobody", host="h", pid=1, process_started_at=1, flow_run_id=None)


async def test_a_queued_run_is_cancelled_at_once_and_never_begun(records: Records, make: Make) -> None:
    run = await make.run()
    assert await records.runs.request_cancel(run.run_id) is RunStatus.CANCELLED
    assert await records.runs.request_cancel(run.run_id) is RunStatus.CANCELLED
    assert await statuses(records, run) == ["cancelled"]
    with pytest.raises(Conflict, check=says("run_never_started")):
        await make.attempt(run)


async def test_a_running_run_hears_that_it_should_stop(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    for _ in range(2):
        assert await records.runs.request_cancel(run.run_id) is RunStatus.PROCESSING
    assert await records.runs.beat(attempt) is True
    asked = [event for event in await records.runs.events(run.run_id) if event.data.get("cancel_requested")]
    assert len(asked) == 1


async def test_a_wish_to_stop_outlives_the_attempt_that_did_not_hear_it(
    records: Records, make: Make, clock: Clock
) -> None:
    run = await make.run()
    await make.attempt(run, pid=1)
    await records.runs.request_cancel(run.run_id)
    clock.move(seconds=91)
    assert await records.runs.beat(await make.attempt(run, pid=2)) is True


async def test_going_on_with_a_cancelled_run_forgets_the_wish(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await records.runs.request_cancel(run.run_id)
    await records.runs.finish(attempt, RunStatus.CANCELLED, {})
    assert await records.runs.beat(await make.attempt(run)) is False


async def test_an_ended_run_is_not_cancelled(records: Records, make: Make) -> None:
    run = await make.run()
    await records.runs.finish(await make.attempt(run), RunStatus.COMPLETED, {})
    assert await records.runs.request_cancel(run.run_id) is RunStatus.COMPLETED
    assert (await records.runs.get(run.run_id)).cancel_requested is False


async def test_unfinished_runs_come_with_their_latest_attempt(records: Records, make: Make, clock: Clock) -> None:
    await make.run()
    done = await make.run()
    await records.runs.finish(await make.attempt(done), RunStatus.FAILED, {})
    run = await make.run()
    await make.attempt(run, pid=1)
    clock.move(seconds=91)
    latest = await make.attempt(run, pid=2)
    ((found, attempt),) = await records.runs.unfinished()
    assert (found.run_id, attempt) == (run.run_id, latest)


async def test_a_dead_attempts_run_is_closed_once(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    assert await records.runs.close_dead(attempt, RunStatus.FAILED, {"why": "gone"}) is True
    assert await records.runs.close_dead(attempt, RunStatus.FAILED, {"why": "gone"}) is False
    now = await records.runs.get(run.run_id)
    assert (now.status, now.result) == ("failed", {"why": "gone"})
    assert await statuses(records, run) == ["processing", "failed"]


async def test_an_attempt_that_was_closed_as_dead_can_write_no_more(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await records.runs.close_dead(attempt, RunStatus.FAILED, {})
    with pytest.raises(Conflict):
        await records.runs.finish(attempt, RunStatus.FAILED, {})
    with pytest.raises(Conflict):
        await records.runs.beat(attempt)


async def test_a_dead_attempts_run_is_queued_again_so_often_until_somebody_asks_for_it_again(
    records: Records, make: Make
) -> None:
    run = await make.run()
    for pid in (1, 2):
        attempt = await make.attempt(run, pid=pid)
        assert await records.runs.restart(attempt, most=2) is True
        assert await records.runs.restart(attempt, most=2) is False, "it is queued by now"
        assert [waiting.run_id for waiting in await records.runs.waiting()] == [run.run_id]
        with pytest.raises(Conflict):
            await records.runs.beat(attempt)
    attempt = await make.attempt(run, pid=3)
    assert await records.runs.restart(attempt, most=2) is False
    await records.runs.close_dead(attempt, RunStatus.FAILED, {})
    await records.runs.requeue(run.run_id)
    assert await records.runs.restart(await make.attempt(run, pid=4), most=2) is True
    told = [event.data for event in await records.runs.events(run.run_id) if event.status == "queued"]
    assert [data.get("restart") for data in told] == [1, 2, None, 1]


async def test_what_somebody_wants_stopped_is_not_queued_again(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await records.runs.request_cancel(run.run_id)
    assert await records.runs.restart(await _only(records), most=2) is False
    assert attempt.number == 1


async def _only(records: Records) -> Attempt:
    ((_, attempt),) = await records.runs.unfinished()
    return attempt


async def test_an_attempt_that_lives_again_is_not_queued_again(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    seen = await make.attempt(run)
    clock.move(seconds=100)
    await records.runs.beat(seen)
    assert await records.runs.restart(seen, most=2) is False
    assert await records.runs.now() == clock()


async def test_of_what_waits_each_owners_oldest_comes_first(records: Records, make: Make, clock: Clock) -> None:
    wanted: dict[str, Run] = {}
    for name, owner in (("a1", "ann"), ("a2", "ann"), ("a3", "ann"), ("b1", "bob")):
        wanted[name] = await make.run(owner_id=owner)
        clock.move(seconds=1)
    waiting = [run.run_id for run in await records.runs.waiting(limit=3)]
    assert waiting == [wanted[name].run_id for name in ("a1", "b1", "a2")]


async def test_an_attempt_that_lives_again_is_not_closed(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    seen = await make.attempt(run)
    clock.move(seconds=100)
    await records.runs.beat(seen)
    assert await records.runs.close_dead(seen, RunStatus.FAILED, {}) is False
    assert (await records.runs.get(run.run_id)).status is RunStatus.PROCESSING


async def test_a_run_that_another_attempt_took_over_is_not_closed(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    seen = await make.attempt(run, pid=1)
    clock.move(seconds=91)
    await make.attempt(run, pid=2)
    assert await records.runs.close_dead(seen, RunStatus.FAILED, {}) is False


async def test_plans_are_kept_by_revision_and_never_changed(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    for revision, reason in ((2, "scripts"), (1, "first"), (1, "second thoughts")):
        await records.runs.save_plan(attempt, plan_of(run, revision, reason))
    plans = await records.runs.plans(run.run_id)
    assert plans == [plan_of(run, 1, "first"), plan_of(run, 2, "scripts")]


async def test_a_steps_result_is_kept_under_its_whole_key(records: Records, make: Make) -> None:
    run, other = await make.run(), await make.run()
    attempt = await make.attempt(run)
    await records.runs.save_step_result(attempt, "crawl_shops", 1, "d1", {"value": [1, None, "茶"]})
    await records.runs.save_step_result(attempt, "crawl_shops", 1, "d2", {"value": 1})
    await records.runs.save_step_result(attempt, "crawl_shops", 1, "d2", {"value": 2})
    kept = records.runs.step_result
    assert await kept(run.run_id, "crawl_shops", 1, "d1") == {"value": [1, None, "茶"]}
    assert await kept(run.run_id, "crawl_shops", 1, "d2") == {"value": 2}
    for key in (
        (other.run_id, "crawl_shops", 1, "d1"),
        (run.run_id, "save_products", 1, "d1"),
        (run.run_id, "crawl_shops", 2, "d1"),
        (run.run_id, "crawl_shops", 1, "d3"),
    ):
        assert await kept(*key) is None


async def test_an_attempt_keeps_what_earlier_ones_found(records: Records, make: Make) -> None:
    run = await make.run()
    first = await make.attempt(run)
    await records.runs.save_step_result(first, "crawl_shops", 1, "d", {"value": 1})
    await records.runs.finish(first, RunStatus.FAILED, {})
    await make.attempt(run)
    assert await records.runs.step_result(run.run_id, "crawl_shops", 1, "d") == {"value": 1}


async def test_a_run_that_is_asked_to_give_way_hears_it_and_waits_in_the_queue(records: Records, make: Make) -> None:
    run = await make.run()
    await records.runs.ask_to_give_way(run.run_id)
    first = await make.attempt(run)
    assert not await records.runs.beat(first), "what waits is not asked"
    await records.runs.ask_to_give_way(run.run_id)
    assert await records.runs.beat(first)
    assert await records.runs.put_back(first)
    assert [one.run_id for one in await records.runs.waiting()] == [run.run_id]
    assert await statuses(records, run) == ["processing", "queued"]
    with pytest.raises(Conflict):
        await records.runs.beat(first)
    assert not await records.runs.beat(await make.attempt(run)), "it was asked once"


async def test_a_run_that_somebody_cancels_is_not_put_back(records: Records, make: Make) -> None:
    run = await make.run()
    attempt = await make.attempt(run)
    await records.runs.request_cancel(run.run_id)
    assert not await records.runs.put_back(attempt)
    await records.runs.finish(attempt, RunStatus.CANCELLED, {})
