"""A relay in a process of its own that stops itself in the middle of an apply, as SIGSTOP does; test_paused.py runs it.

python pausing.py NAME HOME PLACE SERVER_HOME
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from integrations.records import sqlite
from magicai.stores import relay
from magicai.stores.entity import Versioned
from tests.contract.projection.implementations import IMPLEMENTATIONS, Place

TTL_S = 0.5


async def main() -> None:
    """Feed the store; stopped once, with half of a batch written."""
    name, home, of_place, server_home = sys.argv[1:]
    relay._TTL_S = TTL_S  # pyright: ignore[reportPrivateUsage]
    # Else it might be stopped while it holds the records' file to renew its lease, and nobody could write.
    relay._StoreRelay._renewing = lambda _: contextlib.nullcontext()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    place = Place(Path(home), of_place, Path(server_home))
    projection = IMPLEMENTATIONS[name].open(place)
    applied = projection.apply
    times = 0

    async def stopped(changes: Sequence[Versioned]) -> None:
        nonlocal times
        times += 1
        if times > 1:
            await applied(changes)
            return
        await applied(changes[::2])
        os.kill(os.getpid(), signal.SIGSTOP)
        await applied(changes[1::2])
        await applied(changes)

    projection.apply = stopped
    records = sqlite.open(Path(home) / "records.sqlite3")
    await relay.drain(records, {projection.store: projection}, limit_s=120, ignore_backoff=True)
    await projection.close()
    await records.close()


if __name__ == "__main__":
    asyncio.run(main())
