"""A goal compiles into the cheapest valid graph of steps; what comes up while it runs makes the next revision."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magicai.brain.and_or import Ask, Ordered, attainable, cheapest, needs_of, order
from magicai.brain.choice_points import NO, USE, YES
from magicai.brain.situation import Situation
from magicai.brain.step_costs import StepCosts, prior
from magicai.brain.steps import Step
from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.runs.plan import Choice, Decision, Plan, PlannedStep, Resources
from magicai.runs.workflow import Workflow, check_fields

# Why steps cannot be used, by their names.
_Barred = dict[str, Message]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a workflow is for.

    Attributes:
        provides: what must be there in the end.
        steps: which steps it may use, in the order in which a person would tell them.
        wants: what is made too, where an optional step can make it.
    """

    workflow: Workflow
    provides: tuple[str, ...]
    steps: tuple[Step, ...]
    wants: tuple[str, ...] = ()


def goal(
    workflow: Workflow,
    *,
    provides: Sequence[str],
    wants: Sequence[str] = (),
    steps: Sequence[Step],
) -> Goal:
    """Return a workflow's goal.

    Raises:
        ValueError: the workflow redefines a field of RunResult, or names a place that its result lacks; two steps have
            the same name; or no optional step gives what the goal wants.
        Invalid: no step provides what the goal or another step needs, or only in a circle.
    """
    check_fields(workflow, (*provides, *wants))
    names = [step.name for step in steps]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two steps of {workflow.name} are called {twice[0]!r}")
    optional = {step.provides for step in steps if step.optional}
    unknown = [want for want in wants if want not in optional]
    if unknown:
        raise ValueError(f"{workflow.name} wants {unknown[0]!r}, which no optional step provides")
    given = {step.provides for step in steps}
    gifts = [gift for gifts in workflow.actions.values() for gift in gifts]
    if missing := [gift for gift in gifts if gift not in given]:
        raise ValueError(f"{workflow.name} returns {missing[0]!r} for an action, which no step provides")
    _check_attainable([step for step in steps if step.trigger is None], (*provides, *gifts), barred={})
    return Goal(workflow, tuple(provides), tuple(steps), tuple(wants))


def compile_plan(
    goal: Goal, situation: Situation, decision: Decision, *, run_id: str, costs: StepCosts | None = None
) -> Plan:
    """The first revision: the cheapest graph that gives what the goal needs, with the optional steps that it uses.

    Args:
        costs: by step, what earlier runs tell; of a step that is missing, its resources tell.

    Raises:
        Invalid: what the goal needs cannot be given here; names why.
    """
    barred = _barred(goal.steps, situation, decision)
    offered = [step for step in goal.steps if step.trigger is None]
    usable = [step for step in offered if step.name not in barred]
    weights = _weights(goal.steps, costs)
    _check_attainable(offered, goal.provides, barred)
    ordered = cheapest(Ask(usable, goal.provides, goal.wants, weights))
    assert ordered is not None  # what is attainable has a plan
    planned = _planned(ordered, decision, _alternatives(usable, weights), revision=1)
    why = say("cheapest_steps")
    return Plan(
        run_id=run_id,
        workflow=goal.workflow.name,
        revision=1,
        reason=str(why),
        message=why,
        decision=_about(goal, situation, decision, ordered.steps),
        steps=planned,
        most_calls=goal.workflow.most_calls(situation.request, situation.machine),
        per_item=goal.workflow.per_item(situation.request, situation.machine),
    )


def adapt(goal: Goal, situation: Situation, plan: Plan, have: Mapping[str, Any]) -> Plan | None:
    """The next revision, where what has been found calls for a step that the plan lacks; else None."""
    there = {step.name for step in plan.steps}
    given = {step.provides for step in plan.steps}
    barred = {**_barred(goal.steps, situation, plan.decision), **plan.failed}
    reasons: dict[str, Message] = {}
    for step in goal.steps:
        if step.trigger is None or step.name in there or step.name in barred or step.provides in given:
            continue
        if all(need in have for need in needs_of(step)) and (why := step.trigger(situation, have)):
            reasons[step.name] = why
            given.add(step.provides)
    if not reasons:
        return None
    chosen = [step for step in goal.steps if step.name in there or step.name in reasons]
    used = [step.name for step in chosen if step.provides in have or step.trigger is not None or _aimed_at(goal, step)]
    # Every step counts as used in a plan that was saved when steps were planned that nobody used.
    ordered = order(chosen, used) or order(chosen, [step.name for step in chosen])
    assert ordered is not None  # what is added needs only what is there
    why = say("plan_grew", reasons=[say("step_because", step=name, why=why) for name, why in reasons.items()])
    revised = _revised(plan, plan.decision, ordered, have, reasons=reasons)
    decision = _about(goal, situation, plan.decision, ordered.steps)
    return revised.model_copy(update={"reason": str(why), "message": why, "decision": decision})


def replan(
    goal: Goal,
    situation: Situation,
    plan: Plan,
    have: Mapping[str, Any],
    *,
    failed: Mapping[str, Message],
    running: Collection[str] = (),
    decision: Decision | None = None,
    costs: StepCosts | None = None,
) -> Plan | None:
    """The next revision, without a step that failed; None where the goal cannot be reached without it.

    What was called for by what had been found is done without.

    Args:
        have: what was given; the steps that gave it stay, and cost nothing more.
        failed: why by step, the one that failed just now last.
        running: names of steps in progress, which stay too.
        decision: the plan's, with choices of steps that it did without.
    """
    decision = decision or plan.decision
    *_, last = failed
    now_failed = {**plan.failed, **failed}
    barred = {**_barred(goal.steps, situation, decision), **now_failed}
    there = [step.name for step in plan.steps if step.name not in failed]
    fixed = [step.name for step in plan.steps if step.provides in have or step.name in running]
    usable = [
        step
        for step in goal.steps
        if step.name in fixed or (step.name not in barred and (step.trigger is None or step.name in there))
    ]
    called_for = [step.provides for step in goal.steps if step.name in there and step.trigger is not None]
    weights = _weights(goal.steps, costs)
    ordered = cheapest(Ask(usable, (*goal.provides, *called_for), goal.wants, weights, fixed))
    if ordered is None:
        return None
    instead = [step.name for step in ordered.steps if step.name not in there]
    why = say("step_replaced", step=last, steps=instead) if instead else say("step_failed_left_out", step=last)
    revised = _revised(plan, decision, ordered, have, alternatives=_alternatives(usable, weights))
    about = _about(goal, situation, decision, ordered.steps)
    return revised.model_copy(update={"reason": str(why), "message": why, "decision": about, "failed": now_failed})


def _aimed_at(goal: Goal, step: Step) -> bool:
    return step.provides in goal.provides or (step.optional and step.provides in goal.wants)


def _revised(
    plan: Plan,
    decision: Decision,
    ordered: Ordered,
    have: Mapping[str, Any],
    *,
    reasons: Mapping[str, Message] | None = None,
    alternatives: Mapping[str, Sequence[str]] | None = None,
) -> Plan:
    revision = plan.revision + 1
    former = {step.name: step for step in plan.steps}
    kept_ways_out = {step.provides: (step.name, *step.ways_out) for step in plan.steps}
    anew = _planned(ordered, decision, alternatives or kept_ways_out, revision=revision, reasons=reasons)
    steps = tuple(_kept(former[step.name], step, have) if step.name in former else step for step in anew)
    return plan.model_copy(update={"revision": revision, "steps": steps})


def _kept(former: PlannedStep, anew: PlannedStep, have: Mapping[str, Any]) -> PlannedStep:
    """What has been done stays as it was; what has not may now wait for what was added."""
    if former.provides in have:
        return former
    return former.model_copy(update={"needs": anew.needs, "ways_out": anew.ways_out})


def _planned(
    ordered: Ordered,
    decision: Decision,
    alternatives: Mapping[str, Sequence[str]],
    *,
    revision: int,
    reasons: Mapping[str, Message] | None = None,
) -> tuple[PlannedStep, ...]:
    return tuple(
        PlannedStep(
            name=step.name,
            provides=step.provides,
            needs=ordered.waits_for[step.name],
            revision=revision,
            options={
                choice.choice: choice.option
                for choice in decision.choices
                if choice.step == step.name and choice.choice != USE and choice.item is None
            },
            reason=str((reasons or {}).get(step.name, "")),
            message=(reasons or {}).get(step.name),
            ways_out=tuple(name for name in alternatives.get(step.provides, ()) if name != step.name),
        )
        for step in ordered.steps
    )


def _about(goal: Goal, situation: Situation, decision: Decision, steps: Sequence[Step]) -> Decision:
    """The decision with what it says about the steps that were planned, and about no others."""
    asking = [step.generation for step in steps if step.generation is not None]
    planned = {step.name for step in steps}
    used = {*goal.provides, *goal.wants, *(name for step in steps for name in (*step.needs, *step.wants))}
    left_out = {step.name for step in goal.steps if step.provides in used}
    models = goal.workflow.models(situation.request, situation.machine) if asking else ()
    return decision.model_copy(
        update={
            "task_sequence": tuple(step.name for step in steps),
            "modules": tuple(dict.fromkeys(step.module.rpartition(".")[2] for step in steps)),
            "resources": Resources(
                cpu=max((step.resources.cpu for step in steps), default=0.1),
                memory=max((step.resources.memory for step in steps), default=50),
            ),
            "model": ", ".join(models) or None,
            "temperature": max((one.temperature for one in asking), default=None),
            "max_tokens": max((one.max_tokens for one in asking), default=None),
            "choices": tuple(
                one for one in decision.choices if one.step in planned or (_leaves_out(one) and one.step in left_out)
            ),
        }
    )


def _leaves_out(choice: Choice) -> bool:
    return (choice.choice, choice.option) == (USE, NO)


def _weights(steps: Iterable[Step], costs: StepCosts | None) -> dict[str, float]:
    known = costs or {}
    return {step.name: (known.get(step.name) or prior(step.resources)).weight for step in steps}


def _alternatives(usable: Sequence[Step], weights: Mapping[str, float]) -> dict[str, list[str]]:
    """Who gives what, the cheapest first."""
    givers: dict[str, list[str]] = {}
    for step in sorted(attainable(usable), key=lambda step: weights[step.name]):
        givers.setdefault(step.provides, []).append(step.name)
    return givers


def _barred(steps: Iterable[Step], situation: Situation, decision: Decision) -> _Barred:
    """Which steps cannot be used here, and why; a step that the brain left out is among them."""
    reasons: _Barred = {}
    for step in steps:
        if (why := step.unless(situation)) is not None:
            reasons[step.name] = why
        elif step.optional and decision.option_of(step.name, USE, YES) != YES:
            reasons[step.name] = say("left_out_by_decision")
    return reasons


def _check_attainable(offered: Sequence[Step], required: Iterable[str], barred: _Barred) -> None:
    """Raise Invalid with the reason if something required cannot be given."""
    usable = [step for step in offered if step.name not in barred]
    given = {step.provides for step in attainable(usable)}
    for name in required:
        if name not in given:
            raise _refusal(name, offered, given, barred)


def _refusal(name: str, offered: Sequence[Step], given: Collection[str], barred: _Barred) -> Invalid:
    """Why something cannot be given: the first thing on the way to it that nothing here gives."""
    trail: list[Step] = []
    while True:
        givers = [step for step in offered if step.provides == name]
        open_givers = [step for step in givers if step.name not in barred]
        if not givers:
            return Invalid("providing_step_not_found", name=name)
        if not open_givers:
            reasons = [say("step_because", step=step.name, why=barred[step.name]) for step in givers]
            return Invalid("value_not_providable", name=name, reasons=reasons)
        step = open_givers[0]
        if step in trail:
            names = ", ".join(one.name for one in trail[trail.index(step) :])
            return Invalid("circular_step_dependency", names=names)
        trail.append(step)
        name = next(need for need in needs_of(step) if need not in given)
