import asyncio
from typing import Any

import pytest

from magicai.brain.steps import StepRun, step
from magicai.errors import Permanent
from magicai.runs.run import RunStatus

from .conftest import Bench


async def test_no_step_begins_once_a_wish_to_stop_was_told_of_the_plan(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 1

    run = await bench.run()

    async def show(key: str, content: object) -> None:
        await bench.records.runs.request_cancel(run.run_id)

    monkeypatch.setattr(bench, "_show", show)
    status, result = await bench.attempt(run, ["a"], make_a)
    assert (status, result["problems"]) == (RunStatus.CANCELLED, [])
    assert bench.performed == ["plan"]


async def test_planning_that_takes_long_is_stopped(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int:
        return 1

    run = await bench.run()

    async def show(key: str, content: object) -> None:
        await bench.records.runs.request_cancel(run.run_id)
        await asyncio.Event().wait()

    monkeypatch.setattr(bench, "_show", show)
    async with asyncio.timeout(60):
        status, _ = await bench.attempt(run, ["a"], make_a)
    assert status is RunStatus.CANCELLED
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.CANCELLED


async def test_a_wish_to_stop_ends_a_run_at_its_next_progress(bench: Bench) -> None:
    run = await bench.run()

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.request_cancel(run.run_id)
        for done in range(1000):
            await run_.reporter.progress(done, 1000, "pages")
            await asyncio.sleep(0.05)
        return 1

    status, _ = await bench.attempt(run, ["a"], make_a)
    assert status is RunStatus.CANCELLED
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.CANCELLED
    states = [event.data["state"] for event in await bench.events(run) if event.kind == "step"]
    assert states == ["started", "cancelled"], "nothing failed"


async def test_a_step_that_hears_nothing_is_told_to_be_cancelled(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await bench.run()
    monkeypatch.setattr("magicai.runs.execution.executor._GRACE_S", 0.1)

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.request_cancel(run.run_id)
        await asyncio.sleep(600)
        return 1

    async with asyncio.timeout(60):
        await bench.attempt(run, ["a"], make_a)
    states = [event.data["state"] for event in await bench.events(run) if event.kind == "step"]
    assert states == ["started", "cancelled"]


async def test_stopping_what_may_be_left_out_ends_the_run_well(bench: Bench) -> None:
    run = await bench.run()

    @step(provides="report")
    async def write(run_: StepRun) -> str:
        return "composed"

    @step(provides="phrased", optional=True)
    async def phrase(run_: StepRun, report: str) -> str:
        await bench.records.runs.request_cancel(run.run_id)
        for done in range(1000):
            await run_.reporter.progress(done, 1000, "sentences")
            await asyncio.sleep(0.05)
        return "phrased"

    @step(provides="filed")
    async def file(run_: StepRun, report: str, phrased: str | None = None) -> str:
        return phrased or report

    status, result = await bench.attempt(run, ["filed"], write, phrase, file)
    assert (status, result["filed"]) == (RunStatus.COMPLETED, "composed")


async def test_what_waits_for_what_finishes_a_run_is_done_too_and_the_next_stop_is_heard(bench: Bench) -> None:
    run = await bench.run()
    turns = 0

    @step(provides="phrased", optional=True)
    async def phrase(run_: StepRun) -> str:
        await bench.records.runs.request_cancel(run.run_id)
        for done in range(1000):
            await run_.reporter.progress(done, 1000, "sentences")
            await asyncio.sleep(0.05)
        return "phrased"

    @step(provides="report")
    async def file(run_: StepRun, phrased: str | None = None) -> str:
        nonlocal turns
        loop = asyncio.get_running_loop()
        before, wait = loop.time(), asyncio.wait

        async def counted(*given: Any, **named: Any) -> Any:
            nonlocal turns
            turns += 1
            return await wait(*given, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio, "wait", counted)
            await asyncio.sleep(0.2)
        return f"{phrased} {loop.time() > before}"

    @step(provides="indexed")
    async def index(run_: StepRun, report: str) -> str:
        return report

    status, result = await bench.attempt(run, ["indexed"], phrase, file, index)
    assert (status, result["indexed"]) == (RunStatus.COMPLETED, "None True")
    assert turns < 5, "a stop that was met keeps nobody busy"


async def test_a_run_that_gives_way_waits_in_the_queue_and_goes_on_where_it_was(bench: Bench) -> None:
    run = await bench.run()
    done: list[str] = []

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        done.append("a")
        return 1

    @step(provides="b", optional=True)
    async def make_b(run_: StepRun, a: int) -> int:
        done.append("b")
        if done.count("b") == 1:
            await bench.records.runs.ask_to_give_way(run.run_id)
            for page in range(1000):
                await run_.reporter.progress(page, 1000, "pages")
                await asyncio.sleep(0.05)
        return a + 1

    status, _ = await bench.attempt(run, ["b"], make_a, make_b)
    now = await bench.records.runs.get(run.run_id)
    assert (status, now.status, now.result) == (RunStatus.QUEUED, RunStatus.QUEUED, None)
    assert (await bench.events(run))[-1].data == {"gave_way": 1}
    status, _ = await bench.attempt(run, ["b"], make_a, make_b)
    assert status is RunStatus.COMPLETED
    assert done == ["a", "b", "b"], "nothing that was done is done again, and nothing left out for it"


async def test_a_step_that_tells_of_no_progress_comes_to_its_end_before_its_run_gives_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.runs.execution.executor._GRACE_S", 0.0)
    monkeypatch.setattr("magicai.runs.execution.executor._LOOK_S", 0.01)
    run = await bench.run()
    done: list[str] = []

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.ask_to_give_way(run.run_id)
        await asyncio.sleep(0.3)
        done.append("a")
        return 1

    @step(provides="b")
    async def make_b(run_: StepRun, a: int) -> int:
        done.append("b")
        return a

    assert (await bench.attempt(run, ["b"], make_a, make_b))[0] is RunStatus.QUEUED
    assert done == ["a"]
    assert (await bench.attempt(run, ["b"], make_a, make_b))[0] is RunStatus.COMPLETED
    assert done == ["a", "b"]


async def test_a_run_that_is_cancelled_while_it_gives_way_has_ended(bench: Bench) -> None:
    run = await bench.run()

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.ask_to_give_way(run.run_id)
        await bench.records.runs.request_cancel(run.run_id)
        for page in range(1000):
            await run_.reporter.progress(page, 1000, "pages")
            await asyncio.sleep(0.05)
        return 1

    assert (await bench.attempt(run, ["a"], make_a))[0] is RunStatus.CANCELLED
    assert (await bench.records.runs.get(run.run_id)).status is RunStatus.CANCELLED


@pytest.mark.parametrize(
    ("error", "status"), [(KeyError("price"), RunStatus.FAILED), (Permanent("no such page"), RunStatus.COMPLETED)]
)
async def test_what_an_optional_step_meets_while_it_is_stopped_is_told(
    bench: Bench, caplog: pytest.LogCaptureFixture, error: Exception, status: RunStatus
) -> None:
    run = await bench.run()

    @step(provides="extra", optional=True)
    async def make_extra(run_: StepRun) -> int:
        await bench.records.runs.request_cancel(run.run_id)
        await asyncio.sleep(0.3)
        raise error

    @step(provides="a")
    async def make_a(run_: StepRun, extra: int | None = None) -> int:
        return 1

    ended, result = await bench.attempt(run, ["a"], make_extra, make_a)
    assert ended is status
    assert [str(error) in one["what"] for one in result["problems"]] == [True]
    assert (": fault" in caplog.text) is isinstance(error, KeyError)


async def test_an_essential_step_that_comes_to_its_end_while_it_is_stopped_ends_the_run_well(bench: Bench) -> None:
    run = await bench.run()

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.request_cancel(run.run_id)
        await asyncio.sleep(0.3)
        return 1

    @step(provides="extra", optional=True)
    async def make_extra(run_: StepRun, a: int) -> int:
        return a

    @step(provides="b")
    async def make_b(run_: StepRun, a: int, extra: int | None = None) -> str:
        return f"{a}, {extra}"

    status, result = await bench.attempt(run, ["b"], make_a, make_extra, make_b)
    assert (status, result["b"]) == (RunStatus.COMPLETED, "1, None")


async def test_a_step_that_fails_because_it_is_cancelled_is_cancelled(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await bench.run()
    monkeypatch.setattr("magicai.runs.execution.executor._GRACE_S", 0.1)

    @step(provides="a")
    async def make_a(run_: StepRun) -> int:
        await bench.records.runs.request_cancel(run.run_id)
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            raise OSError("connection closed") from None
        return 1

    assert (await bench.attempt(run, ["a"], make_a))[0] is RunStatus.CANCELLED
