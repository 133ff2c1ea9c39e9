"""What PostgreSQL promises beyond the port: whose tables it touches, who waits for whom, what faults are called."""

import asyncio
import os
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from sqlalchemy import Connection, insert, select, text

from integrations.open import begin_anew, open_ports, standing_of
from integrations.records import migrations, models, postgresql
from integrations.records.postgresql import PostgresDatabase
from integrations.records.postgresql_address import Address
from integrations.records.postgresql_faults import translated
from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Invalid, MagicError, Permanent, Refused, Temporary
from magicai.settings import Settings
from tests.contract.records.conftest import PostgresPlace
from tests.contract.records.making import Clock, Make
from tests.contract.records.schema import Schema
from tests.faulty import Faulty
from tests.servers import namespace

pytestmark = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


@pytest.fixture
def database(records: SqlRecords) -> PostgresDatabase:
    assert isinstance(records.database, PostgresDatabase)
    return records.database


@pytest.fixture
def server(place: PostgresPlace) -> str:
    return place.schema.server


@pytest.fixture
def fresh(server: str) -> Iterator[Schema]:
    """A schema that is not there yet."""
    with Schema.made(server, namespace()) as made:
        yield made


@pytest.fixture
def role(fresh: Schema) -> Iterator[str]:
    """A user without any rights, with the password `pw`."""
    name = namespace()
    fresh.run(f"CREATE ROLE {name} LOGIN PASSWORD 'pw' CONNECTION LIMIT 2")
    yield name
    fresh.run(f"DROP OWNED BY {name} CASCADE")
    fresh.run(f"DROP ROLE {name}")


def changed(server: str, *, user: str = "", password: str = "", host: str = "", database: str = "") -> str:
    parts = urlsplit(server)
    who = f"{user or parts.username}:{password or parts.password}@{host or f'{parts.hostname}:{parts.port}'}"
    return urlunsplit(("postgres", who, f"/{database}" if database else parts.path, parts.query, ""))


async def fault(address: str, schema: str = "magicai") -> MagicError:
    records = postgresql.open(address, schema)
    try:
        with pytest.raises(MagicError) as caught:
            await records.check()
        return caught.value
    finally:
        await records.close()


def put(name: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(insert(models.leases), {"name": name, "holder": "", "token": 1, "until": 0})

    return work


def names(connection: Connection) -> set[str]:
    return set(connection.execute(select(models.leases.c.name)).scalars())


# ── what is ours there ──


async def test_nothing_is_made_outside_of_its_schema(fresh: Schema) -> None:
    asked = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('information_schema') ORDER BY 1, 2"
    before = [row for row in fresh.run(asked) if not row[0].startswith(("pg_", "t"))]
    records = postgresql.open(fresh.server, fresh.name)
    await records.check()
    await records.close()
    after = fresh.run(asked)
    assert [row for row in after if not row[0].startswith(("pg_", "t"))] == before
    ours = {name for schema, name in after if schema == fresh.name}
    assert ours == {*models.metadata.tables, migrations.VERSION_TABLE}


async def test_where_a_pooler_leaves_out_what_was_asked_for_nothing_is_made(fresh: Schema, role: str) -> None:
    asked = Address(changed(fresh.server, user=role, password="pw"), fresh.name)
    del asked.parameters["options"]  # as PgBouncer does, told to ignore them
    fresh.run(f"GRANT CREATE ON DATABASE {urlsplit(fresh.server).path.strip('/')} TO {role}")
    fresh.run(f"GRANT CREATE ON SCHEMA public TO {role}")
    database = PostgresDatabase(asked)
    with pytest.raises(Refused, match=r"PgBouncer.*ALTER ROLE"):
        await database.read(lambda _: None)
    await database.close()
    assert fresh.run(f"SELECT tablename FROM pg_tables WHERE tableowner = '{role}'") == []
    fresh.run(f"ALTER ROLE {role} SET search_path = {fresh.name}")
    database = PostgresDatabase(asked)
    await database.read(lambda _: None)
    await database.close()
    assert {schema for (schema,) in fresh.run(f"SELECT schemaname FROM pg_tables WHERE tableowner = '{role}'")} == {
        fresh.name
    }


@pytest.mark.parametrize(
    ("said", "kind", "way_out"),
    [
        ("FATAL: unsupported startup parameter: options", Permanent, "PgBouncer"),
        ("FATAL: query_wait_timeout", Temporary, "default_pool_size"),
    ],
)
@pytest.mark.usefixtures("place")
def test_what_pgbouncer_says_has_a_way_out(said: str, kind: type[MagicError], way_out: str) -> None:
    told = translated(psycopg.OperationalError(said), "PostgreSQL at x")
    assert isinstance(told, kind)
    assert way_out in told.way_out


async def test_a_database_that_was_emptied_is_begun_anew_only_where_somebody_says_so(
    fresh: Schema, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=fresh.server, namespace=fresh.name, stores_accepted="records")
    elsewhere = standing_of(settings)
    elsewhere.note("another database")
    for _ in range(2):  # the second time, it is there
        assert await begin_anew(settings) == ""
    fresh.run(f"DROP SCHEMA {fresh.name} CASCADE")
    async with open_ports(settings) as ports:
        with pytest.raises(Refused, match=r"holds nothing.*stores accept records --anew"):
            await ports.records.check()
    assert fresh.run(f"SELECT 1 FROM pg_namespace WHERE nspname = '{fresh.name}'") == []
    assert fresh.name in await begin_anew(settings)
    assert fresh.run(f"SELECT 1 FROM pg_namespace WHERE nspname = '{fresh.name}'")
    with pytest.raises(Refused):
        elsewhere.miss("another database")


async def test_a_schema_of_something_else_is_left_alone(fresh: Schema) -> None:
    fresh.run(f"CREATE SCHEMA {fresh.name}")
    fresh.run("CREATE TABLE customers (name TEXT)")
    error = await fault(fresh.server, fresh.name)
    assert isinstance(error, Refused)
    assert "not MagicAI's (customers" in str(error)
    assert "MAGICAI_NAMESPACE" in str(error)


async def test_text_sorts_by_code_point_whatever_the_server_is_set_to(place: PostgresPlace) -> None:
    asked = f"""SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = '{place.schema.name}' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
        AND table_name <> '{migrations.VERSION_TABLE}'"""
    assert place.schema.run(asked) == []


async def test_a_user_needs_no_more_than_a_schema_of_their_own(fresh: Schema, role: str) -> None:
    server = changed(fresh.server, user=role, password="pw")
    fresh.run(f"REVOKE CREATE ON DATABASE {urlsplit(server).path[1:]} FROM {role}")
    error = await fault(server, fresh.name)
    assert isinstance(error, Permanent)
    assert "rights" in str(error)
    fresh.run(f"CREATE SCHEMA {fresh.name} AUTHORIZATION {role}")
    records = postgresql.open(server, fresh.name)
    assert fresh.name in await records.check()
    await records.close()


# ── what its faults are called ──


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"password": "hunter2"}, Permanent, "refuses the user or the password"),
        ({"user": "nobody-here"}, Permanent, "refuses the user or the password"),
        ({"database": "nowhere"}, Permanent, "no such database"),
        ({"host": "127.0.0.1:1"}, Temporary, "not to be reached"),
        ({"host": "no-such-host.invalid"}, Temporary, "not known"),
    ],
)
async def test_a_server_that_cannot_be_used_says_why_and_no_password(
    server: str, change: dict[str, str], kind: type[MagicError], words: str
) -> None:
    error = await fault(changed(server, **change))
    assert type(error) is kind
    assert words in str(error)
    assert error.way_out
    secret = change.get("password") or str(urlsplit(server).password)
    assert secret not in "".join(traceback.format_exception(error))


async def test_a_server_that_is_too_old_is_refused(server: str) -> None:
    with Faulty(server) as proxy:
        proxy.rewrite(b"PostgreSQL 1", b"PostgreSQL 0")
        error = await fault(proxy.url)
    assert isinstance(error, Refused)
    assert "needs PostgreSQL 13 or newer" in str(error)


async def test_a_database_without_room_for_all_languages_is_refused(fresh: Schema) -> None:
    fresh.run_alone(f"CREATE DATABASE {fresh.name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        error = await fault(changed(fresh.server, database=fresh.name))
    finally:
        fresh.run_alone(f"DROP DATABASE {fresh.name}")
    assert isinstance(error, Refused)
    assert "keeps text as LATIN1" in str(error)


async def test_too_many_connections_name_the_setting(fresh: Schema, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.run(f"CREATE SCHEMA {fresh.name} AUTHORIZATION {role}")
    monkeypatch.setattr(postgresql, "_PATIENCE_S", 0.2)
    records = postgresql.open(changed(fresh.server, user=role, password="pw"), fresh.name)
    await records.check()
    asked = [records.database.write(lambda c: c.execute(text("SELECT pg_sleep(1.5)")).close()) for _ in range(4)]
    ended = [one for one in await asyncio.gather(*asked, return_exceptions=True) if one is not None]
    await records.close()
    assert {type(one) for one in ended} == {Temporary}
    assert "MAGICAI_DATABASE_POOL" in str(ended[0])


async def test_a_pool_is_never_left(place: PostgresPlace) -> None:
    records = postgresql.open(place.schema.server, place.schema.name, pool=2)
    count = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :who AND state <> 'idle'")

    def busy(connection: Connection) -> int:
        connection.execute(text(f"SET LOCAL application_name = '{place.schema.name}'"))
        connection.execute(text("SELECT pg_sleep(0.1)"))
        return connection.execute(count, {"who": place.schema.name}).scalar_one()

    assert max(await asyncio.gather(*(records.database.write(busy) for _ in range(8)))) <= 2
    await records.close()


async def test_a_statement_that_takes_too_long_is_ended(database: PostgresDatabase) -> None:
    def slow(connection: Connection) -> None:
        connection.execute(text("SET LOCAL statement_timeout = 50"))
        connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Temporary, match="took too long"):
        await database.write(slow)


async def test_a_row_that_is_never_let_go_is_temporary(
    database: PostgresDatabase, place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_PATIENCE_S", 0.1)
    await database.write(put("a"))

    def change(connection: Connection) -> None:
        connection.execute(text("SET LOCAL lock_timeout = 50"))
        connection.execute(text("UPDATE leases SET token = 2"))

    with place.schema.connected() as other:
        other.execute(text("SELECT * FROM leases FOR UPDATE"))
        with pytest.raises(Temporary, match="busy with the same rows"):
            await database.write(change)
    await database.write(change)


async def test_what_does_not_fit_or_is_there_already_says_so(records: SqlRecords, database: PostgresDatabase) -> None:
    with pytest.raises(Invalid):
        await records.leases.take("a", "b", ttl_s=1e20)
    await database.write(put("a"))
    with pytest.raises(Conflict, match="pk_leases"):
        await database.write(put("a"))


async def test_a_disk_that_is_full_says_what_to_do(database: PostgresDatabase) -> None:
    def fill(connection: Connection) -> None:
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"))

    with pytest.raises(Permanent, match=r"disk is full.*Free some space"):
        await database.write(fill)


# ── who waits for whom, and what is done again ──


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

    with pytest.raises(Temporary, match="whether it was kept is not known"):
        await records.database.write(work)
    assert len(tries) == 1
    await records.close()


async def test_a_server_that_never_answered_is_told_of_at_once(server: str) -> None:
    async with asyncio.timeout(20):  # it would be tried for 30 s
        await fault(changed(server, host="127.0.0.1:1"))


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
    mine = await records.leases.take("relay", "a", ttl_s=600)
    assert mine
    (now,) = place.schema.run("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")[0]
    assert now < mine.until <= now + 600_000_000
    ahead = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: ahead)
    monkeypatch.setattr(time, "time_ns", lambda: int(ahead * 1e9))
    assert await records.leases.take("relay", "b", ttl_s=600) is None
    await records.close()


async def test_one_store_serves_several_event_loops_and_threads(records: SqlRecords) -> None:
    async def take(name: str) -> bool:
        return await records.leases.take(name, "me", ttl_s=60) is not None

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
