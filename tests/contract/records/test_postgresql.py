"""What PostgreSQL promises beyond the port: whose tables it touches, and what it needs for that."""

from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from integrations.open import begin_anew, open_ports
from integrations.records import crawls, migrations, models, postgresql
from integrations.records.documents import OBSERVATIONS
from integrations.records.open import records_locations
from integrations.records.postgresql import PostgresDatabase
from integrations.records.postgresql_address import Address
from integrations.records.postgresql_faults import translated
from integrations.records.store import SqlRecords
from magicai.errors import MagicError, Permanent, Refused, Temporary
from magicai.settings import Settings
from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, Visit
from magicai.shops.product import Observation, Source
from tests.contract.records.conftest import PostgresPlace
from tests.contract.records.example_rows import Make
from tests.contract.records.schema import Schema
from tests.contract.records.server import changed, fault

pytestmark = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


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
    elsewhere = records_locations(settings)
    elsewhere.check_existing("another database", "there", lambda: True)
    for _ in range(2):  # the second time, it is there
        assert await begin_anew(settings) == ""
    fresh.run(f"DROP SCHEMA {fresh.name} CASCADE")
    async with open_ports(settings) as ports:
        with pytest.raises(Refused, match=r"is empty.*stores accept records --anew"):
            await ports.records.check()
    assert fresh.run(f"SELECT 1 FROM pg_namespace WHERE nspname = '{fresh.name}'") == []
    assert fresh.name in await begin_anew(settings)
    assert fresh.run(f"SELECT 1 FROM pg_namespace WHERE nspname = '{fresh.name}'")
    with pytest.raises(Refused):
        elsewhere.check_new("another database", "there")


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


async def test_what_pages_stated_is_fetched_few_at_a_time(
    records: SqlRecords, make: Make, place: PostgresPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the server sends all pages of a part, and again with the next whatever this one had no room for."""
    crawl = await make.crawl()
    stated = [Observation("", f"Mug {number}", Source.JSON_LD) for number in range(9)]
    pages = [Visit(FrontierUrl(f"https://s.test/{n}", UrlKind.LISTING, 1.0, 1, ""), stated) for n in range(30)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
    asked: list[str] = []

    class Looking:
        def read(self, text: str) -> list[Observation]:
            running = "SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'FETCH%'"
            asked.extend(query for (query,) in place.schema.run(running))
            return OBSERVATIONS.read(text)

    monkeypatch.setattr(crawls, "OBSERVATIONS", Looking())
    assert len([observation async for observation in records.crawls.observations(crawl.crawl_id)]) == 270
    assert len(asked) >= 30
