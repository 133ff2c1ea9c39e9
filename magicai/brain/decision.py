"""The decision about a run: which options, how long, how much, and why."""

from collections.abc import Sequence

from magicai.brain import estimates, optimizer
from magicai.brain.planner import Goal
from magicai.brain.situation import FEATURES, Situation
from magicai.brain.steps import Step
from magicai.ports import Outcome
from magicai.runs.plan import Choice, Decision, Resources


def decide(goal: Goal, situation: Situation, outcomes: Sequence[Outcome], *, seed: str, budget: float) -> Decision:
    """Decide everything that the goal's steps leave open.

    Args:
        goal: the workflow's.
        situation: request, owner, machine.
        outcomes: what came of earlier runs of this workflow, oldest first.
        seed: the run's id; the same run is decided the same way again.
        budget: most that it may cost, in US dollars.
    """
    known = [outcome for outcome in outcomes if outcome.features == FEATURES]
    choices = tuple(_choose(step, name, situation, known, seed=seed) for step in goal.steps for name in step.variants)
    priority, why = estimates.choose_priority(situation.request)
    expected = estimates.estimate(goal.workflow, situation, outcomes, budget=budget)
    left_out = {choice.name for choice in choices if choice.value == "no"}
    asking = [step.generation for step in goal.steps if step.generation and step.name not in left_out]
    propensity = 1.0
    for choice in choices:
        propensity *= choice.propensity
    return Decision(
        task_sequence=(),
        modules=(),
        resources=_resources(goal.steps),
        priority=priority,
        estimated_time=expected.time,
        estimated_cost=expected.cost,
        model=situation.machine.model if asking else None,
        temperature=max((one.temperature for one in asking), default=None),
        max_tokens=max((one.max_tokens for one in asking), default=None),
        confidence=expected.confidence,
        reasoning=_reasoning(choices, f"Priority {priority}: {why}.", len(known)),
        propensity=propensity,
        policy=optimizer.POLICY,
        features=FEATURES,
        choices=choices,
    )


def _choose(step: Step, name: str, situation: Situation, outcomes: Sequence[Outcome], *, seed: str) -> Choice:
    options = step.variants[name]
    limited, why = step.limits(situation).get(name, (options, ""))
    open_options = tuple(option for option in limited if option in options)
    if len(open_options) == 1:
        return Choice(
            name=name, value=open_options[0], options=options, propensity=1.0, reason=why or "nothing else is possible"
        )
    explore = name in step.harmless
    got = optimizer.pick(name, open_options, situation.features(), outcomes, explore=explore, seed=seed)
    return Choice(
        name=name,
        value=got.value,
        options=options,
        propensity=got.propensity,
        reason=_reason(got, open_options[0]),
        explored=got.explored,
    )


def _reason(got: optimizer.Pick, default: str) -> str:
    if not got.seen:
        return "tried to learn: no run has told yet" if got.explored else "the usual choice: no run has told yet"
    runs = _earlier_runs(got.seen)
    if got.explored:
        return f"tried to learn more, after {runs}"
    kind = "the usual choice" if got.value == default else "better than the usual choice"
    return f"{kind}, after {runs} (expected {got.expected[got.value]:.2f})"


def _earlier_runs(count: int) -> str:
    return "1 earlier run" if count == 1 else f"{count} earlier runs"


def _reasoning(choices: Sequence[Choice], priority: str, known: int) -> str:
    history = "No earlier run to learn from." if not known else f"Learnt from {_earlier_runs(known)}."
    reasons = "; ".join(f"{choice.name} = {choice.value}: {choice.reason}" for choice in choices)
    return f"{history} {priority} {reasons}".strip()


def _resources(steps: Sequence[Step]) -> Resources:
    return Resources(
        cpu=max((step.resources.cpu for step in steps), default=0.1),
        memory=max((step.resources.memory for step in steps), default=50),
    )
