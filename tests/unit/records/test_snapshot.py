import asyncio
import threading

import pytest
from sqlalchemy import Connection, Engine, create_engine

from integrations.records.snapshot import open_snapshot


async def test_whoever_is_cancelled_while_a_state_is_taken_hold_of_lets_it_go() -> None:
    engine = create_engine("sqlite://")
    begun, go_on, made = threading.Event(), threading.Event(), list[Connection]()

    def hold(engine: Engine) -> Connection:
        begun.set()
        go_on.wait()
        made.append(engine.connect())
        return made[0]

    async def read() -> None:
        async with open_snapshot(engine, hold, lambda connection, work: work(connection)):
            pytest.fail("it was cancelled before")

    reading = asyncio.create_task(read())
    await asyncio.to_thread(begun.wait)
    reading.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert made[0].closed
