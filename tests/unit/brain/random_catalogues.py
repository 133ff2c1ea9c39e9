"""Random catalogues of steps, planned and compared with brute force: are plans valid, and as cheap?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from math import inf, isclose
from random import Random

from pydantic import BaseModel

from magicai.brain.planner import Goal, compile_plan
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_costs import StepCost
from magicai.brain.steps import Step, StepRun, always_usable, step
from magicai.errors import Invalid
from magicai.runs.plan import CostInterval, Decision, Interval, Plan, Priority, Resources
from magicai.runs.run import RunResult
from magicai.runs.workflow import Workflow

_MOST_STEPS = 12
_SITUATION = Situation("w", "o", {}, Machine(cores=2, memory=4000))
_DECISION = Decision(
    task_sequence=(),
    modules=(),
    resources=Resources(),
    priority=Priority.NORMAL,
    estimated_time=Interval(low=0, high=1),
    estimated_cost=CostInterval(low=Decimal(0), high=Decimal(0)),
    confidence=0.5,
    reasoning="",
)


class _Nothing(BaseModel):
    pass


@step(provides="nothing")
async def _blank(run: StepRun) -> int:
    return len(run.run_id)


_WORKFLOW = Workflow(name="w", request=_Nothing, result=RunResult, quality=lambda _: 1.0)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A goal, and what its steps cost."""

    goal: Goal
    costs: Mapping[str, StepCost]

    def weight(self, names: Sequence[str]) -> float:
        """What these steps cost together."""
        return sum(self.costs[name].weight for name in names)


@dataclass(frozen=True, slots=True)
class Score:
    """How one catalogue was planned.

    Attributes:
        best: what brute force found, or inf.
        found: what the plan costs; inf where it was refused.
        valid: whether the plan is one.
    """

    best: float
    found: float
    valid: bool

    @property
    def as_cheap(self) -> bool:
        """Whether the plan costs what the best one costs."""
        return self.best == self.found or isclose(self.best, self.found)


def _not_here(_: Situation) -> str:
    return "not here"


def _never(_: Situation, _have: Mapping[str, object]) -> None:
    return None


def random_catalogue(dice: Random) -> Catalogue:
    """Steps with alternatives, wants, optional ones, circles, and some that the situation or the trigger bars."""
    count = max(dice.randint(1, _MOST_STEPS), dice.randint(1, _MOST_STEPS))
    gifts = [f"g{number}" for number in range(dice.randint(1, count))]

    def some(most: int, among: Sequence[str]) -> tuple[str, ...]:
        return tuple(dice.sample(among, min(len(among), dice.randint(0, most))))

    def one_in(number: float) -> bool:
        return dice.random() * number < 1

    forwards = one_in(2)  # otherwise there are many circles

    def make(number: int) -> Step:
        provides = dice.choice(gifts)
        earlier = gifts[: gifts.index(provides)] if forwards else gifts
        return replace(
            _blank,
            name=f"s{number}",
            provides=provides,
            needs=some(dice.choice((0, 1, 1, 2, 3)), earlier),
            wants=some(dice.choice((0, 0, 1, 2)), gifts),
            optional=one_in(2.5),
            unless=_not_here if one_in(10) else always_usable,
            trigger=_never if one_in(20) else None,
        )

    steps = tuple(make(number) for number in range(count))
    costs = {
        one.name: StepCost(seconds=dice.choice((0, 1, 2, 3, dice.random())), cost=dice.choice((0.0, 0.0, 0.01)))
        for one in steps
    }
    optional = sorted({one.provides for one in steps if one.optional})
    required = dice.sample(gifts, min(len(gifts), dice.randint(1, 3)))
    return Catalogue(Goal(_WORKFLOW, tuple(required), steps, some(2, optional)), costs)


def score(catalogue: Catalogue) -> Score:
    """Plan it, and compare with brute force."""
    try:
        plan = compile_plan(catalogue.goal, _SITUATION, _DECISION, run_id="r", costs=catalogue.costs)
    except Invalid:
        plan = None
    best = brute_force(catalogue)
    if plan is None:
        return Score(best, inf, valid=best == inf)
    found = catalogue.weight([one.name for one in plan.steps])
    return Score(best, found, valid=_walks(catalogue.goal, plan))


def brute_force(catalogue: Catalogue) -> float:
    """What the cheapest of all plans costs, by looking at every set of steps; inf where none is a plan."""
    goal = catalogue.goal
    usable = [one for one in goal.steps if one.trigger is None and one.unless(_SITUATION) is None]
    plans: list[tuple[float, frozenset[str]]] = []
    for size in range(len(usable) + 1):
        for chosen in combinations(usable, size):
            if _is_plan(goal, chosen):
                names = [one.name for one in chosen]
                plans.append((catalogue.weight(names), frozenset(names)))
    whole = (cost for cost, names in sorted(plans, key=lambda one: one[0]) if not any(names < one for _, one in plans))
    return next(whole, inf)


def _is_plan(goal: Goal, chosen: Sequence[Step]) -> bool:
    """Whether steps give all that is needed, once each, in an order in which each comes before one that uses it."""
    giver = {one.provides: one.name for one in chosen}
    if len(giver) < len(chosen) or any(name not in giver for name in goal.provides):
        return False
    if any(need not in giver for one in chosen for need in one.needs):
        return False
    edges = [(giver[need], one.name) for one in chosen for need in one.needs]
    needed = {before for before, _ in edges}
    unused: list[list[tuple[str, str]]] = []
    for one in chosen:
        aimed_at = one.provides in goal.provides or (one.optional and one.provides in goal.wants)
        if not aimed_at and one.name not in needed:
            unused.append([(one.name, user.name) for user in chosen if one.optional and one.provides in user.wants])
    return _is_ordered(edges, unused)


def _is_ordered(edges: list[tuple[str, str]], unused: Sequence[Sequence[tuple[str, str]]]) -> bool:
    """Whether there is no circle in edges and one of each of the others."""
    if _has_circle(edges):
        return False
    if not unused:
        return True
    return any(_is_ordered([*edges, one], unused[1:]) for one in unused[0])


def _has_circle(edges: Sequence[tuple[str, str]]) -> bool:
    left = list(edges)
    while left:
        after = {later for _, later in left}
        fewer = [edge for edge in left if edge[0] in after]
        if len(fewer) == len(left):
            return True
        left = fewer
    return False


def _walks(goal: Goal, plan: Plan) -> bool:
    """Whether a plan can be walked to the goal: each step gets what it needs, and each waits only for earlier ones."""
    steps = {one.name: one for one in goal.steps}
    have: set[str] = set()
    for planned in plan.steps:
        declared = steps[planned.name]
        waits_for = set(planned.needs)
        if not have.issuperset(waits_for) or declared.provides in have:
            return False
        if not waits_for.issuperset(declared.needs) or not waits_for <= {*declared.needs, *declared.wants}:
            return False
        if declared.trigger is not None or declared.unless(_SITUATION) is not None:
            return False
        have.add(declared.provides)
    return have.issuperset(goal.provides)


def scores(count: int, *, seed: int = 15) -> list[Score]:
    """How so many random catalogues were planned."""
    return [score(random_catalogue(Random(f"{seed}/{number}"))) for number in range(count)]
