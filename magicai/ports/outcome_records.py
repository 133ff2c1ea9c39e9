"""What the brain learns from, in the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from magicai.runs.run import RunStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        quality: 0 to 1, defined per workflow in docs.
        size: what the workflow declares of the request, by name.
        kinds: what runs can have in common, by name: machine, model, subject.
        told: the interval of seconds that was told before it, None where no earlier run spoke for it.
        cost: in US dollars.
        seconds: from start to end.
        steps: seconds by step.
        step_costs: US dollars by step, of those that cost any.
    """

    run_id: str
    owner_id: str
    workflow: str
    at: int
    status: RunStatus
    quality: float
    cost: float
    seconds: float
    steps: Mapping[str, float] = field(default_factory=dict[str, float])
    step_costs: Mapping[str, float] = field(default_factory=dict[str, float])
    size: Mapping[str, float] = field(default_factory=dict[str, float])
    kinds: Mapping[str, str] = field(default_factory=dict[str, str])
    told: tuple[float, float] | None = None


class OutcomeRecords(Protocol):
    """What the brain learns from."""

    async def add(self, outcome: Outcome) -> None:
        """Keep an outcome; the same run again replaces it."""
        ...

    async def recent(
        self,
        workflow: str | None,
        *,
        owner_id: str | None = None,
        limit: int = 500,
    ) -> list[Outcome]:
        """The latest outcomes of a workflow, or of all of them, oldest first."""
        ...
