"""The engine of a warm process, with stand-ins for Prefect's client and for its own engine."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun

from integrations.prefect.orchestrator import labels
from integrations.prefect.warm import engine as module
from integrations.prefect.warm.engine import Engine


class Client:
    """Remembers what flow runs are labelled with."""

    told: FlowRun | None = None

    def __init__(self) -> None:
        self.named: list[Mapping[str, Any]] = []

    def update_flow_run_labels(self, _: UUID, said: Mapping[str, Any]) -> None:
        self.named.append(said)


class Attempt:
    """A flow that takes as long as it is told."""

    def __init__(self, *, flow: float, **_: object) -> None:
        self.seconds, self.going = flow, True

    def is_running(self) -> bool:
        return self.going

    @asynccontextmanager
    async def start(self) -> AsyncGenerator[None]:
        yield

    run_context = start

    async def call_flow_fn(self) -> None:
        await asyncio.sleep(self.seconds)
        self.going = False


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(module, "_Attempt", Attempt)
    monkeypatch.setattr(module, "_SHORT_S", 0.01)
    return Client()


def carry_out(client: Client, seconds: float, monkeypatch: pytest.MonkeyPatch, flow_run: FlowRun) -> None:
    engine: Any = Engine()
    engine._client = engine._in_threads = client
    monkeypatch.setattr(module.importlib, "import_module", {"any": SimpleNamespace(flow=seconds)}.get)
    engine._runner.run(engine._carry_out(flow_run, "any.flow"))
    engine._runner.close()


def flow_run(**named: object) -> FlowRun:
    return FlowRun(id=uuid4(), flow_id=uuid4(), name="one", labels=dict(named))  # pyright: ignore[reportArgumentType]


def test_a_run_names_its_process_once_it_is_no_short_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(client, 0.2, monkeypatch, flow_run())
    assert client.named == [labels(None)]


def test_one_that_holds_the_loop_up_names_its_process_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[Mapping[str, Any]] = []

    async def hold_up(self: Attempt) -> None:
        until = time.monotonic() + 10
        while not client.named and time.monotonic() < until:
            time.sleep(0.01)  # noqa: ASYNC251 - as a flow may that was not written for it
        named.extend(client.named)
        self.going = False

    monkeypatch.setattr(Attempt, "call_flow_fn", hold_up)
    carry_out(client, 0.0, monkeypatch, flow_run())
    assert named == [labels(None)]


def test_a_short_run_asks_nothing_for_that(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHORT_S", 600.0)
    carry_out(client, 0.0, monkeypatch, flow_run())
    assert client.named == []


def test_one_that_has_named_its_process_itself_is_left_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = flow_run()

    async def itself(self: Attempt) -> None:
        run.labels.update(labels("r1"))
        await asyncio.sleep(0.1)
        self.going = False

    monkeypatch.setattr(Attempt, "call_flow_fn", itself)
    carry_out(client, 0.0, monkeypatch, run)
    assert client.named == []


def test_what_names_an_earlier_process_names_this_one_before_it_begins(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SHORT_S", 600.0)
    earlier = {**labels("r1"), "magicai.pid": 1}
    run = flow_run(**earlier)
    before: list[Mapping[str, Any]] = []

    async def look(self: Attempt) -> None:
        before.append(dict(run.labels))
        self.going = False

    monkeypatch.setattr(Attempt, "call_flow_fn", look)
    carry_out(client, 0.0, monkeypatch, run)
    assert [{**said, "magicai.run": "r1"} for said in before] == [labels("r1")]
    assert client.named == [labels(None)]
