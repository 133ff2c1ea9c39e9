"""Items in the records: the many things that one step of a run works on, a row each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from magicai.runs.run import Attempt, Problem


class ItemState(StrEnum):
    """Where an item stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item as it is listed.

    Attributes:
        key: unique within its step.
        input: a JSON value.
        digest: of the input; an item whose input has changed is worked on again.
    """

    key: str
    input: Any
    digest: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is kept.

    Attributes:
        position: its place in the list, from 0.
        attempts: how often work on it has begun.
        token: of the attempt at the run that took it last.
        result: a JSON value; of an item that is done.
        problem: why it failed, or has to wait for its next try.
    """

    step: str
    key: str
    position: int
    state: ItemState
    attempts: int
    token: int
    input: Any = None
    result: Any = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What came of an item that was running.

    Attributes:
        attempts: what is counted from now on.
        wait_s: a pending one is not claimed sooner.
        alone: a pending one is claimed before all others, and while no other is running.
    """

    key: str
    state: ItemState
    attempts: int
    result: Any = None
    problem: Problem | None = None
    wait_s: float = 0.0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How many items stand where."""

    pending: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.pending + self.running + self.done + self.failed


@dataclass(frozen=True, slots=True)
class Claimed:
    """Items that are running now.

    Attributes:
        wait_s: until the next one may be claimed; None where none is pending.
        alone: what was claimed is one that has to be alone.
    """

    items: Sequence[Item]
    wait_s: float | None
    alone: bool = False


class ItemRecords(Protocol):
    """Items of runs. Who writes names the attempt that carries the run out.

    Every method that takes one raises `Conflict` where a later attempt has taken over.
    """

    async def add(self, attempt: Attempt, step: str, listing: str, items: Sequence[NewItem], *, at: int) -> None:
        """List some items, the first at position `at`; those that are kept with the same input stay as they are.

        Args:
            listing: names this list; see `finish_listing`.

        Raises:
            Invalid: this list has a key twice, with different inputs.
        """
        ...

    async def finish_listing(self, attempt: Attempt, step: str, listing: str) -> ItemCounts:
        """Remove what an earlier list had and this one has not; answers where the others stand."""
        ...

    async def claim(
        self, attempt: Attempt, step: str, changes: Sequence[ItemChange], *, most: int, alone: bool
    ) -> Claimed:
        """Write what came of items, and claim the next ones, in one transaction.

        Args:
            most: how many to claim.
            alone: nothing else is running, so that one may be claimed that has to be alone.
        """
        ...

    async def give_back(self, attempt: Attempt) -> None:
        """Return what an attempt left running, whose process was ended on purpose, to where it was before its claim.

        It changes nothing of what a later attempt has claimed.
        """
        ...

    async def counts(self, run_id: str) -> dict[str, ItemCounts]:
        """Where a run's items stand, by step."""
        ...

    async def listed(
        self,
        run_id: str,
        *,
        step: str | None = None,
        states: Sequence[ItemState] = (),
        after: tuple[str, int] = ("", -1),
        limit: int = 200,
    ) -> list[Item]:
        """Items of these states (of all where none is named) behind a (step, position), in that order.

        Args:
            step: only of this one; then only the position of `after` counts.
        """
        ...
