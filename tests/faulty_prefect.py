"""Prefect's server of an installation that fails at one call: `python -m tests.faulty_prefect PORT IDLE_S FOLDER`.

It is started as `integrations.prefect.server` is, before anybody else needs one. FOLDER holds the orders of whoever
tests: `fault.json` names the call at which it fails, `struck` tells that it has, `calls` every call since it was named.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from integrations.prefect import server, server_guard, server_on_demand
from magicai.private import private_folder
from tests.house import ROOT, House, until

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FAULT, _STRUCK, _CALLS = "fault.json", "struck", "calls"
_FAILED = 500


class How(StrEnum):
    """How a call fails: before or after it was done, by an answer or without one; or all of them for a while."""

    ERROR = "500"
    ERROR_AFTER = "done, then 500"
    CUT = "cut"
    CUT_AFTER = "done, then cut"
    OUTAGE = "500 to everybody for 8 s"


OUTAGE_S = 8.0


@dataclass(frozen=True, slots=True)
class Call:
    """The n-th call of a kind, from 1: a method and a path without ids."""

    what: str
    number: int = 1

    def __str__(self) -> str:
        return f"{self.what} #{self.number}"


class Faults:
    """Orders to the server, and what it tells of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def order(self, call: Call | None, how: How = How.ERROR) -> None:
        """Let the server fail at a call from now on, or at none."""
        for name in (_STRUCK, _CALLS):
            (self.folder / name).unlink(missing_ok=True)
        draft = self.folder / "draft"
        draft.write_text(json.dumps({"at": time.time_ns(), "call": asdict(call) if call else None, "how": how}))
        draft.replace(self.folder / _FAULT)

    @property
    def struck(self) -> bool:
        """Whether the call came."""
        return (self.folder / _STRUCK).exists()

    def calls(self) -> list[Call]:
        """Every call since the last order, in order."""
        path, seen = self.folder / _CALLS, Counter[str]()
        found: list[Call] = []
        for what in path.read_text().splitlines() if path.exists() else ():
            seen[what] += 1
            found.append(Call(what, seen[what]))
        return found


@contextmanager
def faulty_server(house: House, folder: Path) -> Generator[Faults]:
    """Prefect's server of an installation, which fails as it is told."""
    faults = Faults(private_folder(folder))
    faults.order(None)
    words = [sys.executable, "-m", "tests.faulty_prefect", "0", "0", str(folder)]
    paths = f"{house.folder}:{ROOT}"
    private_folder(house.home)
    home = private_folder(house.home / "prefect")
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            words,
            cwd=home,
            env={**house.variables, "PYTHONPATH": paths},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    with process:
        try:
            until(lambda: process.poll() is not None or server_on_demand.running(house.home))
            assert process.poll() is None, (folder / "log").read_text()
            yield faults
        finally:
            process.terminate()


class _Guard(server_guard.Guard):
    """Ours, behind what fails."""

    folder: Path

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._order: dict[str, Any] = {"at": 0, "call": None}
        self._seen: Counter[str] = Counter()
        self._out_until = 0.0
        self._sockets: set[Any] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail."""
        if scope["type"] not in ("http", "websocket"):
            return await super().__call__(scope, receive, send)
        match self._fault(_named(scope)):
            case None if scope["type"] == "websocket":
                await self._hold(scope, receive, send)
            case None:
                await super().__call__(scope, receive, send)
            case How.ERROR | How.OUTAGE:
                await _refuse(scope, receive, send)
            case How.CUT:
                await _cut(receive)
            case how:
                await super().__call__(scope, *_lost(scope, receive, send, how))
                if scope["type"] == "http":
                    await (_cut(receive) if how is How.CUT_AFTER else _refuse(scope, receive, send))
        return None

    async def _hold(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a WebSocket that can be cut."""
        protocol: Any = getattr(receive, "__self__", None)  # uvicorn's own, as below
        transport = protocol.transport
        self._sockets.add(transport)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._sockets.discard(transport)

    def _fault(self, what: str) -> How | None:
        order = json.loads((self.folder / _FAULT).read_text())
        if order != self._order:
            self._order, self._seen, self._out_until = order, Counter(), 0.0
            if order["call"] and order["call"]["what"].startswith("WS "):  # else nobody would open another
                for transport in self._sockets:
                    transport.abort()
        self._seen[what] += 1
        with (self.folder / _CALLS).open("a") as calls:
            calls.write(f"{what}\n")
        if time.monotonic() < self._out_until:
            return How.ERROR
        if order["call"] != {"what": what, "number": self._seen[what]}:
            return None
        (self.folder / _STRUCK).touch()
        how = How(order["how"])
        if how is How.OUTAGE:
            self._out_until = time.monotonic() + OUTAGE_S
        return how


def _named(scope: Scope) -> str:
    return f"{scope.get('method', 'WS')} {_ID.sub('*', scope['path'])}"


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1011, "reason": "fault"})
    else:
        await PlainTextResponse("fault", _FAILED)(scope, receive, send)


async def _cut(receive: Receive) -> None:
    """Close the connection, as a server does that dies."""
    cycle: Any = getattr(receive, "__self__", None)  # uvicorn's own, since nothing stands before this
    cycle.transport.abort()
    await asyncio.sleep(0)


def _lost(scope: Scope, receive: Receive, send: Send, how: How) -> tuple[Receive, Send]:
    """An answer that nobody gets; of a WebSocket, nothing after its first message."""
    if scope["type"] == "http":

        async def swallow(_: Message) -> None:
            pass

        return receive, swallow
    heard = 0

    async def hear() -> Message:
        nonlocal heard
        message = await receive()
        heard += message["type"] == "websocket.receive"
        if heard > 1:
            if how is How.CUT_AFTER:
                await _cut(receive)
            else:
                await send({"type": "websocket.close", "code": 1011, "reason": "fault"})
            return {"type": "websocket.disconnect", "code": 1011}
        return message

    return hear, send


if __name__ == "__main__":
    _Guard.folder = Path(sys.argv[3])
    server_guard.Guard = _Guard
    server.main()
