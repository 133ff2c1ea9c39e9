"""The installation behind a gateway: the same commands, over its API."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import BaseModel

from magicai.accounts.account import Me
from magicai.cli.asking import RemoteAsker, each
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.cli.remote.calls import Calls
from magicai.cli.remote.following import follow
from magicai.cli.remote.gateway import Server, server_of
from magicai.cli.watching import watch
from magicai.errors import Invalid
from magicai.operations import account, files, runs
from magicai.operations.workflows import start_of
from magicai.runs.exports import RunFile, documents_in
from magicai.runs.requests.fields import leaves, replaced
from magicai.runs.requests.files_in import InputFile, is_upload
from magicai.runs.requests.intake import check_paths
from magicai.runs.results import with_values
from magicai.runs.run import JSON, Run, RunStatus
from magicai.runs.whole_file import whole_file
from magicai.settings import Settings


@asynccontextmanager
async def open_remote(settings: Settings) -> AsyncGenerator["RemoteInstallation"]:
    """The gateway that settings name.

    Raises:
        Invalid, Refused: its address or the token is none that may be used.
    """
    server = server_of(settings)
    async with Calls(server) as calls:
        yield RemoteInstallation(server, calls)


class RemoteInstallation:
    """An installation over HTTP; its runs are those of whoever the token says."""

    # One that is queued there will begin by itself.
    resumable: Sequence[RunStatus] = (RunStatus.FAILED, RunStatus.CANCELLED)

    def __init__(self, server: Server, calls: Calls) -> None:
        self._server, self._calls, self.asker = server, calls, RemoteAsker(calls)
        self._me: Me | None = None

    async def find_interrupted(self) -> Sequence[Run]:
        """The gateway sees to runs whose process is gone."""
        return ()

    async def stranded(self) -> Sequence[Run]:
        """The gateway begins what waits."""
        return ()

    async def accept(self, workflow: str, request: BaseModel) -> Run:
        """Queue a run; asked twice because a connection broke, it is still one."""
        accepted = await self.asker.ask(start_of(workflow), await self.hand_in(request))
        # As it was accepted: by now it may have begun.
        return (await self.find(accepted.run_id)).model_copy(update={"status": RunStatus.QUEUED, "attempts": 0})

    async def find(self, run_id: str) -> Run:
        """A run of the caller's."""
        found = await self.asker.ask(runs.show_run, run_id)
        if self._me is None:
            self._me = await self.asker.ask(account.show_me)
        return Run.model_validate({**found.model_dump(), "owner_id": self._me.user_id})

    async def check_resumable(self, run: Run) -> None:
        """The gateway knows, and says so when it is asked to begin."""

    async def start(self, run: Run, *, budget: float | None = None) -> None:
        """Queue it again; one that was just accepted is queued already."""
        if run.status is not RunStatus.QUEUED:
            await self.asker.ask(runs.resume_run, run.run_id, budget)

    async def supervise(self, run: Run, shown: Display, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Show it to its end; Ctrl-C only stops watching."""
        await watch(run, self.follow(run, shown, after=after), interrupted)
        return (await self.find(run.run_id)).status

    async def wait_finished(self, run: Run) -> None:
        """Nothing of it is here."""

    async def follow(self, run: Run, shown: Display, *, after: int) -> None:
        """Show what comes, over one connection after the other if need be."""
        following = follow(self._server, run.run_id, after=after, say=shown.say)
        async with contextlib.aclosing(following) as events:
            async for event in events:
                shown.event(event)

    async def end_now(self, run_id: str) -> RunStatus:  # noqa: ARG002 - as on this machine
        """Its process is not here.

        Raises:
            Invalid: always.
        """
        raise Invalid("now_option_local_only")

    async def result(self, run: Run) -> JSON:
        """Its result; the main document is at the gateway's page, whose addresses can be opened from here."""
        if not run.status.ended:
            return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status, "problems": []}
        result = await self.asker.ask(runs.show_result, run.run_id)
        documents = documents_in(run, result)
        return with_values(result, {file.place: self._place(run, file) for file in documents})

    def _place(self, run: Run, file: RunFile) -> str:
        if file.format == "html":
            return f"{self._server.url}/runs/{run.run_id}"
        return f"{self._server.url}/api/runs/{run.run_id}/files/{file.name}"

    async def export(self, run: Run, kind: str, path: Path) -> Path:
        """Fetch the file that the gateway hands out."""
        listed = each(self.asker, files.list_files, run.run_id)
        (href,) = [file.href async for file in listed if file.format == kind]
        with whole_file(path) as draft:
            await self._calls.save(href, draft)
        return path

    async def upload(self, path: Path) -> str:
        """Hand a file in there."""
        return (await self._calls.upload("/api/files", path))["file_id"]

    async def hand_in(self, request: BaseModel) -> BaseModel:
        """Upload them; the gateway keeps them, and the request names their ids."""
        await check_paths(request)
        named = [leaf for leaf in leaves(request) if leaf.shape.mark(InputFile) is not None]
        files = [leaf for leaf in named if not is_upload(leaf.value)]
        return replaced(request, {leaf.path: await self.upload(Path(leaf.value)) for leaf in files})
