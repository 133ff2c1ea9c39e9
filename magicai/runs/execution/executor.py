"""Executes a run: plans it, walks the plan step by step, does without what fails, and learns from the outcome."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

from pydantic import BaseModel

from magicai.brain.decision import decide, decide_rest
from magicai.brain.estimates import step_seconds
from magicai.brain.planner import Goal, adapt, compile_plan, replan
from magicai.brain.recall import recall
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_costs import known_costs
from magicai.brain.step_decisions import choices_made
from magicai.errors import Cancelled, Conflict, Invalid, MagicError, Permanent
from magicai.messages import Message, say
from magicai.runs.execution.journal import Heartbeat, Journal, Show
from magicai.runs.execution.learning import Course, learn
from magicai.runs.execution.result import result_of
from magicai.runs.execution.run_ports import RunPorts
from magicai.runs.execution.step_calls import Perform, StepCall, StepCalls
from magicai.runs.plan import Decision, Plan, PlannedStep, plan_as_markdown
from magicai.runs.requests.files_in import with_counts
from magicai.runs.run import JSON, Attempt, Problem, Run, RunStatus, budget_within
from magicai.values.rewards import weights_of

_log = logging.getLogger(__name__)
# How long a step may take to reach its next progress report after a stop was requested.
_GRACE_S = 15.0
# How often a run that gives way looks for a cancel request.
_LOOK_S = 1.0


class Executor:
    """One attempt at one run.

    Args:
        request: the run's request, validated by the process that executes it.
        machine: its resources and models; what the ports say where None.
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
        machine: Machine | None = None,
    ) -> None:
        self._goal, self._run, self._request, self._attempt = goal, run, request, attempt
        self._records, self._ports, self._perform, self._show = ports.records, ports, perform, show
        self._situation = Situation(
            run.workflow, run.owner_id, goal.workflow.parameters(run.request), machine or ports.machine()
        )
        budget = budget_within(self._situation.request, ports.settings.budget)
        self._journal = Journal(self._records.runs, attempt, budget)
        self._weights = weights_of(ports.settings.reward_weights)
        self._heartbeat = Heartbeat(self._records.runs, attempt)
        self._calls = StepCalls(
            run=run,
            request=request,
            attempt=attempt,
            ports=ports,
            situation=self._situation,
            journal=self._journal,
            heartbeat=self._heartbeat,
            perform=perform,
            show=show,
        )
        self._steps = {step.name: step for step in goal.steps}
        self._have: dict[str, Any] = {}
        self._left_out: dict[str, Message] = {}
        self._failed: dict[str, Message] = {}
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
            decision = await self._decision()
            result = {**result_of(self._run, self._attempt, self._journal, status, decision), **own}
            await self._learn(result)
            await self._records.runs.finish(self._attempt, status, result)
        return status, result

    async def _fault(self, exc: Exception) -> RunStatus:
        _log.error("run %s: fault", self._run.run_id, exc_info=exc)
        what = say("unexpected_error", kind=type(exc).__name__, detail=str(exc))
        await self._journal.failure(Problem.saying("run", what))
        return RunStatus.FAILED

    async def _own_fields(self, status: RunStatus) -> tuple[RunStatus, JSON]:
        """The result's own fields, made from the steps' results; a run whose fields can't be made has failed."""
        try:
            return status, self._goal.workflow.own_fields(self._goal.provides, self._have)
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
                raise Cancelled("run_stopped_during_planning")
            planning.result()
            # Honour a cancel requested after the plan was shown, before any step starts.
            await self._heartbeat.beat()
        finally:
            planning.cancel()
            stopping.cancel()
            await asyncio.gather(planning, stopping, return_exceptions=True)

    async def _make_plan(self) -> JSON:
        run = self._run
        row = await with_counts(self._records, self._request, owner_id=run.owner_id, row=run.request)
        self._situation = replace(self._situation, request=self._goal.workflow.parameters(row))
        kept = await self._records.runs.plans(self._run.run_id)
        knowledge = await recall(self._records, self._run.workflow, self._run.owner_id)
        if kept:
            plan = self._without_gone_steps(kept[-1])
        else:
            decision = decide(self._goal, self._situation, knowledge, budget=self._journal.budget)
            costs = known_costs(knowledge.outcomes)
            plan = compile_plan(self._goal, self._situation, decision, run_id=self._run.run_id, costs=costs)
        self._journal.remaining.expected = await asyncio.to_thread(
            step_seconds, self._goal.workflow, self._situation, knowledge.outcomes
        )
        await self._take(plan, save=not kept or plan is not kept[-1])
        return plan.decision.model_dump(mode="json")

    def _without_gone_steps(self, plan: Plan) -> Plan:
        """A plan that another version of MagicAI saved, without the steps that this one does not have.

        Raises:
            Invalid: there is no other way to the goal.
        """
        gone = [step.name for step in plan.steps if step.name not in self._steps]
        if not gone:
            return plan
        why = say("step_unknown_here")
        revised = replan(self._goal, self._situation, plan, {}, failed=dict.fromkeys(gone, why))
        if revised is None:
            raise Invalid("plan_outdated", names=", ".join(gone))
        return revised

    async def _take(self, plan: Plan, *, save: bool = False) -> None:
        if save:
            await self._records.runs.save_plan(self._attempt, plan)
        self._plan = plan
        self._journal.remaining.steps = plan.steps
        steps = [step.model_dump(mode="json", include={"name", "needs", "reason", "message"}) for step in plan.steps]
        decision = plan.decision.model_dump(mode="json")
        why = plan.model_dump(mode="json", include={"revision", "reason", "message"})
        await self._journal.append("plan", steps=steps, decision=decision, **why)
        await self._show("plan", plan_as_markdown(plan))

    async def _walk(self) -> None:
        running: dict[asyncio.Task[Any], PlannedStep] = {}
        stopping = asyncio.create_task(self._heartbeat.stop.wait())
        try:
            while True:
                if self._heartbeat.stop.is_set():
                    await self._stop(running)
                if stopping.done():  # a stop that was met: the next one is to be heard too
                    stopping = asyncio.create_task(self._heartbeat.stop.wait())
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
        self._failed[step.name] = error.said
        knowledge = await recall(self._records, self._run.workflow, self._run.owner_id)
        now = (self._goal, self._situation, self._plan, self._have)
        decision = decide_rest(self._goal, self._situation, knowledge, self._plan.decision)
        costs = known_costs(knowledge.outcomes)
        other = replan(*now, failed=self._failed, running=running, decision=decision, costs=costs)
        if other is None:
            raise error
        declared = self._steps[step.name]
        called_for = declared.trigger is not None
        anew = adapt(self._goal, self._situation, other, self._have) if called_for else None
        replaced = any(one.provides == step.provides for one in (anew or other).steps)
        # What was called for is missing where nothing else gives it.
        missing = called_for and not (replaced or declared.optional)
        await self._journal.problem(step.name, Problem.of(step.name, error), missing=missing)
        if declared.optional and not replaced:
            await self._leave_out(step, error.message)
            if {one.name for one in other.steps} == {one.name for one in self._plan.steps} - self._failed.keys():
                return  # nothing else changes
        await self._take(other, save=True)
        if anew is not None:
            await self._take(anew, save=True)

    async def _stop(self, running: "dict[asyncio.Task[Any], PlannedStep]") -> None:
        """Stop as requested; if only optional steps are left, leave them out and complete the run."""
        assert self._plan is not None
        if running:
            await self._end_running(running)
        open_steps = [s for s in self._plan.steps if s.provides not in self._have and s.provides not in self._left_out]
        if self._essential(open_steps) or self._heartbeat.lost or self._heartbeat.gives_way:
            raise Cancelled("run_stopped")
        for step in open_steps:
            if self._steps[step.name].optional and step.provides not in self._have:
                await self._leave_out(step, say("step_stopped_by_user"))
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

    def _essential(self, open_steps: Sequence[PlannedStep]) -> bool:
        """Whether there is more to do than to finish: than what waits for optional steps, and what waits for that."""
        ends = {step.provides for step in self._steps.values() if step.optional}
        left = [step for step in open_steps if not self._steps[step.name].optional]

        def finishes(step: PlannedStep) -> bool:
            open_needs = {need for need in step.needs if need not in self._have}
            return not ends.isdisjoint(step.needs) and open_needs <= ends

        while finishing := [step for step in left if finishes(step)]:
            ends |= {step.provides for step in finishing}
            left = [step for step in left if step not in finishing]
        return bool(left)

    async def _leave_out(self, step: PlannedStep, why: Message) -> None:
        self._left_out[step.provides] = why
        self._failed[step.name] = why
        self._journal.remaining.end(step.name, None)
        await self._journal.append("step", step.name, state="left_out", why=str(why), message=asdict(why))

    async def _step(self, planned: PlannedStep) -> Any:
        step = self._steps[planned.name]
        self._calls.begun.add(step.name)
        missing = [need for need in step.needs if need in self._left_out]
        if missing:
            raise Permanent(
                "step_input_missing", name=planned.name, missing=missing[0], left_out=self._left_out[missing[0]]
            )
        return await self._calls.value(step, planned, self._have)

    async def _decision(self) -> Decision | None:
        """What was decided: in the plan, and by its steps while they ran."""
        if self._plan is None:
            return None
        planned = self._plan.decision
        places = {(choice.step, choice.choice) for choice in planned.choices}
        made = await choices_made(self._records.decisions, self._run.run_id, places)
        return planned.model_copy(update={"choices": (*planned.choices, *made)})

    async def _learn(self, result: JSON) -> None:
        if self._plan is None:
            return
        course = Course(
            have=self._have,
            begun=self._calls.begun,
            failed=self._calls.raised,
            seconds=self._calls.seconds,
            cost=self._journal.cost_by_step,
        )
        try:
            await learn(self._records, self._goal, self._situation, self._plan, result, course, self._weights)
        except Exception:  # noqa: BLE001 - a run that cannot be learnt from must still be saved as ended
            _log.exception("nothing was learned from run %s", self._run.run_id)
