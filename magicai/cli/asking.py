"""What commands ask: operations of this installation in process, or of the gateway that settings name."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.cli.remote.calls import Calls
    from magicai.operations.operation import Download, Operation
    from magicai.paging import Page
    from magicai.settings import Settings

P = ParamSpec("P")
Answer = TypeVar("Answer")
Result = TypeVar("Result")
Item = TypeVar("Item")
_RELAY_LIMIT_S = 30


class Asker(Protocol):
    """Asks as one user, whose command line or whose token this is.

    Every method raises a MagicError that says why not: Unknown, Refused and TooMany come from gateways only.
    """

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """What an operation answers."""
        ...

    async def save(
        self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs
    ) -> Mapping[str, int]:
        """Write the file that an operation answers; returns its counts."""
        ...

    async def relay(self) -> None:
        """Let the stores take over what was changed, as a gateway does by itself."""
        ...


class LocalAsker:
    """Asks the ports of this process as the local user.

    Whoever may run commands on a machine may read and change its records, and so is its admin, whatever role that user
    has elsewhere: an installation without a working admin is repaired here.
    """

    def __init__(self, ports: "Ports") -> None:
        self._ports = ports

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """Do it in process."""
        from magicai.accounts.callers import member_of
        from magicai.accounts.identity import Caller, Role, Scope
        from magicai.accounts.users import find_local_user, local_user
        from magicai.operations.operation import Context

        # Who only looks, or sees to others' things, owns nothing by that, and needs no row.
        owns = operation.scope is not Scope.READ and operation.role is not Role.ADMIN
        find = local_user if owns else find_local_user
        user = await find(self._ports.records.identities, self._ports.settings.owner)
        user = user.model_copy(update={"role": Role.ADMIN})
        workspace_id = self._ports.settings.workspace_id
        member = await member_of(self._ports.records.workspaces, workspace_id, user.user_id)
        caller = Caller(user=user, member=member)
        context = Context(await self._ports.of(caller.owner_id), caller, names_paths=True)
        answer = await operation.run(context, operation.bind(*args, **given))
        if operation.queues:
            await self._start(operation.queues)
        return answer

    async def save(
        self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs
    ) -> Mapping[str, int]:
        """Copy the file."""
        from magicai.runs.whole_file import whole_file

        made = await self.ask(operation, *args, **given)
        with made.body as body, whole_file(to) as draft, draft.open("wb") as file:
            await asyncio.to_thread(shutil.copyfileobj, body, file)
        return made.counts

    async def relay(self) -> None:
        """Feed the stores; what takes longer waits for the next run."""
        from magicai.stores.relay import drain

        await drain(self._ports.records, self._ports.projections(), limit_s=_RELAY_LIMIT_S)

    async def _start(self, workflow: str) -> None:
        """Start a workflow's queued runs, unless a gateway does."""
        from magicai.cli.command_name import command, say
        from magicai.runs.follow_ups import begin_queued

        for run in await begin_queued(self._ports.records, self._ports.orchestrator, workflow):
            say(f"{workflow} follows: {command('show', run.run_id, '--follow')}")


class RemoteAsker:
    """Asks a gateway over HTTPS."""

    def __init__(self, calls: "Calls") -> None:
        self._calls = calls

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """Call its route."""
        return await self._calls.do(operation, operation.bind(*args, **given))

    async def save(
        self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs
    ) -> Mapping[str, int]:
        """Fetch the file."""
        from magicai.runs.whole_file import whole_file

        with whole_file(to) as draft:
            return await self._calls.download(operation, operation.bind(*args, **given), draft)

    async def relay(self) -> None:
        """The gateway's machine does."""


@asynccontextmanager
async def open_asker(settings: "Settings | None" = None) -> AsyncGenerator[Asker]:
    """Of the installation that this command is for."""
    from magicai.settings import load

    settings = settings or load()
    if settings.server is not None:
        from magicai.cli.remote.calls import Calls
        from magicai.cli.remote.gateway import server_of

        async with Calls(server_of(settings)) as calls:
            yield RemoteAsker(calls)
        return
    from integrations.open import open_ports

    async with open_ports(settings) as ports:
        yield LocalAsker(ports)


def asking(work: Callable[[Asker], Awaitable[Result]]) -> Result:
    """Do something that asks more than once."""

    async def act() -> Result:
        async with open_asker() as asker:
            return await work(asker)

    return asyncio.run(act())


def ask(operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
    """What an operation answers."""
    return asking(lambda asker: asker.ask(operation, *args, **given))


def save(operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs) -> Mapping[str, int]:
    """Write the file that an operation answers; returns its counts."""
    return asking(lambda asker: asker.save(operation, to, *args, **given))


async def each(
    asker: Asker, operation: "Operation[..., Page[Item]]", /, *args: Any, most: int | None = None, **given: Any
) -> AsyncGenerator[Item]:
    """The items of a list, by as many pages as it takes.

    Args:
        asker: whom to ask.
        operation: one that takes `limit` and `cursor`.
        args: of the operation.
        most: how many items.
        given: of the operation.
    """
    from magicai.operations.lists import MOST

    cursor: str | None = ""
    while cursor is not None and (most is None or most > 0):
        limit = MOST if most is None else min(MOST, most)
        page = await asker.ask(operation, *args, **given, limit=limit, cursor=cursor)
        for item in page.items:
            yield item
        most = None if most is None else most - len(page.items)
        cursor = page.next_cursor


def all_of(operation: "Operation[..., Page[Item]]", /, *args: Any, most: int | None = None, **given: Any) -> list[Item]:
    """The items of a list."""

    async def gather(asker: Asker) -> list[Item]:
        return [item async for item in each(asker, operation, *args, most=most, **given)]

    return asking(gather)
