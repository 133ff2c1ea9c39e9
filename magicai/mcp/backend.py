"""What the tools need from wherever they are offered."""

from typing import Protocol

from magicai.accounts.identity import Scope
from magicai.operations.operation import Context
from magicai.ports import Files, Records
from magicai.runs.owned_run import owned_run
from magicai.runs.run import Run
from magicai.surfaces import SurfaceWords


class Backend(Protocol):
    """Acts for one owner: their runs, and nobody else's."""

    @property
    def owner_id(self) -> str:
        """Whose runs these are."""
        ...

    @property
    def records(self) -> Records:
        """The truth."""
        ...

    @property
    def files(self) -> Files:
        """What runs have kept."""
        ...

    @property
    def say(self) -> SurfaceWords:
        """Says errors and problems in words for assistants."""
        ...

    @property
    def request_cancelled(self) -> bool:
        """Whether its client has taken back the request that is being answered, by closing the answer's stream."""
        ...

    async def close_dead_runs(self, run_id: str | None) -> None:
        """See to runs whose process is gone; called before anything is looked at, and while a run is waited for.

        Raises:
            MagicError: why the process of this run can't continue.
        """
        ...

    async def begin(self, run: Run) -> None:
        """Let a run begin that was just accepted."""
        ...

    async def cancel(self, run: Run) -> None:
        """Ask a run to stop at its next page.

        Raises:
            Refused, TooMany: the caller may not, or not so often.
        """
        ...

    async def context(self, scope: Scope) -> Context:
        """What an operation of a scope is done in.

        Raises:
            Refused, TooMany: likewise.
        """
        ...

    async def resume(self, run: Run, budget: float | None) -> None:
        """Start the next attempt at a run, with this budget where one is given.

        Raises:
            Refused, TooMany: likewise.
            Conflict: it can't be resumed.
        """
        ...


async def run_of(backend: Backend, run_id: str) -> Run:
    """A run of the backend's owner.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return await owned_run(backend.records, run_id, owner_id=backend.owner_id)
