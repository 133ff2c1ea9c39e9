"""A goal compiles into the smallest valid graph of steps; what comes up while it runs makes the next revision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magicai.brain.choice_points import USE, YES
from magicai.brain.situation import Situation
from magicai.brain.steps import Step
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
    steps: Sequence[Step],
) -> Goal:
    """Return a workflow's goal.

    Raises:
        ValueError: the workflow redefines a field of RunResult, or names a place that its result lacks; or two steps
            have the same name.
        Invalid: no step provides what the goal or another step needs.
    """
    check_fields(workflow, provides)
    names = [step.name for step in steps]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two steps of {workflow.name} are called {twice[0]!r}")
    _closure([step for step in steps if step.trigger is None], provides)
    return Goal(workflow, tuple(provides), tuple(steps))


def compile_plan(goal: Goal, situation: Situation, decision: Decision, *, run_id: str) -> Plan:
    """The first revision: what the goal needs, and what the decision adds.

    Raises:
        Invalid: nothing provides what a step needs, or steps need each other in a circle.
    """
    offered = [
        step
        for step in goal.steps
        if step.trigger is None and not step.unless(situation) and decision.option_of(step.name, USE, YES) == YES
    ]
    wanted = [step.provides for step in offered if step.optional]
    chosen = _closure(offered, [*goal.provides, *wanted])
    steps = _planned(chosen, decision, revision=1)
    _check_order(steps)
    names = {step.name for step in chosen}
    made = decision.model_copy(
        update={
            "task_sequence": tuple(step.name for step in steps),
            "modules": tuple(dict.fromkeys(_module(step) for step in chosen)),
            "choices": tuple(one for one in decision.choices if one.choice == USE or one.step in names),
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
                one.choice: one.option
                for one in decision.choices
                if one.step == step.name and one.choice != USE and one.item is None
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
