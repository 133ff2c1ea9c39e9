"""What every Runs promises; the orchestrator is the session's one server."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from integrations.prefect import environment, server_on_demand, work_pool
from integrations.prefect.orchestrator import PrefectOrchestrator, labels
from integrations.processes.process import started_us, this_process
from magicai.errors import NotFound
from magicai.ports import LostAttempt, Orchestrator
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.house import House, gone, until

IMPLEMENTATIONS: dict[str, Callable[[Settings], Orchestrator]] = {"prefect": PrefectOrchestrator}
MINUTE_US = 60_000_000


@pytest.fixture(params=IMPLEMENTATIONS)
def orchestrator(request: pytest.FixtureRequest, house: House, server: server_on_demand.Server) -> Orchestrator:
    return IMPLEMENTATIONS[request.param](Settings(home=house.home))


@pytest.fixture(params=IMPLEMENTATIONS)
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> Orchestrator:
    """Of an installation whose server does not run."""
    return IMPLEMENTATIONS[request.param](Settings(home=tmp_path))


@contextmanager
def process() -> Generator[tuple[int, int]]:
    """The pid and start of another process, alive until the block ends."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    with child:
        try:
            yield child.pid, started_us(psutil.Process(child.pid))
        finally:
            child.kill()


def attempt(pid: int, started: int, *, host: str | None = None) -> Attempt:
    return Attempt(
        run_id=new_id(),
        number=1,
        host=host or this_process()[0],
        pid=pid,
        process_started_at=started,
        flow_run_id=None,
        started_at=now_us(),
        beat_at=now_us(),
        token=1,
    )


def going_on(house: House, run_id: str, pid: int, started: int, *, state: str = "RUNNING") -> str:
    """A flow run that says which process carries it out."""
    flow = house.prefect("POST", "/flows/", {"name": "contract"})["id"]
    made = house.prefect("POST", "/flow_runs/", {"flow_id": flow, "state": {"type": state}})["id"]
    said = labels(run_id) | {"magicai.pid": pid, "magicai.started": started}
    house.prefect("PATCH", f"/flow_runs/{made}/labels", said)
    return made


def state(house: House, kind: str, id_: str) -> tuple[str, str]:
    found = house.prefect("GET", f"/{kind}/{id_}")["state"]
    return found["name"], found["message"] or ""


# Attempts, and pids that are used again.


def test_an_attempt_lives_while_its_process_does_and_is_ended_by_stop(orchestrator: Orchestrator) -> None:
    with process() as (pid, started):
        known = attempt(pid, started)
        assert orchestrator.alive(known) is True
        asyncio.run(orchestrator.stop(known))
        assert gone(pid)
        assert orchestrator.alive(known) is False


def test_a_process_that_got_the_pid_of_a_dead_attempt_is_neither_taken_for_it_nor_ended(
    orchestrator: Orchestrator,
) -> None:
    with process() as (pid, started):
        dead = attempt(pid, started - MINUTE_US)
        assert orchestrator.alive(dead) is False
        asyncio.run(orchestrator.stop(dead))
        assert not gone(pid)


def test_another_machines_attempt_is_neither_judged_nor_ended(orchestrator: Orchestrator) -> None:
    with process() as (pid, started):
        foreign = attempt(pid, started, host="elsewhere")
        assert orchestrator.alive(foreign) is None
        asyncio.run(orchestrator.stop(foreign))
        assert not gone(pid)


def _run() -> Run:
    return Run(
        run_id=new_id(),
        owner_id="local",
        workflow="take-steps",
        request={"trace": "/nowhere"},
        origin=Origin.CLI,
        status=RunStatus.QUEUED,
        created_at=now_us(),
    )


def test_what_was_begun_can_be_given_up_before_it_is_an_attempt(house: House, orchestrator: Orchestrator) -> None:
    run = _run()

    def processes() -> list[psutil.Process]:
        return house.running(run.run_id)

    asyncio.run(orchestrator.start(run))
    assert until(processes)
    asyncio.run(orchestrator.abort(run.run_id))
    assert not processes()
    asyncio.run(orchestrator.abort(run.run_id))


def test_what_cannot_begin_says_why(orchestrator: Orchestrator) -> None:
    run = _run()
    asyncio.run(orchestrator.start(run))
    failure = until(lambda: orchestrator.failure(run.run_id))
    assert isinstance(failure, NotFound)
    assert run.run_id in str(failure)


# What the orchestrator shows as going on.


async def test_an_attempt_whose_process_is_gone_is_lost_until_it_is_settled(
    house: House, orchestrator: Orchestrator
) -> None:
    run_id = new_id()
    with process() as (pid, started):
        mine = await asyncio.to_thread(going_on, house, run_id, pid, started)
        reused = await asyncio.to_thread(going_on, house, run_id, pid, started - MINUTE_US)
        lost = await orchestrator.lost_attempts()
        assert LostAttempt(mine, run_id) not in lost
        assert LostAttempt(reused, run_id) in lost
    assert LostAttempt(mine, run_id) in await orchestrator.lost_attempts()

    step = {"flow_run_id": mine, "task_key": "t", "dynamic_key": "0", "state": {"type": "RUNNING"}}
    step_id = (await asyncio.to_thread(house.prefect, "POST", "/task_runs/", step))["id"]
    assert await orchestrator.final_status(mine) is None
    await orchestrator.close_attempt(mine, RunStatus.FAILED, "It was killed.")
    assert await orchestrator.final_status(mine) is RunStatus.FAILED
    assert await asyncio.to_thread(state, house, "flow_runs", mine) == ("Crashed", "It was killed.")
    assert await asyncio.to_thread(state, house, "task_runs", step_id) == ("Crashed", "It was killed.")
    await orchestrator.close_attempt(reused, RunStatus.PARTIAL, "Something is missing.")
    assert (await asyncio.to_thread(state, house, "flow_runs", reused))[0] == "Partial"
    assert not [lost_attempt for lost_attempt in await orchestrator.lost_attempts() if lost_attempt.run_id == run_id]


async def test_what_has_ended_is_settled_once_but_for_a_kill_that_was_asked_for(
    house: House, orchestrator: Orchestrator
) -> None:
    with process() as (pid, started):
        ended = await asyncio.to_thread(going_on, house, new_id(), pid, started, state="COMPLETED")
        killed = await asyncio.to_thread(going_on, house, new_id(), pid, started, state="CRASHED")
        asked = await asyncio.to_thread(going_on, house, new_id(), pid, started, state="CANCELLING")
    assert await orchestrator.final_status(asked) is RunStatus.CANCELLED
    for one in (ended, killed, asked):
        await orchestrator.close_attempt(one, RunStatus.CANCELLED, "Somebody cancelled it.")
    fates = [await orchestrator.final_status(one) for one in (ended, killed, asked)]
    assert fates == [RunStatus.COMPLETED, RunStatus.CANCELLED, RunStatus.CANCELLED]


async def test_what_was_delivered_again_just_then_has_not_crashed(house: House, orchestrator: Orchestrator) -> None:
    with process() as (pid, started):
        live = await asyncio.to_thread(going_on, house, new_id(), pid, started)
        gone_before = await asyncio.to_thread(going_on, house, new_id(), pid, started - MINUTE_US, state="PENDING")
        for one in (live, gone_before):
            await orchestrator.close_attempt(one, RunStatus.FAILED, "Its process is gone.", waiting=False)
        states = [(await asyncio.to_thread(state, house, "flow_runs", one))[0] for one in (live, gone_before)]
        assert states == ["Running", "Pending"]
        await orchestrator.close_attempt(gone_before, RunStatus.FAILED, "Its run is carried out by another.")
    assert await orchestrator.final_status(gone_before) is RunStatus.FAILED


async def test_what_it_does_not_know_has_no_fate(orchestrator: Orchestrator) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    assert await orchestrator.final_status(unknown) is None
    await orchestrator.close_attempt(unknown, RunStatus.FAILED, "It is not there.")
    assert await orchestrator.final_status(unknown) is None


async def test_without_a_server_nothing_is_lost_and_nothing_fails(alone: Orchestrator) -> None:
    assert await alone.lost_attempts() == []
    assert await alone.final_status(new_id()) is None
    assert await alone.link(None) is None
    await alone.close_attempt(new_id(), RunStatus.FAILED, "")


async def test_an_operator_gets_a_link_to_the_attempt(
    orchestrator: Orchestrator, server: server_on_demand.Server
) -> None:
    flow_run_id = new_id()
    link = await orchestrator.link(flow_run_id)
    assert link is not None
    assert link.startswith(f"{server.base}/login/")
    assert link.endswith(f"?next=/runs/flow-run/{flow_run_id}")


# What is handed over to a worker.


@pytest.fixture
def pool(house: House, server: server_on_demand.Server) -> Iterator[None]:
    """A deployment of the workflow, in a pool whose worker lives and takes nothing."""
    work_pool.announce_worker(house.home, 2)
    flow = house.prefect("POST", "/flows/", {"name": "take-steps"})["id"]
    house.prefect("POST", "/work_pools/", {"name": "handed-over", "type": "magicai"})
    asked = {"name": work_pool.DEPLOYMENT, "flow_id": flow, "work_pool_name": "handed-over"}
    deployment = house.prefect("POST", "/deployments/", asked)["id"]
    yield
    house.prefect("DELETE", f"/deployments/{deployment}")
    house.prefect("DELETE", "/work_pools/handed-over")
    (environment.prefect_home(house.home) / work_pool.RECORD).unlink()


def _handed_over(house: House, run: Run) -> dict[str, str]:
    """The states of a run's flow runs, by id, oldest first."""
    found = house.prefect("POST", "/flow_runs/filter", {"sort": "EXPECTED_START_TIME_ASC"})
    return {one["id"]: one["state"]["type"] for one in found if one["labels"].get("magicai.for") == run.run_id}


@pytest.mark.usefixtures("pool")
async def test_what_is_cancelled_before_it_began_and_gone_on_with_is_not_cancelled_by_the_first_time(
    house: House, orchestrator: Orchestrator
) -> None:
    run = _run().model_copy(update={"origin": Origin.API})

    async def cancel(flow_run: str) -> None:
        wanted = {"state": {"type": "CANCELLED", "name": "Cancelled"}, "force": True}
        await asyncio.to_thread(house.prefect, "POST", f"/flow_runs/{flow_run}/set_state", wanted)

    await orchestrator.start(run)
    (first,) = await asyncio.to_thread(_handed_over, house, run)
    assert await orchestrator.ended_before_attempt([run.run_id]) == {}
    await cancel(first)
    assert await orchestrator.ended_before_attempt([run.run_id]) == {run.run_id: RunStatus.CANCELLED}

    await orchestrator.start(run)
    states = await asyncio.to_thread(_handed_over, house, run)
    assert states.pop(first) == "CANCELLED"
    ((second, now),) = states.items()
    assert now == "SCHEDULED"
    assert await orchestrator.ended_before_attempt([run.run_id]) == {}, "the first time's end would end it again"
    assert (await orchestrator.final_status(first), await orchestrator.final_status(second)) == (
        RunStatus.CANCELLED,
        None,
    )
    await orchestrator.start(run)
    assert set(await asyncio.to_thread(_handed_over, house, run)) == {first, second}, "it would be carried out twice"

    await cancel(second)
    assert await orchestrator.ended_before_attempt([run.run_id]) == {run.run_id: RunStatus.CANCELLED}
    assert await orchestrator.ended_before_attempt([]) == {}, "it waits no more"
