"""The decision about a run: which options, how long, how much, and why."""

from collections.abc import Iterable, Sequence

from magicai.brain import estimates, sampler
from magicai.brain.choice_points import NO, USE
from magicai.brain.choosing import choose
from magicai.brain.knowledge import Knowledge
from magicai.brain.planner import Goal
from magicai.brain.situation import Situation
from magicai.brain.steps import Step
from magicai.runs.plan import Choice, Decision, Resources


def decide(goal: Goal, situation: Situation, knowledge: Knowledge, *, budget: float) -> Decision:
    """Decide what the goal's steps leave open.

    Args:
        goal: the workflow's.
        situation: request, owner, machine.
        knowledge: what is known of earlier runs.
        budget: most that it may cost, in US dollars.
    """
    choices = choices_of((step for step in goal.steps if step.trigger is None), situation, knowledge)
    priority, why = estimates.choose_priority(situation.request)
    expected = estimates.estimate(goal.workflow, situation, knowledge.outcomes, budget=budget)
    left_out = {choice.step for choice in choices if (choice.choice, choice.option) == (USE, NO)}
    asking = [step.generation for step in goal.steps if step.generation and step.name not in left_out]
    known = len(knowledge.outcomes)
    return with_choices(
        Decision(
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
            reasoning=_reasoning(choices, f"Priority {priority}: {why}.", known),
            propensity=1.0,
            policy=sampler.POLICY,
        ),
        choices,
    )


def choices_of(steps: Iterable[Step], situation: Situation, knowledge: Knowledge) -> tuple[Choice, ...]:
    """What is decided about steps before they run."""
    return tuple(
        choose(step.name, point, situation, knowledge) for step in steps for point in step.choices if not point.inside
    )


def with_choices(decision: Decision, choices: Sequence[Choice]) -> Decision:
    """A decision with more choices."""
    propensity = decision.propensity
    for choice in choices:
        propensity *= choice.propensity
    return decision.model_copy(update={"choices": (*decision.choices, *choices), "propensity": propensity})


def _reasoning(choices: Sequence[Choice], priority: str, known: int) -> str:
    earlier = "1 earlier run" if known == 1 else f"{known} earlier runs"
    history = f"Learned from {earlier}." if known else "No earlier run to learn from."
    reasons = "; ".join(f"{choice.name} = {choice.option}: {choice.reason}" for choice in choices)
    return f"{history} {priority} {reasons}".strip()


def _resources(steps: Sequence[Step]) -> Resources:
    return Resources(
        cpu=max((step.resources.cpu for step in steps), default=0.1),
        memory=max((step.resources.memory for step in steps), default=50),
    )
