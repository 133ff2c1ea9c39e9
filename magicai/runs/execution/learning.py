"""Learns from a run: its outcome, and what it measured of each choice that its plan made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from magicai.brain.choice_points import NO, USE, ChoicePoint
from magicai.brain.estimates import kinds_of, size_of
from magicai.brain.planner import Goal
from magicai.brain.situation import Situation
from magicai.brain.step_decisions import Measured
from magicai.errors import BudgetReserved, Invalid, MagicError, NotFound, OverBudget, Refused
from magicai.ports import LoggedDecision, Outcome, Records
from magicai.runs.plan import Plan
from magicai.runs.run import JSON, RunStatus
from magicai.runs.workflow import Workflow
from magicai.values.times import now_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a run went, as far as this attempt knows.

    Attributes:
        have: what steps gave.
        begun: names of steps.
        failed: errors of steps, by name.
        seconds: of the steps that this attempt began and ended.
        cost: US dollars by step.
    """

    have: Mapping[str, Any]
    begun: Collection[str]
    failed: Mapping[str, MagicError]
    seconds: Mapping[str, float]
    cost: Mapping[str, float]


async def learn(
    records: Records,
    goal: Goal,
    situation: Situation,
    plan: Plan,
    result: JSON,
    course: Course,
    weights: Mapping[str, float],
) -> None:
    """Keep what came of a run.

    A cancelled one says nothing about its choices. Nor does one that failed before any step gave something, as where a
    host does not exist, about how long runs take, how good they are, or what it left out.
    """
    status = RunStatus(result["status"])
    if status is RunStatus.CANCELLED:
        return
    never_began = status is RunStatus.FAILED and not course.have
    if not never_began:
        quality = goal.workflow.quality(result)
        await records.outcomes.add(_outcome(goal.workflow, situation, plan, result, quality, course))
    points = [(step.name, point) for step in goal.steps for point in step.choices if not point.inside]
    for name, point in points:
        if never_began and name not in course.failed:
            continue
        made = await records.decisions.made(plan.run_id, name, point.name)
        if made is None:
            continue
        measured = measured_of(made, point, course)
        rewards = measured.rewards(point, weights)
        if rewards:
            await records.decisions.reward(
                made.decision_id, rewards, owner_id=situation.owner_id, measures=measured.measures()
            )


def measured_of(made: LoggedDecision, point: ChoicePoint, course: Course) -> Measured:
    """What a run measured of a choice: of the choice's own step, and nothing of what other steps did.

    A step that never began, or that an earlier attempt has done, says nothing of what it takes; one that was left out
    takes nothing, and has not failed: else a step that does no good would be rewarded for not failing. Nor does one
    that failed by what it was asked for, or by what others had reserved, whatever had been chosen.
    """
    step = made.choice.step
    quality = point.quality(course.have) if point.quality is not None else None
    if (made.choice.choice, made.choice.option) == (USE, NO):
        return Measured(quality=quality, seconds=0.0, cost=0.0, failed=False)
    if step not in course.begun:
        return Measured()
    if (error := course.failed.get(step)) is not None:
        if isinstance(error, BudgetReserved | Invalid | NotFound | Refused) and not isinstance(error, OverBudget):
            return Measured()
        return Measured(failed=True, cost=course.cost.get(step, 0.0))
    if step not in course.seconds:
        return Measured(quality=quality)
    seconds, cost = course.seconds[step], course.cost.get(step, 0.0)
    return Measured(quality=quality, seconds=seconds, cost=cost, failed=False)


def _outcome(
    workflow: Workflow, situation: Situation, plan: Plan, result: JSON, quality: float, course: Course
) -> Outcome:
    time = plan.decision.estimated_time
    return Outcome(
        run_id=plan.run_id,
        owner_id=situation.owner_id,
        workflow=plan.workflow,
        at=now_us(),
        status=RunStatus(result["status"]),
        quality=quality,
        cost=float(result["cost"]["amount"]),
        seconds=result["execution_time"],
        steps=dict(course.seconds),
        step_costs=dict(course.cost),
        size=size_of(workflow, situation),
        kinds=kinds_of(workflow, situation),
        told=(time.low, time.high) if time.basis == "runs" else None,
    )
