"""What steps are expected to take, in time and money; the planner compares alternatives by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from magicai.ports import Outcome
from magicai.runs.plan import Resources

# A dollar weighs as much as ten minutes, as in the reward.
SECONDS_PER_DOLLAR = 600.0
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
    seconds: dict[str, list[float]] = {}
    for outcome in outcomes:
        for name, took in outcome.steps.items():
            seconds.setdefault(name, []).append(took)
    return {name: StepCost(seconds=sum(took) / len(took)) for name, took in seconds.items()}
