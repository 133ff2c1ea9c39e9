"""A goal compiles into the smallest valid graph of steps; what comes up while it runs makes the next revision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magicai.brain.situation import Situation
from magicai.brain.steps import Step, StepFunction, registry
from magicai.errors import Invalid
from magicai.runs.plan import Decision, Plan, PlannedStep
from magicai.runs.workflow import Workflow, check_fields


@dataclass(frozen=True, slots=True)
class Goal:
    """What a workflow is for.

    Attributes:
        provides: what must be there in the end.
        steps: which steps it may use, in the order in which a person would tell them.
    """

    workflow: Workflow
    provides: tuple[str, ...]
    steps: tuple[Step, ...]


def goal(
    workflow: Workflow,
    *,
    provides: Sequence[str],
    steps: Sequence[StepFunction],
) -> Goal:
    """A workflow's goal, from the functions that were registered as steps.

    Raises:
        ValueError: a field of the workflow's result is called like one of the run's own.
    """
    check_fields(workflow, provides)
    return Goal(workflow, tuple(provides), tuple(registry[function.__name__] for function in steps))


def compile_plan(goal: Goal, situation: Situation, decision: Decision, *, run_id: str) -> Plan:
    """The first revision: what the goal needs, and what the decision adds.

    Raises:
        Invalid: nothing provides what a step needs, or steps need each other in a circle.
    """
    offered = [step for step in goal.steps if step.trigger is None and decision.choice(step.name, "yes") == "yes"]
    wanted = [step.provides for step in offered if step.may_be_left_out]
    chosen = _closure(offered, [*goal.provides, *wanted])
    steps = _planned(chosen, decision, revision=1)
    _check_order(steps)
    made = decision.model_copy(
        update={
            "task_sequence": tuple(step.name for step in steps),
            "modules": tuple(dict.fromkeys(_module(step) for step in chosen)),
        }
    )
    return Plan(
        run_id=run_id,
        workflow=goal.workflow.name,
        revision=1,
        reason="the smallest graph that reaches the goal",
        decision=made,
        steps=steps,
        context=situation.features(),
    )


def adapt(goal: Goal, situation: Situation, plan: Plan, have: Mapping[str, Any]) -> Plan | None:
    """The next revision, where what has been found calls for a step that the plan lacks; else None."""
    there = {step.name for step in plan.steps}
    reasons: dict[str, str] = {}
    for step in goal.steps:
        if (
            step.name in there
            or step.trigger is None
            or any(need not in have for need in step.needs if need != "request")
        ):
            continue
        why = step.trigger(situation, have)
        if why:
            reasons[step.name] = why
    if not reasons:
        return None
    revision = plan.revision + 1
    chosen = [step for step in goal.steps if step.name in there or step.name in reasons]
    former = {step.name: step for step in plan.steps}
    steps = tuple(
        _kept(former[step.name], step, have) if step.name in former else step
        for step in _planned(chosen, plan.decision, revision=revision, reasons=reasons)
    )
    _check_order(steps)
    names = tuple(step.name for step in steps)
    return plan.model_copy(
        update={
            "revision": revision,
            "reason": "; ".join(f"{name}: {why}" for name, why in reasons.items()),
            "steps": steps,
            "decision": plan.decision.model_copy(update={"task_sequence": names}),
        }
    )


def _kept(former: PlannedStep, anew: PlannedStep, have: Mapping[str, Any]) -> PlannedStep:
    """What has been done stays as it was; what has not may now wait for what was added."""
    return former if former.provides in have else former.model_copy(update={"needs": anew.needs})


def _closure(offered: Sequence[Step], provides: Iterable[str]) -> list[Step]:
    provider: dict[str, Step] = {}
    for step in offered:
        provider.setdefault(step.provides, step)
    chosen: set[str] = set()
    todo = list(provides)
    while todo:
        name = todo.pop()
        step = provider.get(name)
        if step is None:
            raise Invalid(f"No step of this workflow gives {name!r}.", way_out="Add one to its flow's steps.")
        if step.name not in chosen:
            chosen.add(step.name)
            todo.extend(need for need in step.needs if need != "request")
    return [step for step in offered if step.name in chosen]


def _planned(
    chosen: Sequence[Step], decision: Decision, *, revision: int, reasons: Mapping[str, str] | None = None
) -> tuple[PlannedStep, ...]:
    provided = {step.provides for step in chosen}
    return tuple(
        PlannedStep(
            name=step.name,
            provides=step.provides,
            needs=(*(n for n in step.needs if n != "request"), *(want for want in step.wants if want in provided)),
            revision=revision,
            options={
                name: decision.choice(name, values[0]) for name, values in step.variants.items() if name != step.name
            },
            reason=(reasons or {}).get(step.name, ""),
        )
        for step in chosen
    )


def _check_order(steps: Sequence[PlannedStep]) -> None:
    have: set[str] = set()
    todo = list(steps)
    while todo:
        ready = [step for step in todo if have.issuperset(step.needs)]
        if not ready:
            names = ", ".join(step.name for step in todo)
            raise Invalid(f"These steps wait for each other in a circle: {names}.")
        have.update(step.provides for step in ready)
        todo = [step for step in todo if step not in ready]


def _module(step: Step) -> str:
    return step.module.rpartition(".")[2]
