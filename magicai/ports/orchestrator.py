"""The orchestrator that carries runs out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.errors import MagicError
from magicai.runs.run import Attempt, Run, RunStatus


@dataclass(frozen=True, slots=True)
class LostAttempt:
    """An attempt that the orchestrator shows as running, though its process is gone.

    Attributes:
        run_id: None where it carried out what is no run, a backup say.
    """

    flow_run_id: str
    run_id: str | None


class Orchestrator(Protocol):
    """The orchestrator that carries runs out."""

    @property
    def restarts(self) -> int:
        """How often in a row a run whose process died is started again by itself."""
        ...

    async def start(self, run: Run) -> None:
        """Begin an attempt at a run, in a process of its own, and return at once."""
        ...

    def failure(self, run_id: str) -> MagicError | None:
        """Why what `start` of this process began has ended badly; None while it lives, or where it ended well."""
        ...

    async def ended_before_attempt(self, waiting: Collection[str]) -> Mapping[str, RunStatus]:
        """How what `start` handed over for runs ended, where it ended without an attempt.

        Args:
            waiting: the runs that no attempt has begun for since `start`; it forgets what it handed over for others.
        """
        ...

    async def abort(self, run_id: str) -> None:
        """End what `start` of this process began, wherever it is."""
        ...

    async def wait(self, run_id: str, *, limit_s: float) -> bool:
        """Wait until what `start` of this process began has ended by itself; answers whether it has."""
        ...

    async def stop(self, attempt: Attempt) -> None:
        """End an attempt's process and what it started for itself, whatever it is doing; even what a dead one left."""
        ...

    def alive(self, attempt: Attempt) -> bool | None:
        """Whether its process lives; None where that can't be seen from here."""
        ...

    async def link(self, flow_run_id: str | None) -> str | None:
        """Where an operator sees it, logged in once (the front page for None); None while no server runs."""
        ...

    async def final_status(self, flow_run_id: str) -> RunStatus | None:
        """How the orchestrator says that it ended, or None."""
        ...

    async def lost_attempts(self) -> list[LostAttempt]:
        """Return attempts that the orchestrator shows as running, though their process is gone."""
        ...

    async def close_attempt(self, flow_run_id: str, status: RunStatus, why: str, *, waiting: bool = True) -> None:
        """Report how an attempt ended that can't report it itself, so that none is shown as running.

        Args:
            flow_run_id: the orchestrator's own.
            status: how it ended.
            why: for who reads it there.
            waiting: whether to end one, too, that was delivered again and waits for its process.
        """
        ...

    async def prune(self, *, before: int) -> int:
        """Remove attempts that ended before then (UTC microseconds), with all that belongs to them; says how many."""
        ...

    async def delete(self, flow_runs: Sequence[str], runs: Sequence[str], schedules: Sequence[str]) -> None:
        """Remove attempts that have ended, with all that is kept of them, logs of runs, and schedules."""
        ...
