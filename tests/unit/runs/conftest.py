import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from integrations.capacity.files import FileCapacity
from magicai.brain.planner import Goal, goal
from magicai.brain.situation import Machine
from magicai.brain.steps import Step
from magicai.errors import Temporary
from magicai.ports import Capacity, Records
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Attempt, Origin, Run, RunEvent, RunResult, RunStatus
from magicai.runs.workflow import Quality, Workflow
from magicai.settings import Settings


class Wish(BaseModel):
    number: int = 1


class Answer(RunResult):
    pass


@dataclass(frozen=True)
class Here:
    """What an executor uses, and what a test's steps name."""

    records: Records
    settings: Settings
    capacity: Capacity
    here: Machine
    lamp: str = "lit"

    def machine(self) -> Machine:
        return self.here


class Bench:
    """Runs of a workflow made of a test's own steps, without an orchestrator."""

    def __init__(self, records: Records, capacity: Capacity) -> None:
        self.records, self.capacity = records, capacity
        self.machine, self.settings = Machine(2, 1000), Settings()
        self.performed: list[str] = []
        self.shown: dict[str, object] = {}

    async def run(self, **wish: int) -> Run:
        return await accept(self.records, "w", Wish(**wish), owner_id="o", origin=Origin.CLI)

    async def begin(self, run: Run) -> Attempt:
        return await self.records.runs.begin(
            run.run_id, host=socket.gethostname(), pid=os.getpid(), process_started_at=1, flow_run_id=None
        )

    async def attempt(
        self,
        run: Run,
        provides: Sequence[str],
        *steps: Step,
        quality: Quality = lambda _: 0.5,
        make_result: Callable[[Mapping[str, Any]], JSON] | None = None,
    ) -> tuple[RunStatus, JSON]:
        declared = Workflow(name="w", request=Wish, result=Answer, quality=quality, make_result=make_result)
        wanted = goal(declared, provides=provides, steps=steps)
        return await self.carry_out(wanted, run, Wish.model_validate(run.request))

    async def carry_out(self, wanted: Goal, run: Run, request: BaseModel) -> tuple[RunStatus, JSON]:
        attempt = await self.begin(run)
        ports = Here(self.records, self.settings, self.capacity, self.machine)
        executor = Executor(wanted, run, request, attempt, ports, perform=self._perform, show=self._show)
        return await executor.carry_out()

    async def events(self, run: Run) -> list[RunEvent]:
        return await self.records.runs.events(run.run_id, limit=1000)

    async def _perform(self, task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
        for left in range(task.retries, -1, -1):
            self.performed.append(task.name)
            try:
                return await do()
            except Temporary:
                if not left:
                    raise
        return None

    async def _show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        self.shown[key] = content


@pytest.fixture
def bench(records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr("magicai.runs.execution.journal.BEAT_S", 0.05)
    return Bench(records, FileCapacity(tmp_path / "capacity", cores=2, memory=lambda: 1000))
