"""Performs the steps of an attempt: each holds its share of the machine, and its result is kept for the next attempt.

It knows no orchestrator. `Perform` runs one step: as a Prefect task run in integrations/prefect/walk.py, directly in
tests and benchmarks.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from pydantic import BaseModel

from magicai.brain.situation import Situation
from magicai.brain.step_decisions import StepDecisions
from magicai.brain.steps import Generation, Step, StepRun
from magicai.errors import Cancelled, MagicError
from magicai.runs.execution.journal import Heartbeat, Journal, Show, StepReporter
from magicai.runs.execution.machine_share import machine_share
from magicai.runs.execution.run_ports import RunPorts
from magicai.runs.items import StepItems
from magicai.runs.plan import PlannedStep
from magicai.runs.run import Attempt, Run
from magicai.values.digest import digest_of
from magicai.values.rewards import weights_of


@dataclass(frozen=True, slots=True)
class StepCall:
    """One retryable call of a step, as an orchestrator shows it."""

    name: str
    parameters: Mapping[str, Any]
    retries: int
    retry_delay_s: float
    timeout_s: float | None


Perform = Callable[[StepCall, Callable[[], Awaitable[Any]]], Awaitable[Any]]


@dataclass(slots=True, kw_only=True)
class StepCalls:
    """The steps of one attempt.

    Attributes:
        request: the run's, validated by the process that executes it.
        begun: names of steps.
        raised: the errors of those that failed, by name.
        seconds: of those that this attempt began and ended.
    """

    run: Run
    request: BaseModel
    attempt: Attempt
    ports: RunPorts
    situation: Situation
    journal: Journal
    heartbeat: Heartbeat
    perform: Perform
    show: Show
    begun: set[str] = field(default_factory=set[str])
    raised: dict[str, MagicError] = field(default_factory=dict[str, MagicError])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    async def value(self, step: Step, planned: PlannedStep, have: Mapping[str, Any]) -> Any:
        """What a step gives, as JSON; what an earlier attempt was given for the same stands.

        Args:
            have: what other steps gave, by name.
        """
        runs = self.ports.records.runs
        inputs = {"request": self.run.request, **{name: have[name] for name in planned.needs if name in have}}
        inputs = {name: value for name, value in inputs.items() if name in step.arguments}
        digest = digest_of([inputs, planned.options])
        kept = await runs.step_result(self.run.run_id, planned.name, planned.revision, digest)
        if kept is not None:
            self.journal.keep(planned.name)
            await self._done(planned.name, "kept", None)
            return kept["value"]
        parameters = {"run_id": self.run.run_id, "options": planned.options, "inputs": inputs}
        call = StepCall(planned.name, parameters, step.retries, step.retry_delay_s, step.timeout_s)
        tell = partial(self.journal.append, "step", step.name, state="waiting")
        try:
            async with machine_share(self.ports.capacity, step.resources, stop=self.heartbeat.stop, tell=tell):
                began = time.monotonic()
                self.journal.remaining.begin(planned.name)
                await self.journal.append("step", planned.name, state="started")
                value = await self.perform(call, partial(self._call, step, planned, inputs))
        except Cancelled:
            if not self.heartbeat.lost:
                await self.journal.append("step", planned.name, state="cancelled")
            raise
        except MagicError as exc:
            self.raised[planned.name] = exc
            await self.journal.append("step", planned.name, state="failed", why=str(exc), message=asdict(exc.said))
            raise
        await runs.save_step_result(self.attempt, planned.name, planned.revision, digest, {"value": value})
        await self._done(planned.name, "done", time.monotonic() - began)
        return value

    async def _call(self, step: Step, planned: PlannedStep, inputs: Mapping[str, Any]) -> Any:
        records = self.ports.records
        run = StepRun(
            self.run.run_id,
            self.run.owner_id,
            planned.name,
            StepReporter(self.journal, self.heartbeat, planned.name, self.show),
            dict(planned.options),
            generation=step.generation or Generation(),
            text_role=step.text_role,
            attempt=self.attempt.number,
            budget=self.journal.budget,
            person=self.run.started_by or "",
            items=StepItems(records.items, self.attempt, planned.name),
            decisions=StepDecisions(
                records=records.decisions,
                attempt=self.attempt,
                step=planned.name,
                points=step.choices,
                situation=self.situation,
                weights=weights_of(self.ports.settings.reward_weights),
            ),
        )
        return await step.call(run, {**inputs, "request": self.request}, self.ports)

    async def _done(self, name: str, state: str, seconds: float | None) -> None:
        self.journal.remaining.end(name, seconds)
        if seconds is not None:
            self.seconds[name] = seconds
        await self.journal.append("step", name, state=state, duration_s=round(seconds or 0.0, 3))
