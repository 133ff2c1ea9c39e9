"""What calls of language models have cost, by day and by run, in the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

# How far back costs are shown: the log of calls is kept for as long.
LONGEST_COST_DAYS = 400

CostGrouping = Literal["workflow", "model", "person"]


@dataclass(frozen=True, slots=True)
class CostSum:
    """What calls have taken together.

    Attributes:
        amount: US dollars, exactly the sum of what is known; calls of models that run here cost 0.
        inexact: of how many of the calls the cost is unknown, or counted as the most that they may have cost.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    amount: Decimal = Decimal(0)
    inexact: int = 0

    def __add__(self, other: "CostSum") -> "CostSum":
        return CostSum(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.amount + other.amount,
            self.inexact + other.inexact,
        )


@dataclass(frozen=True, slots=True)
class CostOfDay:
    """What the calls of a day have cost that belong together.

    Attributes:
        day: its place among the days that were asked for, from 0.
        key: a workflow, a model, or a user's id; "" of calls that were for no run.
    """

    day: int
    key: str
    sum: CostSum


@dataclass(frozen=True, slots=True)
class CostOfRun:
    """What a run's calls of a period have cost.

    Attributes:
        run_id: "" of all calls together that were for no run; then the workflow is "", too.
        created_at: when it was accepted, UTC microseconds; None where there is no such run.
        person: the id of who started it.
        models: which it called, by name.
    """

    run_id: str
    workflow: str
    created_at: int | None
    person: str
    models: tuple[str, ...]
    sum: CostSum


class CostRecords(Protocol):
    """The sums of the log of calls (`ModelCallRecords`), however their runs ended."""

    async def by_day(self, owner_id: str, by: CostGrouping, bounds: Sequence[int]) -> list[CostOfDay]:
        """An owner's costs by day and what they are grouped by, in this order; days without calls are left out.

        Args:
            bounds: where each day begins, UTC microseconds, and last where the last one ends.
        """
        ...

    async def by_run(
        self, owner_id: str, since: int, until: int, *, before: str | None = None, limit: int
    ) -> list[CostOfRun]:
        """An owner's costs by run, the newest first; calls that were for no run come last.

        Args:
            since: UTC microseconds, inclusive.
            until: likewise, exclusive.
            before: only runs that sort behind this id.
        """
        ...
