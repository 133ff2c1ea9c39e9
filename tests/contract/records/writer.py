"""Processes that write to shared records without end, and say what was acknowledged; test_processes.py kills them.

    python -m tests.contract.records.writer ADDRESS RUN_ID < names

Forks one for each name, and says its pid; it appends a line for each write to the file of that name.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from integrations.records import postgresql, sqlite
from magicai.errors import Temporary
from magicai.ports import Records
from magicai.runs.run import RunEvent, RunStatus
from magicai.stores.entity import Entity
from magicai.values.times import now_us


def open_at(address: str) -> Records:
    kind, _, place = address.partition(":")
    if kind == "sqlite":
        return sqlite.open(Path(place))
    schema, _, server = place.partition(" ")
    return postgresql.open(server, schema)


def acknowledge(*words: object) -> None:
    # One system call: what is said is whole, and outlives this process.
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def become(address: str, run_id: str, said: Path) -> None:
    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 1)
    asyncio.run(write(open_at(address), run_id, said.name))


def main(address: str, run_id: str) -> None:
    # Nobody waits for those that are killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children: list[int] = []
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            become(address, run_id, Path(line.rstrip("\n")))
        children.append(pid)
        acknowledge(pid)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def write(records: Records, run_id: str, name: str) -> None:
    for number in count(1):
        await asyncio.gather(
            sure(tell(records, run_id, f"{name}-{number}")),
            sure(tell(records, run_id, f"{name}-{number}-again")),
            sure(save(records, "shared", name, number), "shared"),
            sure(save(records, name, name, number), name),
            sure(lease(records, name)),
        )


async def sure(write: Coroutine[Any, Any, None], entity_id: str = "") -> None:
    """Go on where a server died in the middle: nobody knows then whether it was kept."""
    try:
        await write
    except Temporary:
        acknowledge("unsure", entity_id)


async def tell(records: Records, run_id: str, mark: str) -> None:
    event = RunEvent(run_id=run_id, sequence=0, at=now_us(), kind="log", status=RunStatus.QUEUED, data={"mark": mark})
    kept = await records.runs.append_event(event)
    acknowledge("event", kept.sequence, mark)


async def save(records: Records, entity_id: str, name: str, number: int) -> None:
    entity = Entity("counter", entity_id, "ann", name, str(number), stores=("search",))
    await records.entities.save([entity])
    acknowledge("saved", entity_id, number)


async def lease(records: Records, name: str) -> None:
    taken = await records.leases.acquire("relay", name, ttl_s=0.01)
    if taken is not None:
        acknowledge("lease", taken.token, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
