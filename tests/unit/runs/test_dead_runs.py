"""Runs whose process died, with an orchestrator of the test's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.records import sqlite
from magicai.ports import LostAttempt, Orchestrator, Records
from magicai.runs.queue import dead_runs
from magicai.runs.queue.dead_runs import (
    DISPATCHER,
    Restarts,
    Silences,
    close_dead_runs,
    close_if_dead,
    close_lost_attempts,
)
from magicai.runs.run import SILENCE_US, Attempt, Origin, Run, RunStatus
from magicai.values.ids import new_id


class FakeOrchestrator:
    """Says of every process what a test says."""

    restarts = 2

    def __init__(self) -> None:
        self.lives: bool | None = False
        self.ends: RunStatus | None = None
        self.settled: list[tuple[str, RunStatus]] = []
        self.stopped: list[int] = []
        self.gone: list[LostAttempt] = []
        self.waiting: set[str] = set()

    async def lost_attempts(self) -> list[LostAttempt]:
        return self.gone

    def alive(self, _attempt: Attempt) -> bool | None:
        return self.lives

    def failure(self, _run_id: str) -> None:
        return None

    async def final_status(self, _flow_run_id: str) -> RunStatus | None:
        return self.ends

    async def stop(self, attempt: Attempt) -> None:
        self.stopped.append(attempt.number)

    async def close_attempt(self, flow_run_id: str, status: RunStatus, _why: str, *, waiting: bool = True) -> None:
        if flow_run_id not in self.waiting or waiting:
            self.settled.append((flow_run_id, status))


class House:
    """Records whose time a test moves."""

    def __init__(self, path: Path) -> None:
        self.now = 1_000_000
        self.records: Records = sqlite.open(path, now=lambda: self.now)
        self.orchestrator = FakeOrchestrator()
        self.watched_s = 0.0
        self.silences = Silences(lambda: self.watched_s)

    @property
    def runs(self) -> Orchestrator:
        return cast("Orchestrator", self.orchestrator)

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

    async def look(self, restarts: Restarts = Restarts.HERE) -> list[str]:
        closed = await close_dead_runs(self.records, self.runs, silences=self.silences, restarts=restarts)
        return [run.run_id for run in closed]

    async def status(self, run_id: str) -> RunStatus:
        return (await self.records.runs.get(run_id)).status


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
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
    assert run.result["problems"][0]["message"] == {"code": "attempt_process_ended_again", "params": {"n": 2}}
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
    await house.look(Restarts.NOT)
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


async def test_where_nobody_dispatches_a_look_leaves_nothing_queued_and_says_how_to_go_on(house: House) -> None:
    run_id = await house.begin()
    assert await house.look(Restarts.ELSEWHERE) == [run_id]
    run = await house.records.runs.get(run_id)
    assert run.status is RunStatus.FAILED
    assert run.result is not None
    assert run.result["problems"][0]["way"] == {"code": "resume_run", "params": {"run_id": run_id}}
    assert run.result["problems"][0]["message"]["code"] == "attempt_process_ended"


async def test_where_somebody_dispatches_a_look_leaves_it_to_them(house: House) -> None:
    run_id = await house.begin()
    by_command = await house.begin(origin=Origin.CLI)
    await house.records.leases.acquire(DISPATCHER, "somebody", ttl_s=15)
    assert await house.look(Restarts.ELSEWHERE) == [by_command]
    assert await house.status(run_id) is RunStatus.PROCESSING
    await house.look(Restarts.HERE)
    assert await house.status(run_id) is RunStatus.QUEUED


async def test_one_that_nobody_can_see_is_started_again_once_it_is_silent(house: House) -> None:
    run_id = await house.begin()
    house.orchestrator.lives = None
    house.now += SILENCE_US - 1
    await house.look()
    assert await house.status(run_id) is RunStatus.PROCESSING
    house.now += 2
    await house.look()
    assert await house.status(run_id) is RunStatus.QUEUED
    assert house.orchestrator.stopped == [1]


async def test_one_that_lives_in_silence_is_watched_from_look_to_look_and_nobody_waits_for_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait(_: float) -> None:
        raise AssertionError("the look waits")

    monkeypatch.setattr(dead_runs.asyncio, "sleep", wait)
    run_id, dead = await house.begin(), await house.begin(origin=Origin.CLI)
    house.orchestrator.lives = True
    house.now += SILENCE_US + 1
    assert await house.look() == []
    house.watched_s += dead_runs.WATCH_S - 1
    assert await house.look() == []
    assert await house.status(run_id) is RunStatus.PROCESSING
    house.watched_s += 1
    assert await house.look() == [dead]
    assert await house.status(run_id) is RunStatus.QUEUED
    assert house.orchestrator.stopped == [1, 1]


async def test_one_that_slept_with_its_machine_and_beats_again_goes_on(house: House) -> None:
    run_id = await house.begin()
    house.orchestrator.lives = True
    for _ in range(3):
        house.now += 10 * SILENCE_US
        assert await house.look() == []
        house.watched_s += dead_runs.WATCH_S
        _, attempt = (await house.records.runs.unfinished())[0]
        await house.records.runs.beat(attempt)
    assert await house.look() == []
    assert await house.status(run_id) is RunStatus.PROCESSING


@pytest.mark.parametrize(("beats", "then"), [(False, RunStatus.QUEUED), (True, RunStatus.PROCESSING)])
async def test_who_goes_on_with_a_silent_run_watches_that_one_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, *, beats: bool, then: RunStatus
) -> None:
    run_id, other = await house.begin(), await house.begin()
    house.orchestrator.lives = True
    house.now += SILENCE_US + 1
    attempts = {run.run_id: attempt for run, attempt in await house.records.runs.unfinished()}
    waited = 0

    async def wait(_: float) -> None:
        nonlocal waited
        waited += 1
        if beats:
            await house.records.runs.beat(attempts[run_id])

    monkeypatch.setattr(dead_runs.asyncio, "sleep", wait)
    monkeypatch.setattr(dead_runs, "Silences", lambda: Silences(lambda: 2.0 * waited))
    await close_if_dead(house.records, house.runs, run_id, restarts=Restarts.HERE)
    assert await house.status(run_id) is then
    assert await house.status(other) is RunStatus.PROCESSING
    assert waited == (1 if beats else 5)


async def test_what_prefect_shows_of_a_run_that_goes_on_is_told_by_whoever_closes_it(house: House) -> None:
    run_id = await house.begin()
    run = await house.records.runs.get(run_id)
    house.orchestrator.gone = [LostAttempt(run.flow_run_id or "", run_id), LostAttempt("earlier", run_id)]
    await close_lost_attempts(house.records, house.runs)
    assert house.orchestrator.settled == [("earlier", RunStatus.FAILED)]
    house.orchestrator.ends = RunStatus.CANCELLED
    await house.look()
    assert await house.status(run_id) is RunStatus.CANCELLED


async def test_only_what_has_no_other_attempt_is_left_to_be_delivered_again(house: House) -> None:
    run_id = await house.begin()
    flow_run = (await house.records.runs.get(run_id)).flow_run_id or ""
    house.orchestrator.waiting = {flow_run, "delivered"}
    house.orchestrator.gone = [LostAttempt("delivered", None), LostAttempt("lost", None)]
    await close_lost_attempts(house.records, house.runs)
    assert house.orchestrator.settled == [("lost", RunStatus.FAILED)]
    await house.look()
    assert await house.status(run_id) is RunStatus.QUEUED
    assert house.orchestrator.settled[1:] == [(flow_run, RunStatus.FAILED)], "it would be carried out twice"


async def test_a_command_that_ended_before_its_run_began_leaves_none_queued_for_ever(house: House) -> None:
    async def queued(origin: Origin) -> str:
        run = Run(
            run_id=new_id(),
            owner_id="ann",
            workflow="w",
            request={},
            origin=origin,
            status=RunStatus.QUEUED,
            created_at=house.now,
        )
        return (await house.records.runs.add(run, key=run.run_id)).run_id

    commands, apis = await queued(Origin.CLI), await queued(Origin.API)
    house.now += 290_000_000
    assert await house.look() == [], "it may still start"
    house.now += 20_000_000
    assert await house.look() == [commands]
    ended = await house.records.runs.get(commands)
    assert (ended.status, ended.interrupted, ended.attempts) == (RunStatus.FAILED, True, 0)
    assert ended.result is not None
    assert ended.result["problems"][0]["way"] == {"code": "start_by_resuming", "params": {"run_id": commands}}
    assert await house.status(apis) is RunStatus.QUEUED
    await house.begin(commands)
    assert (await house.records.runs.get(commands)).interrupted is False


async def test_a_run_that_its_machine_lost_is_interrupted_and_one_that_dies_each_time_has_failed(house: House) -> None:
    lost, dying = await house.begin(origin=Origin.CLI), await house.begin()
    assert await house.look() == [lost]
    for _ in range(2):
        await house.begin(dying)
        await house.look()
    seen = {run.run_id: run.interrupted for run in await house.records.runs.listed()}
    assert seen == {lost: True, dying: False}
    assert await house.status(dying) is RunStatus.FAILED
    listed = await house.records.runs.summaries(owner_id="ann", findings={})
    assert {one.run.run_id: one.run.shown_status for one in listed} == {lost: "interrupted", dying: "failed"}
    assert (await house.records.runs.get(lost)).interrupted
