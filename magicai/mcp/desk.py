"""What the tools need from wherever they are offered."""

import re
from typing import Protocol

from pydantic import BaseModel

from magicai.domain.run import Run
from magicai.errors import NotFound
from magicai.ports import Records

_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


class Desk(Protocol):
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
    def taken_back(self) -> bool:
        """Whether its client has taken back the request that is being answered, by closing the answer's stream."""
        ...

    async def look(self, run_id: str | None) -> None:
        """See to runs whose process is gone; called before anything is looked at, and while a run is waited for.

        Raises:
            MagicError: why what was started for this run can't go on.
        """
        ...

    async def start(self, workflow: str, request: BaseModel) -> Run:
        """Start a run.

        Raises:
            Refused, TooMany: the caller may not, or not so often.
        """
        ...

    async def cancel(self, run: Run) -> None:
        """Ask a run to stop at its next page.

        Raises:
            Refused, TooMany: likewise.
        """
        ...

    async def resume(self, run: Run) -> None:
        """Start the next attempt at a run.

        Raises:
            Refused, TooMany: likewise.
            Conflict, Invalid: it lives, or has completed.
        """
        ...


async def run_of(desk: Desk, run_id: str) -> Run:
    """A run of the desk's owner, by its whole id.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    missing = NotFound(f"There is no run {run_id[:64]!r}.", way_out="list_runs lists yours.")
    if not _ID.fullmatch(run_id):
        raise missing
    run = await desk.records.runs.get(run_id, owner_id=desk.owner_id)
    if run.run_id != run_id:
        raise missing
    return run
