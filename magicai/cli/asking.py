"""What commands ask: operations of this installation in process, or of the gateway that settings name."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from magicai.settings import Settings, load

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.cli.remote.calls import Calls
    from magicai.operations.operation import Download, Operation
    from magicai.paging import Page

P = ParamSpec("P")
Answer = TypeVar("Answer")
Result = TypeVar("Result")
Item = TypeVar("Item")
_PART = 200


class Asker(Protocol):
    """Asks as one user, whose command line or whose token this is.

    Every method raises a MagicError that says why not: Unknown, Refused and TooMany come from gateways only.
    """

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """What an operation answers."""
        ...

    async def save(self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs) -> None:
        """Write the file that an operation answers."""
        ...


class LocalAsker:
    """Asks the ports of this process as the local user."""

    def __init__(self, ports: "Ports") -> None:
        self._ports = ports

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """Do it in process."""
        from magicai.accounts.identity import Caller, Role
        from magicai.accounts.users import find_local_user, local_user
        from magicai.operations.operation import Context

        # Who only looks, or sees to others' things, owns nothing by that, and needs no row.
        owns = operation.method != "GET" and operation.role is not Role.ADMIN
        find = local_user if owns else find_local_user
        user = await find(self._ports.records.identities, self._ports.settings.owner)
        return await operation.run(Context(self._ports, Caller(user=user)), operation.bind(*args, **given))

    async def save(self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs) -> None:
        """Copy the file."""
        from magicai.runs.whole_file import whole_file

        made = await self.ask(operation, *args, **given)
        with made.body as body, whole_file(to) as draft, draft.open("wb") as file:
            await asyncio.to_thread(shutil.copyfileobj, body, file)


class RemoteAsker:
    """Asks a gateway over HTTPS."""

    def __init__(self, calls: "Calls") -> None:
        self._calls = calls

    async def ask(self, operation: "Operation[P, Answer]", /, *args: P.args, **given: P.kwargs) -> Answer:
        """Call its route."""
        return await self._calls.do(operation, operation.bind(*args, **given))

    async def save(self, operation: "Operation[P, Download]", to: Path, /, *args: P.args, **given: P.kwargs) -> None:
        """Fetch the file."""
        from magicai.runs.whole_file import whole_file

        with whole_file(to) as draft:
            await self._calls.download(operation, operation.bind(*args, **given), draft)


@asynccontextmanager
async def open_asker(settings: Settings | None = None) -> AsyncGenerator[Asker]:
    """Of the installation that this command is for."""
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
    cursor: str | None = ""
    while cursor is not None and (most is None or most > 0):
        limit = _PART if most is None else min(_PART, most)
        page = await asker.ask(operation, *args, **given, limit=limit, cursor=cursor)
        for one in page.items:
            yield one
        most = None if most is None else most - len(page.items)
        cursor = page.next_cursor


def all_of(operation: "Operation[..., Page[Item]]", /, *args: Any, most: int | None = None, **given: Any) -> list[Item]:
    """The items of a list."""

    async def gather(asker: Asker) -> list[Item]:
        return [one async for one in each(asker, operation, *args, most=most, **given)]

    return asking(gather)
