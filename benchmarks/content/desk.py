"""Runs of generate-content in this process, without Prefect and without stores that wait for a server."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.brain.situation import Machine
from magicai.content.generate_content import WORKFLOW, GenerateContent
from magicai.ports import Cache, Capacity, Files, Records, Spender, TextModel
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin, RunStatus
from magicai.settings import Settings
from tasks.generate_content.file_texts import file_texts
from tasks.generate_content.read_template import read_template
from tasks.generate_content.write_texts import write_texts

OWNER = "local"
GOAL = goal(
    replace(WORKFLOW, actions={}),
    provides=("written", "filed"),
    steps=(read_template, write_texts, file_texts),
)
OpenModel = Callable[[Spender], TextModel]


@dataclass
class Desk:
    """The ports of an installation, with models of a benchmark's own."""

    ports: Ports
    open_model: OpenModel | None = None

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.ports.settings

    @property
    def records(self) -> Records:
        """The records in use."""
        return self.ports.records

    @property
    def files(self) -> Files:
        """The files in use."""
        return self.ports.files

    @property
    def cache(self) -> Cache:
        """The cache in use."""
        return self.ports.cache

    @property
    def capacity(self) -> Capacity:
        """The capacity in use."""
        return self.ports.capacity

    def machine(self) -> Machine:
        """What this machine has."""
        return self.ports.machine()

    async def machine_now(self) -> Machine:
        """The same."""
        return self.machine()

    async def text_model(self, spender: Spender, *, models: Sequence[str], cached: bool = False) -> TextModel | None:
        """The scripted model if there is one, which no verifier judges; else the installation's."""
        if self.open_model is not None:
            return None if spender.role == "verifier" else self.open_model(spender)
        return await self.ports.text_model(spender, models=models, cached=cached)

    async def write(self, given: Mapping[str, Any]) -> tuple[str, RunStatus, JSON]:
        """A run's id, how it ended, and its result."""
        request = GenerateContent.model_validate(given)
        run = await accept(self.records, GOAL.workflow.name, request, owner_id=OWNER, origin=Origin.CLI)
        attempt = await self.records.runs.begin(
            run.run_id, host="localhost", pid=os.getpid(), process_started_at=1, flow_run_id=None
        )
        status, result = await Executor(GOAL, run, request, attempt, self, perform=_perform, show=_show).carry_out()
        return run.run_id, status, result


@asynccontextmanager
async def desk(open_model: OpenModel | None = None, **settings: Any) -> AsyncGenerator[Desk]:
    """A desk in a folder that is gone afterwards."""
    with TemporaryDirectory(prefix="magicai-") as folder:
        async with open_ports(Settings(home=Path(folder), model="none", **settings)) as ports:
            yield Desk(ports, open_model)


async def _perform(_call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: object) -> None: ...
