"""Who waits for whom on PostgreSQL, and what is done again."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text

from integrations.records import postgresql
from integrations.records.postgresql import PostgresDatabase
from integrations.records.store import SqlRecords
from magicai.errors import Permanent, Temporary
from tests.contract.records.conftest import PostgresPlace
from tests.contract.records.example_rows import Clock, Make
from tests.contract.records.schema import Schema
from tests.contract.records.server import changed, fault, names, put

pytestmark = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


async def test_two_that_lock_rows_crosswise_are_both_done(place: PostgresPlace, clock: Clock) -> None:
    stores = [place.open(clock) for _ in range(2)]
    for name in ("a", "b"):
        await stores[0].database.write(put(name))

    def crosswise(*order: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            for name in order:
                connection.execute(text("UPDATE leases SET token = token + 1 WHERE name = :name"), {"name": name})
                time.sleep(0.2)

        return work

    await asyncio.gather(stores[0].database.write(crosswise("a", "b")), stores[1].database.write(crosswise("b", "a")))
    tokens = await stores[0].database.read(lambda c: list(c.execute(text("SELECT token FROM leases")).scalars()))
    assert tokens == [3, 3]
    for store in stores:
        await store.close()


async def test_work_is_begun_anew_where_the_connection_breaks_in_the_middle(database: PostgresDatabase) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> None:
        put(f"{len(tries)}")(connection)
        tries.append(1)
        if len(tries) < 3:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    await database.write(work)
    assert await database.read(names) == {"2"}


async def test_a_commit_that_is_not_answered_is_not_done_twice(fresh: Schema) -> None:
    records = postgresql.open(fresh.server, fresh.name)
    await records.check()
    fresh.run(f"""CREATE FUNCTION {fresh.name}.die() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$""")
    fresh.run("""CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON leases DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die()""")
    tries: list[int] = []

    def work(connection: Connection) -> None:
        tries.append(1)
        put("a")(connection)

    with pytest.raises(Temporary, match="it is unknown whether the write was stored"):
        await records.database.write(work)
    assert len(tries) == 1
    await records.close()


async def test_a_server_that_never_answered_is_told_of_at_once(server: str) -> None:
    async with asyncio.timeout(20):  # it would be tried for 30 s
        error = await fault(changed(server, host="127.0.0.1:1"))
    assert isinstance(error, Temporary), "trying again may help"


async def test_what_a_read_writes_is_refused(database: PostgresDatabase) -> None:
    with pytest.raises(Permanent):
        await database.read(put("a"))
    assert await database.read(names) == set()


async def test_a_read_sees_one_state_whatever_is_written_meanwhile(
    database: PostgresDatabase, place: PostgresPlace
) -> None:
    def twice(connection: Connection) -> tuple[set[str], set[str]]:
        before = names(connection)
        place.schema.run("INSERT INTO leases VALUES ('meanwhile', '', 1, 0)")
        return before, names(connection)

    assert await database.read(twice) == (set(), set())
    assert await database.read(names) == {"meanwhile"}


async def test_what_functions_do_holds_up_nobody_else(database: PostgresDatabase) -> None:
    work = asyncio.create_task(database.write(lambda _: time.sleep(0.5)))
    ticks = 0
    while not work.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 5


async def test_leases_go_by_the_servers_clock(place: PostgresPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    records = postgresql.open(place.schema.server, place.schema.name)
    mine = await records.leases.acquire("relay", "a", ttl_s=600)
    assert mine
    (now,) = place.schema.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")[0]
    assert now < mine.until <= now + 600_000_000
    ahead = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: ahead)
    monkeypatch.setattr(time, "time_ns", lambda: int(ahead * 1e9))
    assert await records.leases.acquire("relay", "b", ttl_s=600) is None
    await records.close()


async def test_one_store_serves_several_event_loops_and_threads(records: SqlRecords) -> None:
    async def take(name: str) -> bool:
        return await records.leases.acquire(name, "me", ttl_s=60) is not None

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(asyncio.run, take(str(n))) for n in range(8)]
        assert all(await asyncio.gather(*map(asyncio.wrap_future, done)))


async def test_what_was_handed_in_before_closing_is_kept(place: PostgresPlace, clock: Clock) -> None:
    records = place.open(clock)
    await records.check()

    def slowly(connection: Connection) -> None:
        put("last")(connection)
        connection.execute(text("SELECT pg_sleep(0.3)"))

    task = asyncio.create_task(records.database.write(slowly))
    await asyncio.sleep(0.1)
    await records.close()
    await task
    again = place.open(clock)
    assert await again.database.read(names) == {"last"}
    await again.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
async def test_a_forked_process_is_told_to_open_its_own(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.write(put("a"))
    monkeypatch.setattr(os, "getpid", lambda: 1)
    with pytest.raises(Permanent, match="Open it again in this process"):
        await database.read(names)


async def test_runs_of_two_installations_on_one_server_do_not_meet(make: Make, fresh: Schema, clock: Clock) -> None:
    await make.run()
    other = postgresql.open(fresh.server, fresh.name, now=clock)
    assert await other.runs.listed() == []
    await other.close()
