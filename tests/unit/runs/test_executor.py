import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from integrations.records import sqlite
from magicai.brain.choice_points import NO, USE, YES, ChoicePoint
from magicai.brain.planner import Goal
from magicai.brain.steps import Generation, StepRun, step
from magicai.errors import Cancelled, Conflict, Invalid, Permanent, Temporary
from magicai.messages import plain, say
from magicai.ports import Records, Spender, Usage
from magicai.runs.plan import Resources
from magicai.runs.run import RunStatus
from magicai.runs.workflow import Workflow
from magicai.values.times import now_us, to_iso

from .conftest import Answer, Bench, Wish


async def test_a_run_ends_completed_with_what_its_goal_gives(bench: Bench) -> None:
    @step(provides="half")
    async def halve(run: StepRun, request: Wish) -> float:
        return request.number / 2

    @step(provides="text")
    async def tell(run: StepRun, half: float) -> str:
        return f"half is {half}"

    run = await bench.run(number=3)
    status, result = await bench.attempt(run, ["text"], halve, tell)
    assert status is RunStatus.COMPLETED
    assert result["text"] == "half is 1.5"
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.COMPLETED
    assert bench.performed == ["plan", "halve", "tell"]


async def test_a_step_is_given_the_ports_that_it_names_and_the_request_as_it_was_checked(bench: Bench) -> None:
    @step(provides="seen")
    async def look(run: StepRun, request: Wish, *, lamp: str, records: Records) -> list[str]:
        assert records is bench.records
        return [type(request).__name__, lamp]

    run = await bench.run()
    _, result = await bench.attempt(run, ["seen"], look)
    assert result["seen"] == ["Wish", "lit"]


async def test_independent_steps_run_side_by_side(bench: Bench) -> None:
    met = asyncio.Barrier(2)

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        async with asyncio.timeout(5), met:
            return 1

    @step(provides="b")
    async def make_b(run: StepRun) -> int:
        async with asyncio.timeout(5), met:
            return 2

    @step(provides="c")
    async def add(run: StepRun, a: int, b: int) -> int:
        return a + b

    _, result = await bench.attempt(await bench.run(), ["c"], make_a, make_b, add)
    assert result["c"] == 3


async def test_the_next_attempt_goes_on_where_the_first_was_cut(bench: Bench) -> None:
    cut = [True]

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 7

    @step(provides="b")
    async def make_b(run: StepRun, a: int) -> int:
        if cut:
            raise Permanent("the plug was pulled")
        return a + 1

    run = await bench.run()
    status, _ = await bench.attempt(run, ["b"], make_a, make_b)
    assert status is RunStatus.FAILED
    cut.clear()
    status, result = await bench.attempt(run, ["b"], make_a, make_b)
    assert (status, result["b"]) == (RunStatus.COMPLETED, 8)
    assert bench.performed.count("make_a") == 1
    assert len(await bench.records.runs.plans(run.run_id)) == 1


async def test_what_can_be_helped_is_tried_again_and_nothing_else(bench: Bench) -> None:
    tries: list[str] = []

    @step(provides="a", retries=2)
    async def make_a(run: StepRun) -> int:
        tries.append("a")
        if len(tries) < 3:
            raise Temporary("busy")
        return 1

    @step(provides="b", retries=2)
    async def make_b(run: StepRun, a: int) -> int:
        tries.append("b")
        raise Permanent("run_stopped", way_out="start_run_again")

    status, result = await bench.attempt(await bench.run(), ["b"], make_a, make_b)
    assert tries == ["a", "a", "a", "b"]
    assert status is RunStatus.FAILED
    (problem,) = result["problems"]
    assert (problem["where"], problem["temporary"]) == ("run", False)
    assert (problem["message"]["code"], problem["way"]["code"]) == ("run_stopped", "start_run_again")


async def test_a_run_that_lacks_something_is_partial_and_says_what(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        await run.reporter.problem("page 1", plain("It is not in UTF-8."), missing=False)
        await run.reporter.problem("page 3", plain("It did not answer."), plain("Later."), temporary=True)
        await run.reporter.problem("page 4", plain("It did not answer."), plain("Later."), temporary=True)
        return 1

    status, result = await bench.attempt(await bench.run(), ["a"], make_a)
    assert status is RunStatus.PARTIAL
    # Lists show the first: why it is partial, before what else is to be known.
    assert [one["where"] for one in result["problems"]] == ["page 3", "page 4", "page 1"]


async def test_what_may_be_left_out_fails_without_failing_the_run(bench: Bench) -> None:
    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun) -> int:
        raise Temporary("no network")

    @step(provides="a")
    async def make_a(run: StepRun, extra: int | None = None) -> str:
        return f"extra is {extra}"

    status, result = await bench.attempt(await bench.run(), ["a"], make_extra, make_a)
    assert (status, result["a"]) == (RunStatus.COMPLETED, "extra is None")
    assert result["problems"][0]["what"] == "no network"


async def test_what_fails_is_done_another_way_where_there_is_one(bench: Bench) -> None:
    @step(provides="a", retries=1)
    async def quick(run: StepRun) -> int:
        raise Temporary("busy")

    @step(provides="a", resources=Resources(cpu=2))
    async def slow(run: StepRun) -> int:
        return 7

    @step(provides="b")
    async def make_b(run: StepRun, a: int) -> int:
        return a + 1

    run = await bench.run()
    status, result = await bench.attempt(run, ["b"], quick, slow, make_b)
    assert (status, result["b"]) == (RunStatus.COMPLETED, 8)
    assert bench.performed == ["plan", "quick", "quick", "slow", "make_b"]
    assert result["problems"][0]["where"] == "quick"
    assert [plan.reason for plan in await bench.records.runs.plans(run.run_id)][1:] == ["quick failed; instead: slow"]


async def test_a_replanned_run_that_was_cut_goes_on_with_its_last_plan(bench: Bench) -> None:
    cut = [True]

    @step(provides="a")
    async def quick(run: StepRun) -> int:
        raise Permanent("no such thing")

    @step(provides="a", resources=Resources(cpu=2))
    async def slow(run: StepRun) -> int:
        if cut:
            raise Permanent("the plug was pulled")
        return 7

    run = await bench.run()
    status, _ = await bench.attempt(run, ["a"], quick, slow)
    assert status is RunStatus.FAILED
    cut.clear()
    status, result = await bench.attempt(run, ["a"], quick, slow)
    assert (status, result["a"]) == (RunStatus.COMPLETED, 7)
    assert bench.performed.count("quick") == 1


async def test_a_run_planned_by_a_version_with_other_steps_goes_on_without_them(bench: Bench) -> None:
    cut = [True]

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 7

    @step(provides="reworded", optional=True)
    async def reword(run: StepRun, a: int) -> int:
        if cut:
            raise Cancelled("the plug was pulled")
        raise AssertionError

    @step(provides="b")
    async def make_b(run: StepRun, a: int, reworded: int | None = None) -> int:
        raise AssertionError

    @step(provides="added", optional=True)
    async def add(run: StepRun, a: int) -> int:
        return 10 * a

    @step(provides="b")
    async def make_b_now(run: StepRun, a: int, added: int = 0) -> int:
        return a + added

    run = await bench.run()
    status, _ = await bench.attempt(run, ["b"], make_a, reword, make_b)
    assert status is RunStatus.CANCELLED
    cut.clear()
    now = replace(make_b_now, name="make_b")
    status, result = await bench.attempt(run, ["b"], make_a, add, now)
    assert (status, result["b"]) == (RunStatus.COMPLETED, 77)
    assert bench.performed.count("make_a") == 1
    assert (await bench.records.runs.plans(run.run_id))[-1].failed == {"reword": say("step_unknown_here")}


async def test_a_run_whose_goal_a_later_version_cannot_reach_says_so(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        raise Permanent("the plug was pulled")

    @step(provides="a", trigger=lambda _situation, _have: None)
    async def other(run: StepRun) -> int:
        raise AssertionError

    @step(provides="b", optional=True)
    async def make_b(run: StepRun) -> int:
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    declared = Workflow(name="w", request=Wish, result=Answer, quality=lambda _: 0.5)
    wanted = Goal(declared, ("a",), (other, make_b))
    status, result = await bench.carry_out(wanted, run, Wish())
    assert status is RunStatus.FAILED
    assert "make_a is no longer there" in result["problems"][0]["what"]
    assert result["problems"][0]["way_out"] == "Start the run again."


async def test_a_failure_of_what_only_an_optional_step_needs_does_not_fail_the_run(bench: Bench) -> None:
    @step(provides="base")
    async def make_base(run: StepRun) -> int:
        raise Permanent("no")

    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun, base: int) -> int:
        return base

    @step(provides="a")
    async def make_a(run: StepRun, extra: int | None = None) -> str:
        return f"extra is {extra}"

    status, result = await bench.attempt(await bench.run(), ["a"], make_base, make_extra, make_a)
    assert (status, result["a"]) == (RunStatus.COMPLETED, "extra is None")
    assert bench.performed == ["plan", "make_base", "make_a"]


async def test_what_needs_an_optional_step_that_failed_is_done_another_way(bench: Bench) -> None:
    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun) -> int:
        raise Permanent("no")

    @step(provides="more", optional=True)
    async def make_more(run: StepRun, extra: int) -> int:
        return extra

    @step(provides="a")
    async def quick(run: StepRun, extra: int) -> str:
        return f"quick, with {extra}"

    @step(provides="a", resources=Resources(cpu=9))
    async def slow(run: StepRun, more: int | None = None) -> str:
        return f"slow, more is {more}"

    run = await bench.run()
    status, result = await bench.attempt(run, ["a"], make_extra, make_more, quick, slow)
    assert (status, result["a"]) == (RunStatus.COMPLETED, "slow, more is None")
    assert bench.performed == ["plan", "make_extra", "slow"]
    assert [one["what"] for one in result["problems"]] == ["no"]
    reasons = [plan.reason for plan in await bench.records.runs.plans(run.run_id)]
    assert reasons[1:] == ["make_extra failed; instead: slow"]


async def test_an_attempt_that_was_overtaken_writes_nothing_more(bench: Bench) -> None:
    run = await bench.run()

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        closed = False
        while not closed:  # it may beat between the two
            (_, attempt), *_ = await bench.records.runs.unfinished()
            closed = await bench.records.runs.close_dead(attempt, RunStatus.FAILED, {"problems": []})
        await bench.begin(run)
        return 1

    with pytest.raises(Conflict):
        await bench.attempt(run, ["a"], make_a)
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.PROCESSING


async def test_a_step_is_told_how_the_plan_has_the_model_asked(bench: Bench) -> None:
    asked: list[Generation] = []

    @step(provides="a", generation=Generation(temperature=0.7, max_tokens=110))
    async def make_a(run: StepRun) -> int:
        asked.append(run.generation)
        return 1

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_a)
    assert asked == [Generation(temperature=0.7, max_tokens=110)]
    assert (result["decision"]["temperature"], result["decision"]["max_tokens"]) == (0.7, 110)


async def test_costs_are_summed_over_attempts_and_held_under_the_budget(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        await run.reporter.spent(Usage(prompt_tokens=10, completion_tokens=5, cost=0.6))
        raise Permanent("cut")

    run = await bench.run()
    _, first = await bench.attempt(run, ["a"], make_a)
    assert first["cost"] == {
        "amount": "0.6", "currency": "USD", "prompt_tokens": 10, "completion_tokens": 5, "estimated": False,
    }  # fmt: skip
    _, second = await bench.attempt(run, ["a"], make_a)
    assert second["cost"]["prompt_tokens"] == 20
    assert "more than its budget of $1.00" in second["problems"][-1]["what"]


async def test_what_a_step_spends_is_its_attempts(bench: Bench) -> None:
    told: list[Spender] = []

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        told.append(run.spender)
        raise Permanent("cut")

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    await bench.attempt(run, ["a"], make_a)
    assert told == [Spender("o", run.run_id, 1), Spender("o", run.run_id, 2)]


async def test_a_run_that_cannot_be_learnt_from_has_ended_all_the_same(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 1

    def quality(_: object) -> float:
        raise ZeroDivisionError

    run = await bench.run()
    status, _ = await bench.attempt(run, ["a"], make_a, quality=quality)
    assert status is RunStatus.COMPLETED
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.COMPLETED
    assert await bench.records.outcomes.recent("w") == []


async def test_an_outcome_is_kept_also_of_a_failure(bench: Bench) -> None:
    @step(provides="base")
    async def make_base(run: StepRun) -> int:
        return 1

    @step(provides="a")
    async def make_a(run: StepRun, base: int) -> int:
        raise Permanent("no")

    await bench.attempt(await bench.run(), ["a"], make_base, make_a)
    (outcome,) = await bench.records.outcomes.recent("w")
    assert outcome.status is RunStatus.FAILED


async def test_a_run_that_failed_before_it_did_anything_teaches_nothing(bench: Bench) -> None:
    left_out = ChoicePoint(name=USE, options=(NO, YES), explores=False, quality=lambda _: 0.5)
    speed = ChoicePoint(name="speed", options=("slow", "fast"))

    @step(provides="page", choices=(speed,))
    async def read_page(run: StepRun) -> int:
        raise Invalid("There is no host named nowhere.example.")

    @step(provides="extra", optional=True, choices=(left_out,))
    async def make_extra(run: StepRun, page: int) -> int:
        return 1

    @step(provides="a")
    async def make_a(run: StepRun, page: int, extra: int | None = None) -> int:
        return 1

    run = await bench.run()
    status, _ = await bench.attempt(run, ["a"], read_page, make_extra, make_a)
    made = await bench.records.decisions.of_run(run.run_id)
    assert (status, len(made)) == (RunStatus.FAILED, 2)
    assert [one.rewards for one in made] == [(), ()]
    assert await bench.records.outcomes.recent("w") == []


async def test_what_was_called_for_and_fails_is_missing_and_the_run_goes_on(bench: Bench) -> None:
    @step(provides="base")
    async def make_base(run: StepRun) -> int:
        return 1

    @step(provides="more", trigger=lambda _situation, _have: plain("there is more"))
    async def make_more(run: StepRun, base: int) -> int:
        raise Temporary("the browser ended")

    @step(provides="a")
    async def make_a(run: StepRun, base: int, more: int | None = None) -> str:
        return f"more is {more}"

    run = await bench.run()
    status, result = await bench.attempt(run, ["a"], make_base, make_more, make_a)
    assert (status, result["a"]) == (RunStatus.PARTIAL, "more is None")
    assert [(one["where"], one["what"]) for one in result["problems"]] == [("make_more", "the browser ended")]
    assert (await bench.records.runs.plans(run.run_id))[-1].failed == {"make_more": plain("the browser ended")}


async def test_what_was_called_for_is_done_another_way_where_there_is_one(bench: Bench) -> None:
    @step(provides="base")
    async def make_base(run: StepRun) -> int:
        return 1

    @step(provides="more", trigger=lambda _situation, _have: plain("there is more"))
    async def quick(run: StepRun, base: int) -> int:
        raise Temporary("the browser ended")

    @step(provides="more", trigger=lambda _situation, _have: plain("there is more"))
    async def slow(run: StepRun, base: int) -> int:
        return 7

    @step(provides="a")
    async def make_a(run: StepRun, base: int, more: int | None = None) -> str:
        return f"more is {more}"

    status, result = await bench.attempt(await bench.run(), ["a"], make_base, quick, slow, make_a)
    assert (status, result["a"]) == (RunStatus.COMPLETED, "more is 7")


async def test_progress_never_steps_back_where_a_plan_grows(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 1

    @step(provides="more", trigger=lambda _situation, have: plain("there is more") if have["a"] else None)
    async def make_more(run: StepRun, a: int) -> int:
        return 1

    @step(provides="b")
    async def make_b(run: StepRun, a: int, more: int | None = None) -> int:
        return 1

    run = await bench.run()
    await bench.attempt(run, ["b"], make_a, make_more, make_b)
    told = [event.progress for event in await bench.events(run)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)


async def test_events_tell_the_whole_story_in_order(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        await run.reporter.progress(2, 2, "pages")
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    events = await bench.events(run)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    told = [event.kind for event in events]
    assert told[0] == "status"
    assert told[-1] == "status"
    assert [kind for kind in told if kind != "status"] == ["plan", "step", "progress", "step"]
    assert events[-1].progress == 100


async def test_time_between_attempts_is_not_time_worked(
    tmp_path: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000_000]
    monkeypatch.setattr("magicai.runs.execution.journal.now_us", lambda: now[0])
    await bench.records.close()
    bench.records = sqlite.open(tmp_path / "records.sqlite3", now=lambda: now[0])
    broken = [True]

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        now[0] += 5_000_000
        if broken:
            raise Permanent("no")
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    now[0] += 3_600_000_000
    broken.clear()
    _, result = await bench.attempt(await bench.records.runs.get(run.run_id), ["a"], make_a)
    assert result["execution_time"] == 10.0
    await bench.records.close()


async def test_time_worked_is_told_by_one_clock(tmp_path: Path, bench: Bench) -> None:
    await bench.records.close()
    # As a database server whose clock is an hour slow.
    bench.records = sqlite.open(tmp_path / "records.sqlite3", now=lambda: now_us() - 3_600_000_000)
    broken = [True]

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        if broken:
            raise Permanent("no")
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    broken.clear()
    _, result = await bench.attempt(await bench.records.runs.get(run.run_id), ["a"], make_a)
    assert result["execution_time"] < 1800
    assert result["finished_at"] < to_iso(now_us() - 1_800_000_000)
    await bench.records.close()


async def test_what_an_earlier_attempt_did_says_nothing_of_the_pace(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    for module in ("journal", "remaining"):
        monkeypatch.setattr(f"magicai.runs.execution.{module}.time", SimpleNamespace(monotonic=lambda: clock[0]))

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        for done in (100, 101, 102):
            await run.reporter.progress(done, 112, "pages")
            clock[0] += 1.0
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    told = [event.estimated_remaining for event in await bench.events(run) if event.kind == "progress"]
    assert told[-1] == 10.0


async def test_no_more_time_is_promised_than_a_step_may_take(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    for module in ("journal", "remaining"):
        monkeypatch.setattr(f"magicai.runs.execution.{module}.time", SimpleNamespace(monotonic=lambda: clock[0]))

    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        for done in (0, 1, 2):
            await run.reporter.progress(done, 36, "sentences", most_s=300.0 - clock[0])
            clock[0] += 60.0
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    told = [event.estimated_remaining for event in await bench.events(run) if event.kind == "progress"]
    assert told[-1] == 180.0
    await bench.records.close()


async def test_later_runs_are_told_what_earlier_ones_took(bench: Bench) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 1

    for _ in range(6):
        await bench.attempt(await bench.run(), ["a"], make_a)
    outcomes = await bench.records.outcomes.recent("w")
    assert [outcome.told is None for outcome in outcomes] == [True] * 5 + [False]
    assert outcomes[-1].told is not None
    assert outcomes[-1].told[1] < 60
    await bench.records.close()
