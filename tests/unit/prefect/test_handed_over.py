"""Runs that the dispatcher hands to Prefect's worker, with a stand-in for Prefect's server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.prefect import server_on_demand, work_pool
from integrations.prefect.orchestrator import PrefectOrchestrator
from integrations.records import sqlite
from magicai.ports import Records
from magicai.runs.queue.dispatch import Dispatcher
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id


class Server:
    """Keeps flow runs as Prefect's does: the same idempotency key is the same flow run."""

    def __init__(self) -> None:
        self.flow_runs: dict[str, dict[str, Any]] = {}
        self.asked_for: list[list[str]] = []
        self.trouble: httpx.Response | None = None
        self.loses_answers = False
        self.fails_after_making = False

    def ask(self, _home: Path, method: str, url: str, body: Any = None) -> httpx.Response:
        match method, url.split("/api/")[1].split("/"):
            case "GET", ["deployments", "name", *_]:
                return httpx.Response(200, json={"id": "usual"})
            case "GET", ["flow_runs", id_]:
                return httpx.Response(200, json=self.flow_runs[id_])
            case "POST", ["flow_runs", "filter"] if "idempotency_key" in body["flow_runs"]:
                keys = body["flow_runs"]["idempotency_key"]["any_"]
                there = [flow_run for flow_run in self.flow_runs.values() if flow_run["idempotency_key"] in keys]
                return httpx.Response(200, json=there, request=httpx.Request(method, url))
            case "POST", ["deployments", deployment, "create_flow_run"]:
                return self._make(httpx.Request(method, url), {**body, "deployment_id": deployment})
            case "POST", ["flow_runs", id_, "set_state"]:
                self.end(id_, body["state"]["type"])
                return httpx.Response(201, json={})
            case "POST", ["flow_runs", "filter"]:
                wanted = body["flow_runs"]["id"]["any_"]
                self.asked_for.append(wanted)
                there = [self.flow_runs[one] for one in wanted if one in self.flow_runs]
                return self.trouble or httpx.Response(200, json=there)
            case other:
                raise AssertionError(other)

    def _make(self, asked: httpx.Request, body: dict[str, Any]) -> httpx.Response:
        known = [one for one in self.flow_runs.values() if one["idempotency_key"] == body["idempotency_key"]]
        made = {**body, "id": new_id(), "state": _state(body["state"]["type"])}
        answer = httpx.Response(201, json=self.flow_runs.setdefault((known or [made])[0]["id"], made))
        if self.loses_answers:
            raise httpx.ReadTimeout("no answer in time")
        return httpx.Response(500, request=asked) if self.fails_after_making else answer

    def end(self, flow_run: str, state: str, *, ago_s: float = 0) -> None:
        self.flow_runs[flow_run]["state"] = _state(state, ago_s)

    @property
    def newest(self) -> str:
        return list(self.flow_runs)[-1]


def _state(kind: str, ago_s: float = 0) -> dict[str, str]:
    return {"type": kind, "timestamp": (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()}


class House:
    """Records, a dispatcher whose time a test moves, and Prefect."""

    def __init__(self, records: Records, server: Server, home: Path) -> None:
        self.records, self.server, self.home, self.now = records, server, home, 0.0
        self.runs = PrefectOrchestrator(Settings(home=home))
        self.dispatcher = Dispatcher(
            lambda: records, self.runs, at_once=lambda: 3, places=lambda: 3, clock=lambda: self.now
        )

    async def queue(self, origin: Origin = Origin.API) -> str:
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
        return run_id

    async def turn(self) -> list[str]:
        """What is started at a turn that looks."""
        self.now += 10
        return await self.dispatcher.dispatch_once()

    async def carry_out(self, run_id: str, flow_run: str, status: RunStatus) -> None:
        runs = self.records.runs
        attempt = await runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=flow_run)
        await runs.finish(attempt, status, {})

    async def status(self, run_id: str) -> RunStatus:
        return (await self.records.runs.get(run_id)).status


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    server, records = Server(), sqlite.open(tmp_path / "records.sqlite3")

    def running(_: Path) -> server_on_demand.Server:
        return server_on_demand.Server("http://127.0.0.1:1/api", 1)

    def spawn(*_: object) -> None:
        raise AssertionError("beside the worker")

    monkeypatch.setattr(server_on_demand, "running", running)
    monkeypatch.setattr(server_on_demand, "ask", server.ask)
    monkeypatch.setattr(PrefectOrchestrator, "_spawn", spawn)
    work_pool.announce_worker(tmp_path, 2)
    yield House(records, server, tmp_path)
    closing: Any = records
    await closing.close()


@pytest.mark.parametrize("looks_between", [0, 2])
async def test_a_run_that_was_cancelled_and_is_gone_on_with_is_not_cancelled_again(
    house: House, looks_between: int
) -> None:
    run_id = await house.queue()
    assert await house.turn() == [run_id]
    first = house.server.newest
    await house.carry_out(run_id, first, RunStatus.CANCELLED)
    house.server.end(first, "CANCELLED")
    for _ in range(looks_between):
        await house.turn()
    await house.records.runs.requeue(run_id)
    for _ in range(3):
        await house.turn()
    assert await house.status(run_id) is RunStatus.QUEUED
    assert house.server.newest != first


async def test_one_that_was_cancelled_before_its_next_attempt_began_can_be_gone_on_with(house: House) -> None:
    run_id = await house.queue()
    await house.carry_out(run_id, "before", RunStatus.FAILED)
    house.server.flow_runs["before"] = {"idempotency_key": "", "deployment_id": "special", "job_variables": None}
    await house.records.runs.requeue(run_id)
    assert await house.turn() == [run_id]
    cancelled = house.server.newest
    house.server.end(cancelled, "CANCELLED")
    await house.turn()
    assert await house.status(run_id) is RunStatus.CANCELLED
    await house.records.runs.requeue(run_id)
    started = [*await house.turn(), *await house.turn()]
    assert started == [run_id]
    assert house.server.newest != cancelled
    assert await house.status(run_id) is RunStatus.QUEUED


async def test_prefect_is_asked_only_for_what_has_not_begun(house: House) -> None:
    for _ in range(3):
        await house.turn()
        run_id = await house.queue()
        assert await house.turn() == [run_id]
        await house.turn()
        await house.carry_out(run_id, house.server.newest, RunStatus.COMPLETED)
    await house.turn()
    assert [len(ids) for ids in house.server.asked_for] == [1, 1, 1]


async def test_runs_begin_though_prefect_cannot_say_what_became_of_others(house: House) -> None:
    await house.queue()
    await house.turn()
    house.server.trouble = httpx.Response(503)
    other = await house.queue()
    assert await house.turn() == [other]


async def test_a_flow_run_whose_making_was_not_answered_is_the_only_one_of_its_run(house: House) -> None:
    house.server.loses_answers = True
    assert await house.turn() == []
    run_id = await house.queue()
    assert await house.turn() == [run_id]
    assert await house.turn() == []
    assert len(house.server.flow_runs) == 1
    house.server.end(house.server.newest, "CANCELLED")
    await house.turn()
    assert await house.status(run_id) is RunStatus.CANCELLED, "its flow run is looked after"


@pytest.mark.parametrize("state", ["PENDING", "RUNNING"])
async def test_a_run_whose_flow_run_was_taken_and_opened_no_attempt_is_started_by_another(
    house: House, state: str
) -> None:
    """As a database failure leaves it: Prefect shows it as running for ever, whose warm process lives on."""
    run_id = await house.queue()
    await house.turn()
    silent = house.server.newest
    house.server.end(silent, state, ago_s=30)
    await house.turn()
    assert house.server.flow_runs[silent]["state"]["type"] == state, "a slow machine may need so long"
    house.server.end(silent, state, ago_s=61)
    assert [*await house.turn(), *await house.turn()] == [run_id]
    assert house.server.flow_runs[silent]["state"]["type"] == "CRASHED"
    assert house.server.newest != silent, "another key"
    assert house.server.flow_runs[house.server.newest]["state"]["type"] == "SCHEDULED"


async def test_one_that_waits_for_a_worker_is_left_alone_however_long(house: House) -> None:
    await house.queue()
    await house.turn()
    house.server.end(house.server.newest, "SCHEDULED", ago_s=3600)
    for _ in range(60):
        await house.turn()
    assert len(house.server.flow_runs) == 1


async def test_a_dispatcher_that_comes_later_finds_a_flow_run_that_is_dead(house: House) -> None:
    run_id = await house.queue()
    await house.turn()
    silent = house.server.newest
    house.server.end(silent, "RUNNING", ago_s=61)
    await house.dispatcher.release()
    later = House(house.records, house.server, house.home)
    started = [await later.turn() for _ in range(3)]
    assert started == [[run_id], [], [run_id]]
    assert house.server.newest != silent


@pytest.mark.parametrize("state", ["FAILED", "CRASHED", "COMPLETED"])
async def test_one_that_ended_without_an_attempt_is_started_by_another(house: House, state: str) -> None:
    run_id = await house.queue()
    await house.turn()
    over = house.server.newest
    house.server.end(over, state)
    assert [*await house.turn(), *await house.turn()] == [run_id]
    assert house.server.newest != over


async def test_a_flow_run_whose_making_was_answered_with_a_fault_is_the_only_one_of_its_run(house: House) -> None:
    house.server.fails_after_making = True
    run_id = await house.queue()
    assert await house.turn() == [run_id]
    await house.turn()
    assert len(house.server.flow_runs) == 1


async def test_what_was_deleted_with_its_deployment_is_handed_over_again(house: House) -> None:
    run_id = await house.queue()
    await house.turn()
    house.server.flow_runs.clear()
    assert [*await house.turn(), *await house.turn()] == [run_id]


@pytest.mark.parametrize("origin", [Origin.SCHEDULE, Origin.PREFECT])
async def test_what_a_schedule_or_prefects_form_started_goes_to_the_worker_again_where_it_was(
    house: House, origin: Origin
) -> None:
    run_id = await house.queue(origin)
    first = {"idempotency_key": "", "deployment_id": "cheap", "job_variables": {"env": {"MAGICAI_MODEL": "none"}}}
    house.server.flow_runs["first"] = first
    await house.carry_out(run_id, "first", RunStatus.FAILED)
    await house.records.runs.requeue(run_id)
    assert await house.turn() == [run_id]
    again = house.server.flow_runs[house.server.newest]
    assert again["labels"]["magicai.for"] == run_id
    assert (again["deployment_id"], again["job_variables"]) == ("cheap", first["job_variables"])
