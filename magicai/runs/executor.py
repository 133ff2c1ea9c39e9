"""Carries a run out: plans it, walks the plan step by step, keeps every result, learns from how it went.

Knows no orchestrator. `Perform` runs one task: Prefect's way in flows/, directly in tests and benchmarks.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from pydantic import BaseModel

from magicai.brain.decision import decide
from magicai.brain.knowledge import learn, recall
from magicai.brain.planner import Goal, adapt, compile_plan
from magicai.brain.situation import Machine, Situation
from magicai.brain.steps import Step, StepRun
from magicai.errors import Cancelled, MagicError, Permanent, Temporary
from magicai.ports import Outcome, Records
from magicai.runs.items import StepItems
from magicai.runs.journal import Heartbeat, Journal, Show, StepReporter
from magicai.runs.plan import Plan, PlannedStep
from magicai.runs.results import own_fields
from magicai.runs.run import JSON, Attempt, Cost, Problem, Run, RunResult, RunStatus
from magicai.settings import Settings
from magicai.values.digest import digest_of
from magicai.values.times import now_us, to_iso

_log = logging.getLogger(__name__)
# How long a step that was asked to stop may take to reach its next progress report.
_GRACE_S = 15.0
# How soon one that gives way hears that somebody cancels it.
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """One retryable piece of work, as an orchestrator shows it."""

    name: str
    parameters: Mapping[str, Any]
    retries: int
    retry_delay_s: float
    timeout_s: float | None


Perform = Callable[[Task, Callable[[], Awaitable[Any]]], Awaitable[Any]]


class RunPorts(Protocol):
    """What the executor itself uses of the ports; each step names its own."""

    @property
    def settings(self) -> Settings:
        """What this installation was told."""
        ...

    @property
    def records(self) -> Records:
        """The truth."""
        ...

    def machine(self) -> Machine:
        """What this machine has to work with."""
        ...


class Executor:
    """One attempt at one run.

    Args:
        request: the run's, as the process that carries it out has checked it.
    """

    def __init__(
        self,
        goal: Goal,
        run: Run,
        request: BaseModel,
        attempt: Attempt,
        ports: RunPorts,
        *,
        perform: Perform,
        show: Show,
    ) -> None:
        self._goal, self._run, self._request, self._attempt = goal, run, request, attempt
        self._records, self._ports, self._perform, self._show = ports.records, ports, perform, show
        self._situation = Situation(run.workflow, run.owner_id, run.request, ports.machine())
        self._journal = Journal(self._records.runs, attempt, ports.settings.budget)
        self._heartbeat = Heartbeat(self._records.runs, attempt)
        self._steps = {step.name: step for step in goal.steps}
        self._have: dict[str, Any] = {}
        self._left_out: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self._begun: set[str] = set()
        self._plan: Plan | None = None

    async def carry_out(self) -> tuple[RunStatus, JSON]:
        """Carry the run out; answers how it ended and its result, both already kept.

        One that gives way is queued again, and has no result.

        Raises:
            Conflict: a later attempt has taken over; nothing more was written.
        """
        await self._journal.take_over()
        async with self._heartbeat:
            try:
                await self._plan_unless_stopped()
                await self._walk()
                status = RunStatus.PARTIAL if self._journal.missing else RunStatus.COMPLETED
            except Cancelled as exc:
                if self._heartbeat.lost:
                    raise self._heartbeat.lost from exc
                if self._heartbeat.gives_way and await self._records.runs.put_back(self._attempt):
                    return RunStatus.QUEUED, {"run_id": self._run.run_id}
                status = RunStatus.CANCELLED
            except MagicError as exc:
                await self._journal.failure(_problem("run", exc))
                status = RunStatus.FAILED
            except Exception as exc:  # noqa: BLE001 - a fault of ours must not leave the run `processing`
                status = await self._fault(exc)
            status, own = await self._own_fields(status)
            result = {**self._base(status), **own}
            await self._learn(status, result)
            await self._records.runs.finish(self._attempt, status, result)
        return status, result

    async def _fault(self, exc: Exception) -> RunStatus:
        _log.error("run %s met a fault", self._run.run_id, exc_info=exc)
        words = f"{type(exc).__name__}: {exc}"
        await self._journal.failure(Problem(where="run", what=words, way_out="This is a fault of MagicAI's."))
        return RunStatus.FAILED

    async def _own_fields(self, status: RunStatus) -> tuple[RunStatus, JSON]:
        """What the workflow makes of what the steps gave; a run of which nothing can be made has failed."""
        try:
            return status, own_fields(self._goal.workflow, self._goal.provides, self._have)
        except Exception as exc:  # noqa: BLE001 - likewise
            reached = status in (RunStatus.COMPLETED, RunStatus.PARTIAL)
            return await self._fault(exc) if reached else status, {}

    async def _plan_unless_stopped(self) -> None:
        task = Task("plan", {"workflow": self._run.workflow}, 2, 1.0, None)
        planning = asyncio.ensure_future(self._perform(task, self._make_plan))
        stopping = asyncio.create_task(self._heartbeat.stop.wait())
        try:
            await asyncio.wait((planning, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not planning.done():
                raise Cancelled("The run was stopped while it was planned.")
            planning.result()
            # Who reads the plan and does not like it wants none of its steps to begin.
            await self._heartbeat.beat()
        finally:
            planning.cancel()
            stopping.cancel()
            await asyncio.gather(planning, stopping, return_exceptions=True)

    async def _make_plan(self) -> JSON:
        kept = await self._records.runs.plans(self._run.run_id)
        if kept:
            plan = kept[-1]
        else:
            outcomes = await recall(self._records.outcomes, self._run.workflow, self._run.owner_id)
            decision = decide(self._goal, self._situation, outcomes, seed=self._run.run_id, budget=self._journal.budget)
            plan = compile_plan(self._goal, self._situation, decision, run_id=self._run.run_id)
            await self._records.runs.save_plan(self._attempt, plan)
            self._weigh(plan, outcomes)
        await self._take(plan)
        return plan.decision.model_dump(mode="json")

    def _weigh(self, plan: Plan, outcomes: list[Outcome]) -> None:
        for step in plan.steps:
            known = [outcome.steps[step.name] for outcome in outcomes if step.name in outcome.steps]
            self._journal.weights[step.name] = sum(known) / len(known) if known else 1.0

    async def _take(self, plan: Plan) -> None:
        self._plan = plan
        for step in plan.steps:
            self._journal.weights.setdefault(step.name, 1.0)
        steps = [{"name": step.name, "needs": step.needs, "reason": step.reason} for step in plan.steps]
        decision = plan.decision.model_dump(mode="json")
        await self._journal.append("plan", revision=plan.revision, reason=plan.reason, steps=steps, decision=decision)
        await self._show("plan", plan_as_markdown(plan))

    async def _walk(self) -> None:
        running: dict[asyncio.Task[Any], PlannedStep] = {}
        stopping = asyncio.create_task(self._heartbeat.stop.wait())
        try:
            while True:
                if self._heartbeat.stop.is_set():
                    await self._stop(running)
                for step in self._ready(running.values()):
                    running[asyncio.create_task(self._step(step))] = step
                if not running:
                    return
                await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in running if task.done()]:
                    await self._settle(running.pop(task), task)
        finally:
            stopping.cancel()
            for task in running:
                task.cancel()
            await asyncio.gather(stopping, *running, return_exceptions=True)

    def _ready(self, running: Any) -> list[PlannedStep]:
        assert self._plan is not None
        busy = {step.name for step in running}
        return [
            step
            for step in self._plan.steps
            if step.name not in busy
            and step.provides not in self._have
            and step.provides not in self._left_out
            and all(need in self._have or need in self._left_out for need in step.needs)
        ]

    async def _settle(self, step: PlannedStep, task: "asyncio.Task[Any]") -> None:
        assert self._plan is not None
        try:
            self._have[step.provides] = task.result()
        except Cancelled:
            raise
        except MagicError as exc:
            if not self._steps[step.name].may_be_left_out:
                raise
            await self._leave_out(step, str(exc))
            await self._journal.problem(step.name, _problem(step.name, exc), missing=False)
            return
        adapted = adapt(self._goal, self._situation, self._plan, self._have)
        if adapted is not None:
            await self._records.runs.save_plan(self._attempt, adapted)
            await self._take(adapted)

    async def _stop(self, running: "dict[asyncio.Task[Any], PlannedStep]") -> None:
        """Stop as asked; where only what a plan may do without is left, leave that out and end well."""
        assert self._plan is not None
        open_steps = [s for s in self._plan.steps if s.provides not in self._have and s.provides not in self._left_out]
        essential = [s for s in open_steps if not self._steps[s.name].may_be_left_out and not self._finishing(s)]
        if running:
            await self._let_come_to_a_border(running)
            for task in running:
                task.cancel()
            ended = await asyncio.gather(*running, return_exceptions=True)
            for step, value in zip(running.values(), ended, strict=True):
                if not isinstance(value, BaseException):
                    self._have[step.provides] = value
                elif isinstance(value, asyncio.CancelledError) and not self._heartbeat.lost:
                    await self._journal.append("step", step.name, state="cancelled")
            running.clear()
        if essential or self._heartbeat.lost or self._heartbeat.gives_way:
            raise Cancelled("The run was stopped.")
        for step in open_steps:
            if self._steps[step.name].may_be_left_out and step.provides not in self._have:
                await self._leave_out(step, "you stopped it")
        self._heartbeat.clear_stop()

    async def _let_come_to_a_border(self, running: "Collection[asyncio.Task[Any]]") -> None:
        """Wait until steps tell of their next progress, or are done; where they give way, however long that takes."""
        left = set(running)
        while left and self._heartbeat.gives_way and not self._heartbeat.lost:
            _, left = await asyncio.wait(left, timeout=_LOOK_S)
        if left:
            await asyncio.wait(left, timeout=_GRACE_S)

    def _finishing(self, step: PlannedStep) -> bool:
        """Whether a step only waits for what may be left out."""
        optional = {s.provides for s in self._steps.values() if s.may_be_left_out}
        return any(need in optional for need in step.needs) and all(
            need in self._have or need in optional for need in step.needs
        )

    async def _leave_out(self, step: PlannedStep, why: str) -> None:
        self._left_out[step.provides] = why
        self._journal.fractions[step.name] = 1.0
        await self._journal.append("step", step.name, state="left_out", why=why)

    async def _step(self, planned: PlannedStep) -> Any:
        step = self._steps[planned.name]
        self._begun.add(step.name)
        missing = [need for need in step.needs if need in self._left_out]
        if missing:
            raise Permanent(f"{planned.name} has no {missing[0]}: {self._left_out[missing[0]]}")
        inputs = {"request": self._run.request, **{n: self._have[n] for n in planned.needs if n in self._have}}
        inputs = {name: value for name, value in inputs.items() if name in step.arguments}
        digest = digest_of([inputs, planned.options])
        kept = await self._records.runs.step_result(self._run.run_id, planned.name, planned.revision, digest)
        if kept is not None:
            self._journal.keep(planned.name)
            await self._done(planned.name, "kept", 0.0)
            return kept["value"]
        began = time.monotonic()
        await self._journal.append("step", planned.name, state="started")
        parameters = {"run_id": self._run.run_id, "options": planned.options, "inputs": inputs}
        task = Task(planned.name, parameters, step.retries, step.retry_delay_s, step.timeout_s)
        try:
            value = await self._perform(task, partial(self._call, step, planned, inputs))
        except Cancelled:
            if not self._heartbeat.lost:
                await self._journal.append("step", planned.name, state="cancelled")
            raise
        except MagicError as exc:
            await self._journal.append("step", planned.name, state="failed", why=str(exc))
            raise
        await self._records.runs.save_step_result(
            self._attempt, planned.name, planned.revision, digest, {"value": value}
        )
        await self._done(planned.name, "done", time.monotonic() - began)
        return value

    async def _call(self, step: Step, planned: PlannedStep, inputs: Mapping[str, Any]) -> Any:
        reporter = StepReporter(self._journal, self._heartbeat, planned.name, self._show)
        run = StepRun(
            self._run.run_id,
            self._run.owner_id,
            planned.name,
            reporter,
            dict(planned.options),
            cost=self._journal.usage.cost,
            items=StepItems(self._records.items, self._attempt, planned.name),
        )
        given = {**inputs, "request": self._request}
        return await step.call(run, given, self._ports)

    async def _done(self, name: str, state: str, seconds: float) -> None:
        self._journal.fractions[name] = 1.0
        self._seconds[name] = seconds
        await self._journal.append("step", name, state=state, seconds=round(seconds, 3))

    def _base(self, status: RunStatus) -> JSON:
        started, finished = self._run.started_at or self._attempt.started_at, now_us()
        earlier = sum(us for number, us in self._journal.worked_us.items() if number != self._attempt.number)
        usage = self._journal.usage
        return RunResult(
            run_id=self._run.run_id,
            workflow=self._run.workflow,
            status=status,
            started_at=to_iso(started),
            finished_at=to_iso(finished),
            execution_time=(earlier + finished - self._attempt.started_at) / 1_000_000,
            cost=Cost(
                amount=Decimal(str(usage.cost)),
                currency=usage.currency,
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
            ),
            decision=self._plan.decision if self._plan else None,
            problems=tuple(self._journal.problems),
        ).model_dump(mode="json")

    async def _learn(self, status: RunStatus, result: JSON) -> None:
        if self._plan is None:
            return
        try:
            quality, _ = self._goal.workflow.quality(result)
            await learn(
                self._records.outcomes,
                self._run.owner_id,
                self._plan,
                status=status,
                quality=quality,
                cost=float(result["cost"]["amount"]),
                seconds=result["execution_time"],
                steps=self._seconds,
                had_a_say={name for step in self._goal.steps if step.name in self._begun for name in step.variants},
            )
        except Exception:  # noqa: BLE001 - what cannot be learnt from has ended all the same, and must be said to have
            _log.exception("nothing was learnt from run %s", self._run.run_id)


def plan_as_markdown(plan: Plan) -> str:
    """The plan for an operator: its steps in order, what each waits for, and every choice with its reason."""
    giver = {step.provides: step.name for step in plan.steps}
    lines = [f"# Plan {plan.revision}: {plan.workflow}", "", f"Why: {plan.reason}. {plan.decision.reasoning}", ""]
    lines += ["| | step | waits for |", "|---|---|---|"]
    for number, step in enumerate(plan.steps, start=1):
        why = f" ({step.reason})" if step.reason else ""
        lines.append(f"| {number} | {step.name}{why} | {', '.join(giver.get(n, n) for n in step.needs) or '–'} |")
    lines += ["", "| choice | value | probability | why |", "|---|---|---|---|"]
    lines += [f"| {c.name} | {c.value} | {c.propensity:.2f} | {c.reason} |" for c in plan.decision.choices]
    return "\n".join(lines)


def _problem(where: str, error: MagicError) -> Problem:
    return Problem(where=where, what=error.what, way_out=error.way_out, temporary=isinstance(error, Temporary))
