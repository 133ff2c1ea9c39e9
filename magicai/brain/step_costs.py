"""What steps are expected to take, in time and money; the planner compares alternatives by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from magicai.ports import Outcome
from magicai.runs.plan import Resources
from magicai.values.rewards import HALF_S, HALF_USD

# A dollar weighs as much as twenty minutes: five cents as much as a minute, as in the reward.
SECONDS_PER_DOLLAR = HALF_S / HALF_USD
# Of a step that no run has told about: a fixed part, and more for one that asks for more of the machine.
_PRIOR_S, _PRIOR_S_PER_CORE, _PRIOR_S_PER_GB = 1.0, 10.0, 10.0


@dataclass(frozen=True, slots=True)
class StepCost:
    """What a step is expected to take.

    Attributes:
        seconds: from start to end.
        cost: in US dollars.
    """

    seconds: float
    cost: float = 0.0

    @property
    def weight(self) -> float:
        """Both as seconds."""
        return self.seconds + SECONDS_PER_DOLLAR * self.cost


StepCosts = Mapping[str, StepCost]


def prior(resources: Resources) -> StepCost:
    """What a step is taken to cost before any run has told, by the resources that it declares."""
    seconds = _PRIOR_S + _PRIOR_S_PER_CORE * resources.cpu + _PRIOR_S_PER_GB * resources.memory / 1000
    return StepCost(seconds=round(seconds, 1))


def known_costs(outcomes: Iterable[Outcome]) -> dict[str, StepCost]:
    """The mean of what earlier runs tell, by step; steps of which none tells are missing."""
    took: dict[str, list[tuple[float, float]]] = {}
    for outcome in outcomes:
        for name, seconds in outcome.steps.items():
            took.setdefault(name, []).append((seconds, outcome.step_costs.get(name, 0.0)))
    means = {name: [sum(one) / len(runs) for one in zip(*runs, strict=True)] for name, runs in took.items()}
    return {name: StepCost(seconds=seconds, cost=cost) for name, (seconds, cost) in means.items()}
