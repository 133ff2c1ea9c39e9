"""The log of calls of language models: what each took. Neither prompts nor answers are in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# `cut`: its answer was longer than allowed. The others say what it failed of (magicai/errors.py).
CallOutcome = Literal["ok", "cut", "temporary", "refused", "invalid", "permanent", "cancelled"]


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a language model.

    Attributes:
        run_id: "" where it was for no run; step likewise.
        at: when it began, UTC microseconds.
        cost: US dollars; 0 where it runs here; of a failed call, what budgets count: the most that it may have cost,
            where only the provider knows; None where it is unknown.
    """

    call_id: str
    owner_id: str
    run_id: str
    step: str
    model: str
    at: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    duration_s: float
    outcome: CallOutcome


class ModelCallRecords(Protocol):
    """Every call of a model: of the last MAGICAI_RETENTION_DAYS, and for as long as costs show it."""

    async def add(self, call: ModelCall) -> None:
        """Keep a call."""
        ...

    async def of_run(self, run_id: str) -> Sequence[ModelCall]:
        """A run's calls, in the order in which they began."""
        ...

    async def latest(self, owner_id: str, *, since: int, each: int) -> Sequence[ModelCall]:
        """An owner's last `each` calls of each model since then (UTC microseconds), by model, the newest first."""
        ...
