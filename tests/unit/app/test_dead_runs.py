"""Runs whose process died, with an orchestrator of the test's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.records import sqlite
from magicai.app import dead_runs
from magicai.app.dead_runs import close_dead_runs
from magicai.domain.ids import new_id
from magicai.domain.run import SILENCE_US, Attempt, Origin, Run, RunStatus
from magicai.ports import Records, Runs


class Orchestrator:
    """Says of every process what a test says."""

    restarts = 2

    def __init__(self) -> None:
        self.lives: bool | None = False
        self.ends: RunStatus | None = None
        self.settled: list[tuple[str, RunStatus]] = []
        self.stopped: list[int] = []

    def alive(self, _attempt: Attempt) -> bool | None:
        return self.lives

    def failure(self, _run_id: str) -> None:
        return None

    async def fate(self, _flow_run_id: str) -> RunStatus | None:
        return self.ends

    async def stop(self, attempt: Attempt) -> None:
        self.stopped.append(attempt.number)

    async def settle(self, flow_run_id: str, status: RunStatus, _why: str) -> None:
        self.settled.append((flow_run_id, status))


class House:
    """Records whose time a test moves."""

    def __init__(self, path: Path) -> None:
        self.now = 1_000_000
        self.records: Records = sqlite.open(path, now=lambda: self.now)
        self.orchestrator = Orchestrator()

    async def begin(self, run_id: str | None = None, origin: Origin = Origin.API) -> str:
        if run_id is None:
            run_id = new_id()
            run = Run(
                run_id=run_id,
                owner_id="ann",
                workflow="w",
                request={},
                origin=origin,
                status=RunStatus.QUEUED,
                created_at=1,
            )
            await self.records.runs.add(run, key=run_id)
        await self.records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=f"flow-{self.now}")
        return run_id

    async def look(self, *, on_purpose: bool = False) -> list[str]:
        runs = cast("Runs", self.orchestrator)
        return [run.run_id for run in await close_dead_runs(self.records, runs, on_purpose=on_purpose)]

    async def status(self, run_id: str) -> RunStatus:
        return (await self.records.runs.get(run_id)).status


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(dead_runs, "_WATCH_S", 0.0)
    made = House(tmp_path / "records.sqlite3")
    yield made
    closing: Any = made.records
    await closing.close()


async def test_a_run_whose_process_died_is_started_again_so_often_and_then_fails_and_says_so(house: House) -> None:
    run_id = await house.begin()
    for number in (1, 2):
        assert await house.look() == []
        assert await house.status(run_id) is RunStatus.QUEUED
        assert house.orchestrator.settled[-1][1] is RunStatus.FAILED
        assert house.orchestrator.stopped[-1] == number, "what it left behind ends, too"
        await house.begin(run_id)
    assert await house.look() == [run_id]
    run = await house.records.runs.get(run_id)
    assert run.status is RunStatus.FAILED
    assert run.attempts == 3
    assert run.result is not None
    assert "started again 2 times" in run.result["problems"][0]["what"]
    assert run_id in run.result["problems"][0]["way_out"]


async def test_whoever_resumes_it_gives_it_as_many_tries_again(house: House) -> None:
    run_id = await house.begin()
    for _ in range(2):
        await house.look()
        await house.begin(run_id)
    await house.look()
    await house.records.runs.requeue(run_id)
    await house.begin(run_id)
    await house.look()
    assert await house.status(run_id) is RunStatus.QUEUED


async def test_what_its_user_ended_is_not_started_again(house: House) -> None:
    asked, in_prefect, with_all = [await house.begin() for _ in range(3)]
    await house.records.runs.request_cancel(asked)
    await house.look(on_purpose=True)
    assert await house.status(asked) is RunStatus.CANCELLED
    assert await house.status(with_all) is RunStatus.FAILED
    await house.records.runs.requeue(in_prefect)
    await house.begin(in_prefect)
    house.orchestrator.ends = RunStatus.CANCELLED
    await house.look()
    assert await house.status(in_prefect) is RunStatus.CANCELLED


async def test_what_a_command_line_carries_out_is_left_to_it(house: House) -> None:
    run_id = await house.begin(origin=Origin.CLI)
    assert await house.look() == [run_id]
    assert await house.status(run_id) is RunStatus.FAILED


@pytest.mark.parametrize("lives", [True, None])
async def test_one_without_a_sign_of_life_is_started_again_whatever_its_process_does(
    house: House, *, lives: bool | None
) -> None:
    run_id = await house.begin()
    house.orchestrator.lives = lives
    house.now += SILENCE_US - 1
    await house.look()
    assert await house.status(run_id) is RunStatus.PROCESSING
    house.now += 2
    await house.look()
    assert await house.status(run_id) is RunStatus.QUEUED
    assert house.orchestrator.stopped == [1]


async def test_one_that_slept_with_its_machine_and_beats_again_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = await house.begin()
    house.orchestrator.lives = True
    _, attempt = (await house.records.runs.unfinished())[0]
    house.now += 10 * SILENCE_US

    async def while_watched(_: float) -> None:
        await house.records.runs.beat(attempt)

    monkeypatch.setattr(dead_runs.asyncio, "sleep", while_watched)
    assert await house.look() == []
    assert await house.status(run_id) is RunStatus.PROCESSING
