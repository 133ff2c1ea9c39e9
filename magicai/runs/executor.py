"""Executes a run: plans it, runs the plan step by step, saves every result, and learns from the outcome.

It knows no orchestrator. `Perform` runs one step: as a Prefect task run in integrations/prefect/walk.py, directly in
tests and benchmarks.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from pydantic import BaseModel

from magicai.brain.decision import decide
from magicai.brain.estimates import step_seconds
from magicai.brain.knowledge import recall
from magicai.brain.planner import Goal, adapt, compile_plan, replan
from magicai.brain.situation import Situation
from magicai.brain.step_costs import known_costs
from magicai.brain.steps import Generation, Step, StepRun
from magicai.errors import Cancelled, Conflict, MagicError, Permanent
from magicai.runs.decisions import StepDecisions
from magicai.runs.items import StepItems
from magicai.runs.journal import Heartbeat, Journal, Show, StepReporter
from magicai.runs.learning import Course, learn
from magicai.runs.machine_share import machine_share
from magicai.runs.plan import Plan, PlannedStep, plan_as_markdown
from magicai.runs.results import own_fields
from magicai.runs.run import JSON, Attempt, Cost, Problem, Run, RunResult, RunStatus
from magicai.runs.run_ports import RunPorts
from magicai.values.digest import digest_of
from magicai.values.rewards import weights_of
from magicai.values.times import to_iso

_log = logging.getLogger(__name__)
# How long a step may take to reach its next progress report after a stop was requested.
_GRACE_S = 15.0
# How often a run that gives way looks for a cancel request.
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class StepCall:
    """One retryable call of a step, as an orchestrator shows it."""

    name: str
    parameters: Mapping[str, Any]
    retries: int
    retry_delay_s: float
    timeout_s: float | None


Perform = Callable[[StepCall, Callable[[], Awaitable[Any]]], Awaitable[Any]]


class Executor:
    """One attempt at one run.

    Args:
        request: the run's request, validated by the process that executes it.
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
        self._situation = Situation(run.workflow, run.owner_id, goal.parameters(run.request), ports.machine())
        self._journal = Journal(self._records.runs, attempt, ports.settings.budget)
        self._weights = weights_of(ports.settings.reward_weights)
        self._heartbeat = Heartbeat(self._records.runs, attempt)
        self._steps = {step.name: step for step in goal.steps}
        self._have: dict[str, Any] = {}
        self._left_out: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self._begun: set[str] = set()
        self._raised: set[str] = set()
        self._plan: Plan | None = None

    async def carry_out(self) -> tuple[RunStatus, JSON]:
        """Execute the run, and return its final status and result, both already saved.

        A run that gives way is queued again and has no result.

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
                await self._journal.failure(Problem.of("run", exc))
                status = RunStatus.FAILED
            except Exception as exc:  # noqa: BLE001 - a fault of ours must not leave the run `processing`
                status = await self._fault(exc)
            status, own = await self._own_fields(status)
            result = {**self._base(status), **own}
            await self._learn(result)
            await self._records.runs.finish(self._attempt, status, result)
        return status, result

    async def _fault(self, exc: Exception) -> RunStatus:
        _log.error("run %s: fault", self._run.run_id, exc_info=exc)
        words = f"{type(exc).__name__}: {exc}"
        await self._journal.failure(
            Problem(where="run", what=words, way_out="This is a fault of MagicAI. Please report it.")
        )
        return RunStatus.FAILED

    async def _own_fields(self, status: RunStatus) -> tuple[RunStatus, JSON]:
        """The result's own fields, made from the steps' results; a run whose fields can't be made has failed."""
        try:
            return status, own_fields(self._goal.workflow, self._goal.provides, self._have)
        except Exception as exc:  # noqa: BLE001 - as in `carry_out`
            reached = status in (RunStatus.COMPLETED, RunStatus.PARTIAL)
            return await self._fault(exc) if reached else status, {}

    async def _plan_unless_stopped(self) -> None:
        call = StepCall("plan", {"workflow": self._run.workflow}, 2, 1.0, None)
        planning = asyncio.ensure_future(self._perform(call, self._make_plan))
        stopping = asyncio.create_task(self._heartbeat.stop.wait())
        try:
            await asyncio.wait((planning, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not planning.done():
                raise Cancelled("The run was stopped while it was planned.")
            planning.result()
            # Honour a cancel requested after the plan was shown, before any step starts.
            await self._heartbeat.beat()
        finally:
            planning.cancel()
            stopping.cancel()
            await asyncio.gather(planning, stopping, return_exceptions=True)

    async def _make_plan(self) -> JSON:
        kept = await self._records.runs.plans(self._run.run_id)
        knowledge = await recall(self._records, self._run.workflow, self._run.owner_id)
        if kept:
            plan = kept[-1]
        else:
            decision = decide(self._goal, self._situation, knowledge, budget=self._journal.budget)
            costs = known_costs(knowledge.outcomes)
            plan = compile_plan(self._goal, self._situation, decision, run_id=self._run.run_id, costs=costs)
        self._journal.remaining.expected = await asyncio.to_thread(
            step_seconds, self._goal.workflow, self._situation, knowledge.outcomes
        )
        await self._take(plan, save=not kept)
        return plan.decision.model_dump(mode="json")

    async def _take(self, plan: Plan, *, save: bool = False) -> None:
        if save:
            await self._records.runs.save_plan(self._attempt, plan)
        self._plan = plan
        self._journal.remaining.steps = plan.steps
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
                    await self._settle(running.pop(task), task, [step.name for step in running.values()])
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

    async def _settle(self, step: PlannedStep, task: "asyncio.Task[Any]", running: Collection[str]) -> None:
        assert self._plan is not None
        try:
            self._have[step.provides] = task.result()
        except (Cancelled, Conflict):
            raise
        except MagicError as exc:
            await self._do_without(step, exc, running)
            return
        adapted = adapt(self._goal, self._situation, self._plan, self._have)
        if adapted is not None:
            await self._take(adapted, save=True)

    async def _do_without(self, step: PlannedStep, error: MagicError, running: Collection[str]) -> None:
        """Go another way to the goal than by a step that failed, or raise its error; what is optional is left out."""
        assert self._plan is not None
        self._failed[step.name] = str(error)
        knowledge = await recall(self._records, self._run.workflow, self._run.owner_id)
        now = (self._goal, self._situation, self._plan, self._have)
        other = replan(*now, failed=self._failed, running=running, costs=known_costs(knowledge.outcomes))
        if other is None:
            raise error
        await self._journal.problem(step.name, Problem.of(step.name, error), missing=False)
        if self._steps[step.name].optional and all(one.provides != step.provides for one in other.steps):
            await self._leave_out(step, str(error))
            return
        self._journal.fractions[step.name] = 1.0
        await self._take(other, save=True)

    async def _stop(self, running: "dict[asyncio.Task[Any], PlannedStep]") -> None:
        """Stop as requested; if only optional steps are left, leave them out and complete the run."""
        assert self._plan is not None
        if running:
            await self._end_running(running)
        open_steps = [s for s in self._plan.steps if s.provides not in self._have and s.provides not in self._left_out]
        essential = [s for s in open_steps if not self._steps[s.name].optional and not self._finishing(s)]
        if essential or self._heartbeat.lost or self._heartbeat.gives_way:
            raise Cancelled("The run was stopped.")
        for step in open_steps:
            if self._steps[step.name].optional and step.provides not in self._have:
                await self._leave_out(step, "you stopped it")
        self._heartbeat.clear_stop()

    async def _end_running(self, running: "dict[asyncio.Task[Any], PlannedStep]") -> None:
        """Give steps time to end, settle those that did, and cancel the others."""
        await self._wait_for_progress(running)
        late = [task for task in running if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._heartbeat.lost:
            running.clear()
            return
        while running:
            task, step = running.popitem()
            error = None if task.cancelled() else task.exception()
            if task.cancelled() or (task in late and error is not None):
                # How a step ends that is cancelled is no failure of its run.
                if error is not None:
                    _log.warning("step %s failed while it was cancelled", step.name, exc_info=error)
                await self._journal.append("step", step.name, state="cancelled")
            elif not isinstance(error, Cancelled):
                await self._settle(step, task, [])

    async def _wait_for_progress(self, running: "Collection[asyncio.Task[Any]]") -> None:
        """Wait until steps report progress or end: without a limit if the run gives way, else for a grace period."""
        left = set(running)
        while left and self._heartbeat.gives_way and not self._heartbeat.lost:
            _, left = await asyncio.wait(left, timeout=_LOOK_S)
        if left:
            await asyncio.wait(left, timeout=_GRACE_S)

    def _finishing(self, step: PlannedStep) -> bool:
        """Whether a step waits only for optional steps."""
        optional = {s.provides for s in self._steps.values() if s.optional}
        return any(need in optional for need in step.needs) and all(
            need in self._have or need in optional for need in step.needs
        )

    async def _leave_out(self, step: PlannedStep, why: str) -> None:
        self._left_out[step.provides] = why
        self._failed[step.name] = why
        self._journal.fractions[step.name] = 1.0
        self._journal.remaining.end(step.name, None)
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
            await self._done(planned.name, "kept", None)
            return kept["value"]
        parameters = {"run_id": self._run.run_id, "options": planned.options, "inputs": inputs}
        call = StepCall(planned.name, parameters, step.retries, step.retry_delay_s, step.timeout_s)
        try:
            tell = partial(self._journal.append, "step", step.name, state="waiting")
            async with machine_share(self._ports.capacity, step.resources, stop=self._heartbeat.stop, tell=tell):
                began = time.monotonic()
                self._journal.remaining.begin(planned.name)
                await self._journal.append("step", planned.name, state="started")
                value = await self._perform(call, partial(self._call, step, planned, inputs))
        except Cancelled:
            if not self._heartbeat.lost:
                await self._journal.append("step", planned.name, state="cancelled")
            raise
        except MagicError as exc:
            self._raised.add(planned.name)
            await self._journal.append("step", planned.name, state="failed", why=str(exc))
            raise
        await self._records.runs.save_step_result(
            self._attempt, planned.name, planned.revision, digest, {"value": value}
        )
        await self._done(planned.name, "done", time.monotonic() - began)
        return value

    async def _call(self, step: Step, planned: PlannedStep, inputs: Mapping[str, Any]) -> Any:
        assert self._plan is not None
        reporter = StepReporter(self._journal, self._heartbeat, planned.name, self._show)
        run = StepRun(
            self._run.run_id,
            self._run.owner_id,
            planned.name,
            reporter,
            dict(planned.options),
            generation=(step.generation or Generation()).within(self._plan.decision),
            attempt=self._attempt.number,
            items=StepItems(self._records.items, self._attempt, planned.name),
            decisions=StepDecisions(
                records=self._records.decisions,
                attempt=self._attempt,
                step=planned.name,
                points=step.choices,
                situation=self._situation,
                weights=self._weights,
            ),
        )
        given = {**inputs, "request": self._request}
        return await step.call(run, given, self._ports)

    async def _done(self, name: str, state: str, seconds: float | None) -> None:
        self._journal.fractions[name] = 1.0
        self._journal.remaining.end(name, seconds)
        if seconds is not None:
            self._seconds[name] = seconds
        await self._journal.append("step", name, state=state, duration_s=round(seconds or 0.0, 3))

    def _base(self, status: RunStatus) -> JSON:
        started, finished = self._run.started_at or self._attempt.started_at, self._journal.now()
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

    async def _learn(self, result: JSON) -> None:
        if self._plan is None:
            return
        course = Course(
            have=self._have,
            begun=self._begun,
            failed=self._raised,
            seconds=self._seconds,
            cost=self._journal.cost_by_step,
        )
        try:
            await learn(self._records, self._goal, self._situation, self._plan, result, course, self._weights)
        except Exception:  # noqa: BLE001 - a run that cannot be learnt from must still be saved as ended
            _log.exception("nothing was learned from run %s", self._run.run_id)
