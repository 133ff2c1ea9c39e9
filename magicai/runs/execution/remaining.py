"""How far a run is, and how long it will take from now on: the longest way through the steps that are left."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from magicai.runs.plan import PlannedStep

# The run's own pace counts half once a quarter of the expected time has been done.
_RELUCTANCE = 0.25
# What a step is taken to take of which nothing is known: little, beside one that says how long it takes.
_UNKNOWN_S = 1.0


@dataclass(slots=True)
class Remaining:
    """What is left, by what steps usually take, at this run's pace.

    Attributes:
        expected: seconds by step, as far as earlier runs tell.
        steps: of the plan, as it is now.
        before: seconds that earlier attempts took for the steps that they did.
    """

    expected: Mapping[str, float] = field(default_factory=dict[str, float])
    steps: Sequence[PlannedStep] = ()
    before: dict[str, float] = field(default_factory=dict[str, float])
    _began: dict[str, float] = field(default_factory=dict[str, float])
    _ends: dict[str, float] = field(default_factory=dict[str, float])
    _took: dict[str, float | None] = field(default_factory=dict[str, float | None])
    _shares: dict[str, float] = field(default_factory=dict[str, float])
    _waiting: set[str] = field(default_factory=set[str])

    def begin(self, step: str) -> None:
        """A step begins."""
        self._began[step] = time.monotonic()

    def tell(self, step: str, seconds: float) -> None:
        """A step says how long it will still take."""
        self._ends[step] = time.monotonic() + seconds

    def tell_waiting(self, step: str, *, waits: bool) -> None:
        """A step says whether it waits for somebody else: nobody knows how long that takes."""
        (self._waiting.add if waits else self._waiting.discard)(step)

    def tell_share(self, step: str, share: float) -> None:
        """A step says how much of its work is done, 0 to 1."""
        self._shares[step] = min(1.0, share)

    def end(self, step: str, seconds: float | None) -> None:
        """A step is over; None where that says nothing of the pace: it was left out, or done by an earlier attempt."""
        self._took[step] = seconds
        self._waiting.discard(step)

    def seconds(self) -> float | None:
        """Seconds until the run ends; None while nobody knows."""
        if self._waiting:
            return None
        now, pace = time.monotonic(), self._pace()
        ends: dict[str, float] = {}
        known = False
        for step in _in_order(self.steps):
            over = step.name in self._took
            left = 0.0 if over else self._left(step.name, now, pace)
            known = known or not (over or left is None)
            begins = max((ends.get(need, 0.0) for need in step.needs), default=0.0)
            ends[step.provides] = begins + (_UNKNOWN_S if left is None else left)
        return max(ends.values()) if known else None

    def share(self) -> float:
        """How much of the run's work is done, 0 to 1, by the time that each step takes."""
        now, pace = time.monotonic(), self._pace()
        parts = [self._part(step.name, now, pace) for step in self.steps]
        whole = sum(seconds for _, seconds in parts)
        return sum(done for done, _ in parts) / whole if whole else 0.0

    def _part(self, step: str, now: float, pace: float) -> tuple[float, float]:
        """The seconds of a step that are done, and all of them."""
        if step in self._took:
            took = self._took[step]
            took = self.before.get(step, self.expected.get(step, _UNKNOWN_S)) if took is None else took
            return took, took
        left, share = self._left(step, now, pace), self._shares.get(step, 0.0)
        if left is None:
            return share * _UNKNOWN_S, _UNKNOWN_S
        done = max(0.0, now - self._began.get(step, now))
        # An earlier attempt may have done most of it.
        return max(done, share * (done + left)), done + left

    def _left(self, step: str, now: float, pace: float) -> float | None:
        """Seconds that a step which is not over will still take; None while nobody knows."""
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
