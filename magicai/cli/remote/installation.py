"""The installation behind a gateway: the same commands, over its API."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from magicai.accounts.account import Me, Usage
from magicai.cli.called import command
from magicai.cli.display import Display
from magicai.cli.interrupts import Interrupts
from magicai.cli.remote.calls import Calls
from magicai.cli.remote.following import follow
from magicai.cli.remote.gateway import Server, server_of
from magicai.cli.watching import watch
from magicai.errors import Invalid, NotFound
from magicai.messages import say
from magicai.ports import ItemState
from magicai.runs.exports import RunFile, documents_in
from magicai.runs.plan import Plan
from magicai.runs.requests.fields import Path as FieldPath
from magicai.runs.requests.fields import in_clear, leaves, replaced
from magicai.runs.requests.files_in import InputFile, is_upload
from magicai.runs.requests.intake import check_paths
from magicai.runs.results import with_values
from magicai.runs.run import JSON, Run, RunEvent, RunStatus
from magicai.runs.views.models import Models, ModelShown
from magicai.runs.whole_file import whole_file
from magicai.settings import Settings
from magicai.values.ids import new_id

_PART, _EVENTS = 200, 1000
_LEAST_OF_AN_ID, _MOST_NAMED = 4, 5


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
        self._server, self._calls = server, calls
        self._me: Me | None = None

    async def find_interrupted(self) -> Sequence[Run]:
        """The gateway sees to runs whose process is gone."""
        return ()

    async def stranded(self) -> Sequence[Run]:
        """The gateway begins what waits."""
        return ()

    async def accept(self, workflow: str, request: BaseModel) -> Run:
        """Queue a run; asked twice because a connection broke, it is still one."""
        await check_paths(request)
        wanted = in_clear(replaced(request, await self._handed_in(request)), only_given=True)
        accepted = await self._calls.post(f"/api/workflows/{workflow}", wanted, key=new_id())
        # As it was accepted: by now it may have begun.
        return (await self.find(accepted["run_id"])).model_copy(update={"status": RunStatus.QUEUED, "attempts": 0})

    async def find(self, run_id: str) -> Run:
        """A run of the caller's: by its whole id at once, by a part of it among all of theirs."""
        missing = NotFound("run_not_found", run_id=run_id, way_out=say("list_runs_with", command=command("runs")))
        if _is_whole(run_id):
            try:
                return await self._run(await self._calls.get(f"/api/runs/{run_id}"))
            except NotFound as exc:
                raise missing from exc
        if len(run_id) < _LEAST_OF_AN_ID:
            raise Invalid("run_id_too_short", run_id=run_id, minimum=_LEAST_OF_AN_ID)
        theirs = self.listed()
        fitting = [run async for run in theirs if run.run_id.startswith(run_id) or run.run_id.endswith(run_id)]
        if not fitting:
            raise missing
        if len(fitting) > 1:
            named = ", ".join(run.run_id for run in fitting[:_MOST_NAMED])
            more = ", ..." if len(fitting) > _MOST_NAMED else ""
            raise Invalid("run_id_ambiguous", run_id=run_id, names=named, more=more)
        return fitting[0]

    async def listed(
        self, *, statuses: Sequence[RunStatus] = (), workflow: str | None = None, limit: int | None = None
    ) -> AsyncGenerator[Run]:
        """The caller's runs."""
        query: JSON = {"status": [str(one) for one in statuses], **({"workflow": workflow} if workflow else {})}
        async for one in self._pages("/api/runs", most=limit, **query):
            yield await self._run(one)

    async def check_resumable(self, run: Run) -> None:
        """The gateway knows, and says so when it is asked to begin."""

    async def start(self, run: Run, *, budget: float | None = None) -> None:
        """Queue it again; one that was just accepted is queued already."""
        if run.status is not RunStatus.QUEUED:
            await self._calls.post(f"/api/runs/{run.run_id}/resume" + ("" if budget is None else f"?budget={budget}"))

    async def supervise(self, run: Run, shown: Display, interrupted: Interrupts, *, after: int) -> RunStatus:
        """Show it to its end; Ctrl-C only stops watching."""
        await watch(run, self.follow(run, shown, after=after), interrupted)
        return (await self.find(run.run_id)).status

    async def wait_finished(self, run: Run) -> None:
        """Nothing of it is here."""

    async def events(self, run: Run) -> list[RunEvent]:
        """All that there are."""
        listed = self._pages(f"/api/runs/{run.run_id}/events", part=_EVENTS)
        return [RunEvent.model_validate(one) async for one in listed]

    async def follow(self, run: Run, shown: Display, *, after: int) -> None:
        """Show what comes, over one connection after the other if need be."""
        following = follow(self._server, run.run_id, after=after, say=shown.say)
        async with contextlib.aclosing(following) as events:
            async for event in events:
                shown.event(event)

    async def stop(self, run: Run, *, now: bool) -> RunStatus:
        """Ask it to stop at its next page."""
        if now:
            raise Invalid("now_option_local_only")
        return RunStatus((await self._calls.post(f"/api/runs/{run.run_id}/cancel"))["status"])

    async def result(self, run: Run) -> JSON:
        """Its result; the main document is at the gateway's page, whose addresses can be opened from here."""
        if not run.status.ended:
            return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status, "problems": []}
        result: JSON = await self._calls.get(f"/api/runs/{run.run_id}/result")
        documents = documents_in(run, result)
        return with_values(result, {file.place: self._place(run, file) for file in documents})

    def _place(self, run: Run, file: RunFile) -> str:
        if file.format == "html":
            return f"{self._server.url}/runs/{run.run_id}"
        return f"{self._server.url}/api/runs/{run.run_id}/files/{file.name}"

    async def items(self, run: Run, *, states: Sequence[ItemState], limit: int) -> JSON:
        """What its steps work on."""
        path, state = f"/api/runs/{run.run_id}/items", [str(one) for one in states]
        steps = (await self._calls.get(path, limit=1))["steps"]
        return {"steps": steps, "items": [one async for one in self._pages(path, most=limit, state=state)]}

    async def formats(self, run: Run) -> Sequence[str]:
        """Those that the gateway lists."""
        return [file["format"] for file in await self._files(run)]

    async def export(self, run: Run, kind: str, path: Path) -> Path:
        """Fetch the file that the gateway hands out."""
        href = next(file["href"] for file in await self._files(run) if file["format"] == kind)
        with whole_file(path) as draft:
            await self._calls.save(href, draft)
        return path

    async def _files(self, run: Run) -> list[JSON]:
        return [one async for one in self._pages(f"/api/runs/{run.run_id}/files")]

    async def _pages(
        self, path: str, *, most: int | None = None, part: int = _PART, **query: Any
    ) -> AsyncGenerator[JSON]:
        """The items of a list, by as many pages as it takes."""
        cursor: str | None = ""
        while cursor is not None and (most is None or most > 0):
            limit = part if most is None else min(part, most)
            page = await self._calls.get(path, **query, limit=limit, **({"cursor": cursor} if cursor else {}))
            for one in page["items"]:
                yield one
            most = None if most is None else most - len(page["items"])
            cursor = page["next_cursor"]

    async def upload(self, path: Path) -> str:
        """Hand a file in there."""
        return (await self._calls.upload("/api/files", path))["file_id"]

    async def _handed_in(self, request: BaseModel) -> dict[FieldPath, str]:
        """The ids under which the gateway keeps the files of this machine that a request names, by their places."""
        named = [leaf for leaf in leaves(request) if leaf.shape.mark(InputFile) is not None]
        files = [leaf for leaf in named if not is_upload(leaf.value)]
        return {leaf.path: await self.upload(Path(leaf.value)) for leaf in files}

    async def plan(self, workflow: str, request: BaseModel) -> Plan:
        """What a run would do there."""
        await check_paths(request)
        wanted = in_clear(request, only_given=True)
        made: JSON = await self._calls.post(f"/api/plans/{workflow}", wanted, key=new_id())
        return Plan.model_validate({"run_id": "", **made})

    async def me(self) -> Me:
        """Whoever the token says."""
        if self._me is None:
            self._me = Me.model_validate(await self._calls.get("/api/me"))
        return self._me

    async def usage(self, *, days: int) -> Usage:
        """What their runs have used."""
        return Usage.model_validate(await self._calls.get("/api/usage", days=days))

    async def models(self) -> Sequence[ModelShown]:
        """The language models that requests there may name."""
        return Models.model_validate(await self._calls.get("/api/models")).models

    async def _run(self, body: Mapping[str, Any]) -> Run:
        """A run as the API shows it, whose owner is who asks."""
        return Run.model_validate({"owner_id": (await self.me()).user_id, **body})


def _is_whole(run_id: str) -> bool:
    with contextlib.suppress(ValueError):
        return str(UUID(run_id)) == run_id
    return False
