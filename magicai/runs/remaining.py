"""How long a run will take from now on: the longest way through the steps that are left."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from magicai.runs.plan import PlannedStep

# The run's own pace counts half once a quarter of the expected time has been done.
_RELUCTANCE = 0.25


@dataclass(slots=True)
class Remaining:
    """What is left, by what steps usually take, at this run's pace.

    Attributes:
        expected: seconds by step, as far as earlier runs tell.
        steps: of the plan, as it is now.
    """

    expected: Mapping[str, float] = field(default_factory=dict[str, float])
    steps: Sequence[PlannedStep] = ()
    _began: dict[str, float] = field(default_factory=dict[str, float])
    _ends: dict[str, float] = field(default_factory=dict[str, float])
    _took: dict[str, float | None] = field(default_factory=dict[str, float | None])

    def begin(self, step: str) -> None:
        """A step begins."""
        self._began[step] = time.monotonic()

    def tell(self, step: str, seconds: float) -> None:
        """A step says how long it will still take."""
        self._ends[step] = time.monotonic() + seconds

    def end(self, step: str, seconds: float | None) -> None:
        """A step is over; None where that says nothing of the pace: it was left out, or done by an earlier attempt."""
        self._took[step] = seconds

    def seconds(self) -> float | None:
        """Seconds until the run ends; None while nobody knows."""
        now, pace = time.monotonic(), self._pace()
        ends: dict[str, float] = {}
        known = False
        for step in _in_order(self.steps):
            left = self._left(step.name, now, pace)
            known = known or left is not None
            ends[step.provides] = max((ends.get(need, 0.0) for need in step.needs), default=0.0) + (left or 0.0)
        return max(ends.values()) if known else None

    def _left(self, step: str, now: float, pace: float) -> float | None:
        if step in self._took:
            return None
        if step in self._ends:
            return max(0.0, self._ends[step] - now)
        if step not in self.expected:
            return None
        return max(0.0, self.expected[step] * pace - (now - self._began.get(step, now)))

    def _pace(self) -> float:
        """What was done took, by what it was expected to take."""
        done = {step: took for step, took in self._took.items() if took is not None and step in self.expected}
        reluctance = _RELUCTANCE * sum(self.expected.get(step.name, 0.0) for step in self.steps) + 1e-9
        return (sum(done.values()) + reluctance) / (sum(self.expected[step] for step in done) + reluctance)


def _in_order(steps: Sequence[PlannedStep]) -> list[PlannedStep]:
    """Each step after what it needs: a revision's are not always."""
    ordered: list[PlannedStep] = []
    todo = list(steps)
    while todo:
        provided = {step.provides for step in todo}
        ready = [step for step in todo if not provided.intersection(step.needs)] or todo
        ordered += ready
        todo = [step for step in todo if step not in ready]
    return ordered
