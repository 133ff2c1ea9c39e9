"""The seam of the commands that look at runs: an installation, the one on this machine or one behind a gateway."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from magicai.cli.asking import Asker
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.runs.run import JSON, Run, RunStatus
from magicai.settings import Settings, load


class Installation(Protocol):
    """Runs of one user, wherever they are carried out.

    Every method raises a MagicError that says why not: Unknown, Refused and TooMany come from gateways only.
    """

    @property
    def asker(self) -> Asker:
        """Asks operations, as the user whose runs these are."""
        ...

    @property
    def resumable(self) -> Sequence[RunStatus]:
        """The statuses of a run that `resume` without an id may resume."""
        ...

    async def find_interrupted(self) -> Sequence[Run]:
        """See to runs whose process is gone; answers those that were cut."""
        ...

    async def stranded(self) -> Sequence[Run]:
        """Runs that wait, and that nothing here will begin by itself."""
        ...

    async def accept(self, workflow: str, request: BaseModel) -> Run:
        """Make a run of a request."""
        ...

    async def hand_in(self, request: BaseModel) -> BaseModel:
        """A request with the files of this machine as the installation can read them."""
        ...

    async def find(self, run_id: str) -> Run:
        """A run by its id, or a unique beginning or end of it."""
        ...

    async def upload(self, path: Path) -> str:
        """Keep a file for runs to read; answers its id."""
        ...

    async def check_resumable(self, run: Run) -> None:
        """Check that a run can be resumed."""
        ...

    async def start(self, run: Run, *, budget: float | None = None) -> None:
        """Let the next attempt at a run begin, with this budget where one is given, and return at once."""
        ...

    async def supervise(self, run: Run, shown: Display, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Show a run that has been let begin, from the first event after a sequence to its end; answers how it ended.

        Raises:
            Cancelled: nobody is watching any longer, and the run continues.
        """
        ...

    async def wait_finished(self, run: Run) -> None:
        """Wait until its process has ended, if it is on this machine."""
        ...

    async def follow(self, run: Run, shown: Display, *, after: int) -> None:
        """Show what happens to a run that others carry out, until it has ended."""
        ...

    async def end_now(self, run_id: str) -> RunStatus:
        """End the process of a run; answers how it stands then."""
        ...

    async def result(self, run: Run) -> JSON:
        """Its result, with places of the main document that can be opened from here."""
        ...

    async def export(self, run: Run, kind: str, path: Path) -> Path:
        """Write its file in a format; answers where."""
        ...


@asynccontextmanager
async def open_installation(settings: Settings | None = None) -> AsyncGenerator[Installation]:
    """The installation that this command is for."""
    settings = settings or load()
    if settings.server is not None:
        from magicai.cli.remote_installation import open_remote

        async with open_remote(settings) as there:
            yield there
        return
    from integrations.open import open_ports
    from magicai.cli.local_installation import LocalInstallation

    async with open_ports(settings) as ports:
        yield LocalInstallation(ports)
