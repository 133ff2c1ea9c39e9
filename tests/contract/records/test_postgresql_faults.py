"""What the faults of PostgreSQL are called, and what to do about them."""

import asyncio
import traceback
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, text

from integrations.records import postgresql
from integrations.records.postgresql import PostgresDatabase
from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Invalid, MagicError, Permanent, Refused, Temporary
from tests.contract.records.conftest import PostgresPlace
from tests.contract.records.schema import Schema
from tests.contract.records.server import changed, fault, put
from tests.faulty import Faulty

pytestmark = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"password": "hunter2"}, Permanent, "refuses the user or the password"),
        ({"user": "nobody-here"}, Permanent, "refuses the user or the password"),
        ({"database": "nowhere"}, Permanent, "no such database"),
        ({"host": "127.0.0.1:1"}, Temporary, "can't be reached"),
        ({"host": "no-such-host.invalid"}, Temporary, "can't be reached"),
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
    assert "requires PostgreSQL 13 or newer" in str(error)


async def test_a_database_without_room_for_all_languages_is_refused(fresh: Schema) -> None:
    fresh.run_alone(f"CREATE DATABASE {fresh.name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        error = await fault(changed(fresh.server, database=fresh.name))
    finally:
        fresh.run_alone(f"DROP DATABASE {fresh.name}")
    assert isinstance(error, Refused)
    assert "stores text as LATIN1" in str(error)


async def test_too_many_connections_name_the_setting(fresh: Schema, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.run(f"CREATE SCHEMA {fresh.name} AUTHORIZATION {role}")
    monkeypatch.setattr(postgresql, "_TIMEOUT_S", 0.2)
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
    monkeypatch.setattr(postgresql, "_TIMEOUT_S", 0.1)
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
        await records.leases.acquire("a", "b", ttl_s=1e20)
    await database.write(put("a"))
    with pytest.raises(Conflict, match="pk_leases"):
        await database.write(put("a"))


async def test_a_disk_that_is_full_says_what_to_do(database: PostgresDatabase) -> None:
    def fill(connection: Connection) -> None:
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"))

    with pytest.raises(Permanent, match=r"disk is full.*Free some space"):
        await database.write(fill)
