"""The decision about a run: which options, how long, how much, and why."""

from magicai.brain import estimates
from magicai.brain.choosing import choose
from magicai.brain.planner import Goal
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Situation
from magicai.messages import say
from magicai.runs.plan import Choice, Decision, Resources


def decide(goal: Goal, situation: Situation, knowledge: Knowledge, *, budget: float) -> Decision:
    """Decide what the goal's steps leave open; a plan says what of it is about the steps that it has.

    Args:
        goal: the workflow's.
        situation: request, owner, machine.
        knowledge: what is known of earlier runs.
        budget: most that it may cost, in US dollars.
    """
    priority, why = goal.workflow.priority(situation.request)
    expected = estimates.estimate(goal.workflow, situation, knowledge.outcomes, budget=budget)
    known = len(knowledge.outcomes)
    said = {"priority": say(f"priority_{priority}"), "why": why}
    reasoning = say("decision_learned", n=known, **said) if known else say("decision_first", **said)
    return Decision(
        task_sequence=(),
        modules=(),
        resources=Resources(),
        priority=priority,
        estimated_time=expected.time,
        estimated_cost=expected.cost,
        confidence=expected.confidence,
        reasoning=str(reasoning),
        message=reasoning,
        choices=_choices(goal, situation, knowledge),
    )


def decide_rest(goal: Goal, situation: Situation, knowledge: Knowledge, decision: Decision) -> Decision:
    """A plan's decision, with what is open about the steps that the plan did without."""
    decided = {choice.step for choice in decision.choices}
    rest = (choice for choice in _choices(goal, situation, knowledge) if choice.step not in decided)
    return decision.model_copy(update={"choices": (*decision.choices, *rest)})


def _choices(goal: Goal, situation: Situation, knowledge: Knowledge) -> tuple[Choice, ...]:
    """What is decided about steps before they run."""
    return tuple(
        choose(step.name, point, situation, knowledge)
        for step in goal.steps
        if step.trigger is None and step.unless(situation) is None
        for point in step.choices
        if not point.inside
    )
