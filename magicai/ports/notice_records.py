"""Runs whose end somebody asked to be told of, beyond an open page."""

from dataclasses import dataclass
from typing import Literal, Protocol

from magicai.runs.run import Run

NoticeState = Literal["pending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification of one run's end. Times are UTC microseconds.

    Attributes:
        attempts: how often it was tried.
        next_at: when it is tried next, once its run has ended.
        error: what went wrong with the last try.
    """

    run_id: str
    owner_id: str
    created_at: int
    state: NoticeState = "pending"
    attempts: int = 0
    next_at: int = 0
    error: str = ""


class NoticeRecords(Protocol):
    """Notices, at most one for each run."""

    async def ask(self, run_id: str, *, owner_id: str) -> Notice:
        """Ask for a run's; one that is there stays."""
        ...

    async def drop(self, run_id: str, *, owner_id: str) -> None:
        """Ask for none any more."""
        ...

    async def of_run(self, run_id: str, *, owner_id: str) -> Notice | None:
        """A run's."""
        ...

    async def claim(self, *, limit: int, hold_s: float, since: int) -> list[tuple[Notice, Run]]:
        """Take up those that are due, whose runs have ended since then; each is held for so long."""
        ...

    async def record_attempt(self, notice: Notice, *, error: str, again_s: float | None) -> None:
        """Keep how a try went: sent where there is no error, else tried again after so long, or no more."""
        ...
