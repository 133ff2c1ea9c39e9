"""On this machine: acts for the installation's owner, and starts runs as the command line does."""

import asyncio
import time

from integrations.open import Ports, open_ports
from magicai.accounts.audit import Source
from magicai.accounts.callers import member_of
from magicai.accounts.identity import Caller, Scope
from magicai.accounts.users import local_user
from magicai.errors import Missing, Temporary
from magicai.messages import Surface
from magicai.operations.operation import Context
from magicai.ports import Files, Records
from magicai.runs.queue.dead_runs import Silences, close_dead_runs, close_if_dead
from magicai.runs.queue.resume import check_resumable, set_budget
from magicai.runs.run import Run
from magicai.settings import Settings
from magicai.surfaces import PathMask

_POLL_S = 0.2
_START_LIMIT_S = 240.0


class LocalBackend:
    """A backend over this process's ports."""

    def __init__(self, ports: Ports) -> None:
        self._ports, self._silences = ports, Silences()
        self.say = PathMask(ports.settings).on(Surface.ASSISTANT)

    @property
    def owner_id(self) -> str:
        """The workspace that commands work in."""
        return self._ports.settings.workspace_id

    @property
    def records(self) -> Records:
        """The truth."""
        return self._ports.records

    @property
    def files(self) -> Files:
        """What runs have kept."""
        return self._ports.files

    @property
    def request_cancelled(self) -> bool:
        """By pipes a client says so, which the server hears."""
        return False

    async def close_dead_runs(self, run_id: str | None) -> None:
        """Close runs whose process is gone."""
        await close_dead_runs(self.records, self._ports.orchestrator, silences=self._silences)
        failure = None if run_id is None else self._ports.orchestrator.failure(run_id)
        if run_id is not None and failure is not None and not (await self.records.runs.get(run_id)).status.ended:
            raise failure

    async def begin(self, run: Run) -> None:
        """Start it in a process of its own, which outlives this one."""
        await self._ports.orchestrator.start(run)

    async def cancel(self, run: Run) -> None:
        """Ask a run to stop; end what has not begun."""
        if (await self.records.runs.request_cancel(run.run_id)).ended:
            await self._ports.orchestrator.abort(run.run_id)

    async def context(self, scope: Scope) -> Context:  # noqa: ARG002 - they may do everything here
        """As the installation's owner. An assistant is no person at the keyboard: it names uploads, and no paths."""
        user = await local_user(self.records.identities, self._ports.settings.owner)
        member = await member_of(self.records.workspaces, self.owner_id, user.user_id)
        return Context(
            await self._ports.of(self.owner_id), Caller(user=user, member=member), self.say, source=Source("mcp")
        )

    async def resume(self, run: Run, budget: float | None) -> None:
        """Start the next attempt, and wait until it has begun."""
        await close_if_dead(self.records, self._ports.orchestrator, run.run_id)
        await check_resumable(self.records, await self.records.runs.get(run.run_id))
        if budget is not None:
            run = await set_budget(self.records, run, budget)
        await self._ports.orchestrator.start(run)
        until = time.monotonic() + _START_LIMIT_S
        while (await self.records.runs.get(run.run_id)).attempts == run.attempts:
            if (failure := self._ports.orchestrator.failure(run.run_id)) is not None:
                raise failure
            if time.monotonic() > until:
                await self._ports.orchestrator.abort(run.run_id)
                raise Temporary("run_start_timed_out", way_out="try_resume_run", run_id=run.run_id)
            await asyncio.sleep(_POLL_S)


def serve(settings: Settings) -> None:
    """Serve on standard input and output until the client goes.

    Raises:
        Missing: the extra is not installed.
    """
    try:
        from mcp.server.stdio import stdio_server

        from magicai.mcp.protocol import make_server
    except ImportError as exc:
        raise Missing("mcp_not_installed") from exc

    async def serving() -> None:
        async with open_ports(settings) as ports:
            backend = LocalBackend(ports)
            server = make_server(lambda _context: backend)
            async with stdio_server() as (reading, writing):
                await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(serving())
