"""Writers of one store in processes of their own, of which one is killed again and again; test_kills.py runs it.

    python killing.py WHAT HOME NAME SERVER_HOME

Writers say of each write that was acknowledged so, in a file `acknowledged-N`. They are forked, since what they import
takes longer than what they do.
"""

import asyncio
import hashlib
import importlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from magicai.stores.entity import Versioned
from tests.contract.projection.entities import gone, live
from tests.contract.projection.implementations import IMPLEMENTATIONS, Place

STEADY, VICTIMS = 2, 8
# Writes that a victim gets done before it dies, in the midst of the next one.
_ENOUGH = 2
_LIMIT_S = 60.0
# What an implementation imports once it is asked.
_LATE = {"elasticsearch": ("elasticsearch",), "redis": ("redis.asyncio",), "redis cluster": ("redis.asyncio",)}

Write = Callable[[int], Awaitable[None]]


def batch(writer: int, number: int) -> list[Versioned]:
    """What a writer writes as its batch of that number: new things, one that changes each time, one that goes."""
    new = [live(f"{writer}-{number}-{place}", text=f"of batch {number}") for place in range(4)]
    changing = live(f"{writer}-changing", f"Kettle {number}", version=number + 1)
    if number:
        return [*new, changing, gone(f"{writer}-{number - 1}-3", version=2)]
    return [*new, changing]


def body(writer: int, number: int) -> bytes:
    """The body and the result that a writer keeps as its number so and so."""
    return f"{writer} {number}\n".encode() * 20_000


def acknowledged(home: Path, writer: int) -> Path:
    """Where a writer notes what it got done, a line a write."""
    return home / f"acknowledged-{writer}"


def _writes(what: str, place: Place, writer: int) -> Write:
    if what == "files":
        from integrations.files.folder import FolderFiles

        files = FolderFiles(place.home / "files")

        async def keep(number: int) -> None:
            (digest,) = await files.put([body(writer, number)])
            assert digest == hashlib.sha256(body(writer, number)).hexdigest()
            await files.save(f"run-{writer}/result.txt", body(writer, number))

        return keep
    if what == "counter":
        from integrations.cache.sqlite import SqliteCache

        cache = SqliteCache(place.home / "c.sqlite3")

        async def count_up(_: int) -> None:
            await cache.count("writes", ttl_s=3600)

        return count_up
    projection = IMPLEMENTATIONS[what].open(place)

    async def apply(number: int) -> None:
        await projection.apply(batch(writer, number))

    return apply


async def _write_for_ever(what: str, place: Place, writer: int) -> None:
    write = _writes(what, place, writer)
    notes = os.open(acknowledged(place.home, writer), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in count():
        await write(number)
        os.write(notes, b"%d\n" % number)


def _start(what: str, place: Place, writer: int) -> int:
    pid = os.fork()
    if not pid:
        try:
            asyncio.run(_write_for_ever(what, place, writer))
        finally:
            os._exit(1)
    return pid


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise SystemExit(f"a writer ended by itself: {os.waitstatus_to_exitcode(status)}")


def _wait(place: Place, writer: int) -> None:
    until = time.monotonic() + _LIMIT_S
    notes = acknowledged(place.home, writer)
    while not (notes.exists() and notes.read_bytes().count(b"\n") >= _ENOUGH):
        if time.monotonic() > until:
            raise SystemExit(f"writer {writer} got nothing done")
        time.sleep(0.002)


def main() -> None:
    """Write, and kill."""
    what, home, name, server_home = sys.argv[1:]
    place = Place(Path(home), name, Path(server_home))
    _writes(what, place, 0)  # imports what every writer would import by itself
    for module in ("filelock", "httpx", "numpy", *_LATE.get(what, ())):  # likewise
        importlib.import_module(module)
    steady = [_start(what, place, writer) for writer in range(STEADY)]
    for writer in range(STEADY, STEADY + VICTIMS):
        pid = _start(what, place, writer)
        _wait(place, writer)
        _kill(pid)
    for writer, pid in enumerate(steady):
        _wait(place, writer)
        _kill(pid)


if __name__ == "__main__":
    main()
