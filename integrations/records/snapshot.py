"""One state of the database, held while much is read: in a thread and on a connection of its own."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine

from integrations.records.database import Read


@asynccontextmanager
async def open_snapshot(
    engine: Engine, hold: Callable[[Engine], Connection], read: Callable[[Connection, Callable[[Connection], Any]], Any]
) -> AsyncGenerator[Read]:
    """Reads of one state.

    Args:
        engine: makes the connection; it is let go with it.
        hold: begins to hold the state that is there now.
        read: runs a function on it. Both are called in the thread.
    """
    with ThreadPoolExecutor(1, "records-held") as thread:
        in_thread = partial(asyncio.get_running_loop().run_in_executor, thread)
        held = thread.submit(hold, engine)
        try:
            connection = await asyncio.wrap_future(held)
            yield lambda work: in_thread(read, connection, work)
        finally:
            # While a state is held, the journal of SQLite can't be cut, and PostgreSQL removes no dead rows.
            await in_thread(_let_go, held, engine)


def _let_go(held: Future[Connection], engine: Engine) -> None:
    """Close a connection that was made, also for whoever was cancelled before it was there."""
    if not held.cancelled() and held.exception() is None:
        held.result().close()
    engine.dispose()
