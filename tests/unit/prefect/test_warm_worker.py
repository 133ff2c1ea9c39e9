"""The warm worker, with stand-ins for Prefect's client and for its processes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus, StateAcceptDetails
from prefect.exceptions import ObjectNotFound
from prefect.workers.base import BaseWorker

from integrations.prefect.warm import worker as module
from integrations.prefect.warm.pauses import Pauses
from integrations.prefect.warm.worker import WarmWorker

TEMPLATE = WarmWorker.get_default_base_job_template()


def scheduled(variables: Mapping[str, Any] | None = None, deployment_id: UUID | None = None) -> FlowRun:
    return FlowRun(
        id=uuid4(),
        name="one",
        flow_id=uuid4(),
        deployment_id=deployment_id or uuid4(),
        state=State(type=StateType.SCHEDULED),
        job_variables=dict(variables or {}),
    )


def is_due(flow_run: FlowRun) -> bool:
    state = flow_run.state
    if state is None or not state.is_scheduled():
        return False
    then = state.state_details.scheduled_time
    return then is None or then <= datetime.now(UTC)


class Client:
    """Knows deployments and flow runs."""

    def __init__(self) -> None:
        self.deployments: set[UUID | None] = set()
        self.flow_runs: dict[UUID, FlowRun] = {}
        self.trouble: Exception | None = None
        self.put_off: dict[UUID, datetime] = {}
        self.asked_for: list[int] = []

    def add(self, flow_run: FlowRun) -> FlowRun:
        self.deployments.add(flow_run.deployment_id)
        self.flow_runs[flow_run.id] = flow_run
        return flow_run

    def state(self, flow_run: FlowRun) -> str | None:
        state = self.flow_runs[flow_run.id].state
        return None if state is None else state.type.value

    async def read_deployment(self, id_: UUID) -> Any:
        if id_ not in self.deployments:
            raise not_found()
        return SimpleNamespace(id=id_, job_variables={"env": None}, entrypoint="flows.x.x")

    async def read_flow_run(self, id_: UUID) -> FlowRun:
        if id_ not in self.flow_runs:
            raise not_found()
        return self.flow_runs[id_]

    async def read_flow_runs(self, *, flow_run_filter: Any) -> list[FlowRun]:
        wanted = flow_run_filter.id.any_, flow_run_filter.state.type.any_
        return [
            one for one in self.flow_runs.values() if one.id in wanted[0] and one.state and one.state.type in wanted[1]
        ]

    async def read_block_document_by_name(self, **_: Any) -> Any:
        raise not_found()

    async def set_flow_run_state(self, id_: UUID, state: Any, *, force: bool = False) -> Any:
        if self.trouble is not None and not force:
            raise self.trouble
        if id_ not in self.flow_runs:
            raise not_found()
        if state.is_pending() and id_ in self.put_off:  # as Prefect's server does
            state.state_details.scheduled_time = self.put_off[id_]
        self.flow_runs[id_] = self.flow_runs[id_].model_copy(update={"state": state})
        return OrchestrationResult[Any](state=state, status=SetStateStatus.ACCEPT, details=StateAcceptDetails())

    async def request(self, *_: Any, json: Mapping[str, Any], **__: Any) -> httpx.Response:
        if self.trouble is not None:
            raise self.trouble
        assert json["limit"] <= 200, "Prefect's server refuses that"
        self.asked_for.append(json["limit"])
        due = [flow_run for flow_run in self.flow_runs.values() if is_due(flow_run)][: json["limit"]]
        told = [{"work_pool_id": str(uuid4()), "work_queue_id": str(uuid4())} for _ in due]
        return httpx.Response(
            200, json=[{**t, "flow_run": one.model_dump(mode="json")} for t, one in zip(told, due, strict=True)]
        )


class Processes:
    """Carry out what is claimed at once."""

    def __init__(self) -> None:
        self.carried_out: list[str] = []
        self.stopped: list[str] = []
        self.status = 0
        self.then: Callable[[], None] = lambda: None

    async def run(self, flow_run_id: str, claim: Callable[[], Awaitable[object]]) -> int:
        if await claim() is None:
            return 0
        self.carried_out.append(flow_run_id)
        self.then()
        return self.status

    async def stop(self, flow_run_id: str) -> bool:
        self.stopped.append(flow_run_id)
        return True


class House:
    """A worker that has synchronised, and whose time a test moves."""

    def __init__(self) -> None:
        self.client, self.processes, self.now = Client(), Processes(), 0.0
        worker: Any = WarmWorker(self.processes, size=2, name="w")  # pyright: ignore[reportArgumentType]
        worker._client = self.client
        worker._work_pool = SimpleNamespace(base_job_template=TEMPLATE)
        worker._hears = True
        worker.get_flow_run_logger = self.logger_of  # Prefect's own starts a server to log to
        worker._pauses = Pauses(lambda: self.now)
        self.worker: Any = worker

    def logger_of(self, _: FlowRun) -> logging.Logger:
        return logging.getLogger("worker")

    async def turn(self) -> list[FlowRun]:
        """What is taken, once it has been carried out."""
        taken = await self.worker.get_and_submit_flow_runs()
        await self.settle()
        return taken

    async def settle(self) -> None:
        """Wait for all that goes on."""
        while tasks := [*self.worker._tasks]:  # one may begin another
            await asyncio.gather(*tasks)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    async def synchronised(_: object) -> None:
        pass

    monkeypatch.setattr(BaseWorker, "sync_with_backend", synchronised)
    return House()


def not_found() -> ObjectNotFound:
    return ObjectNotFound(RuntimeError("404"))


def answered(status: int) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "http://127.0.0.1:1")
    return httpx.HTTPStatusError(str(status), request=request, response=httpx.Response(status, request=request))


async def test_a_deployment_that_was_deleted_ends_neither_the_worker_nor_its_runs(house: House) -> None:
    kept, deleted = house.client.add(scheduled()), house.client.add(scheduled())
    await house.turn()
    assert len(house.worker._deployments) == 2
    house.client.deployments.remove(deleted.deployment_id)
    await house.worker.sync_with_backend()
    assert list(house.worker._deployments) == [kept.deployment_id]


async def test_what_waits_for_a_deployment_that_was_deleted_is_cancelled(house: House) -> None:
    flow_run = house.client.add(scheduled())
    house.client.deployments.clear()
    await house.turn()
    assert house.client.state(flow_run) == "CANCELLED"
    assert house.processes.carried_out == []


async def test_a_run_that_was_deleted_while_it_is_cancelled_ends_no_other(house: House) -> None:
    deleted = scheduled()
    await house.worker._end_run(deleted.id)
    assert house.processes.stopped == [str(deleted.id)]


async def test_a_run_whose_cancellation_nobody_has_told_is_ended_at_the_next_heartbeat(house: House) -> None:
    going, another = house.client.add(scheduled()), house.client.add(scheduled())
    house.worker._going = {going.id}
    for flow_run in (going, another):
        await house.client.set_flow_run_state(flow_run.id, State(type=StateType.CANCELLING))
    await house.worker.sync_with_backend()
    await house.settle()
    assert house.processes.stopped == [str(going.id)]
    assert house.client.state(going) == "CANCELLED"
    house.worker._on_cancelling(another.id)
    await house.settle()
    assert house.client.state(another) == "CANCELLING", "another worker's"


@pytest.mark.parametrize("trouble", [answered(503), httpx.ReadTimeout("slow")])
async def test_what_could_not_be_claimed_stays_scheduled_and_is_tried_again_later(
    house: House, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> None:
        raise trouble

    flow_run = house.client.add(scheduled())
    with monkeypatch.context() as while_busy:
        while_busy.setattr(module, "propose_state", busy)
        assert await house.turn()
        assert house.client.state(flow_run) == "SCHEDULED"
        assert await house.turn() == [], "at once would be a flood"
        for house.now, tried in ((1.0, 1), (2.0, 0), (3.0, 1), (6.0, 0), (7.0, 1)):
            assert len(await house.turn()) == tried
    house.now = 20.0
    await house.turn()
    assert house.processes.carried_out == [str(flow_run.id)]


async def test_one_that_names_a_block_that_is_gone_waits_and_hides_no_other(house: House) -> None:
    broken = {"env": {"KEY": "{{ prefect.blocks.secret.gone }}"}}
    waiting = [house.client.add(scheduled(broken)) for _ in range(5)]
    house.now = 1.0
    for _ in range(3):
        await house.turn()
    sound = house.client.add(scheduled())
    await house.turn()
    assert house.processes.carried_out == [str(sound.id)]
    assert {house.client.state(one) for one in waiting} == {"SCHEDULED"}


async def test_more_that_can_never_begin_than_the_server_tells_at_a_time_hide_no_other(house: House) -> None:
    house.worker._size = 50
    broken = {"env": {"KEY": "{{ prefect.blocks.secret.gone }}"}}
    waiting = [house.client.add(scheduled(broken)) for _ in range(210)]
    sound = house.client.add(scheduled())
    for house.now in range(0, 200, 5):
        await house.turn()
        if house.processes.carried_out:
            break
    assert house.processes.carried_out == [str(sound.id)]
    assert {house.client.state(one) for one in waiting} == {"SCHEDULED"}


async def test_what_is_cancelled_while_it_cannot_begin_stays_cancelled(house: House) -> None:
    flow_run = house.client.add(scheduled({"env": {"KEY": "{{ prefect.blocks.secret.gone }}"}}))
    told = flow_run.model_copy()
    await house.client.set_flow_run_state(flow_run.id, State(type=StateType.CANCELLED))
    for house.now in (0.0, 10.0, 20.0, 40.0):
        await house.worker._carry_out(told)
    assert house.client.state(flow_run) == "CANCELLED"


async def test_a_run_that_was_put_off_since_it_was_told_holds_up_no_process(house: House) -> None:
    flow_run = house.client.add(scheduled())
    then = datetime.now(UTC) + timedelta(hours=1)
    house.client.put_off[flow_run.id] = then
    await house.turn()
    assert house.processes.carried_out == []
    state = house.client.flow_runs[flow_run.id].state
    assert state is not None
    assert (state.type, state.state_details.scheduled_time) == (StateType.SCHEDULED, then)


async def test_a_run_that_was_deleted_since_it_was_told_is_not_tried_again(house: House) -> None:
    flow_run = house.client.add(scheduled())
    told = flow_run.model_copy()
    del house.client.flow_runs[flow_run.id]
    assert await house.worker._claim(told) is None
    assert house.worker._pauses.over(flow_run.id)
    assert len(house.worker._pauses) == 0


async def test_variables_may_say_nothing_of_the_environment(house: House) -> None:
    flow_run = house.client.add(scheduled({"env": None}))
    await house.turn()
    assert house.processes.carried_out == [str(flow_run.id)]


async def test_only_what_has_begun_can_have_crashed(house: House) -> None:
    flow_run = house.client.add(scheduled())
    house.processes.status = 7
    await house.turn()
    assert house.client.state(flow_run) == "CRASHED"


@pytest.mark.parametrize("trouble", [answered(500), httpx.ConnectError("away")])
async def test_a_crash_that_the_server_could_not_hear_is_reported_once_it_can(
    house: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """Its process lives, and carries out others: nobody else would ever notice."""
    monkeypatch.setattr(module, "_REPORT_S", 0.01, raising=False)
    flow_run = house.client.add(scheduled())
    house.processes.status, house.processes.then = 1, lambda: setattr(house.client, "trouble", trouble)
    taking = asyncio.create_task(house.turn())
    await asyncio.sleep(0.1)
    assert house.client.state(flow_run) == "PENDING"
    house.client.trouble = None
    await taking
    assert house.client.state(flow_run) == "CRASHED"


@pytest.mark.parametrize("trouble", [answered(503), httpx.ConnectError("away")])
async def test_a_server_that_is_away_is_waited_for(house: House, trouble: Exception) -> None:
    house.client.trouble = trouble
    for _ in range(20):
        assert await house.worker.get_and_submit_flow_runs() == []
    house.client.trouble = None
    flow_run = house.client.add(scheduled())
    await house.turn()
    assert house.processes.carried_out == [str(flow_run.id)]


async def test_a_server_that_refuses_the_worker_is_heard(house: House) -> None:
    house.client.trouble = answered(401)
    with pytest.raises(httpx.HTTPStatusError):
        await house.worker.get_and_submit_flow_runs()
