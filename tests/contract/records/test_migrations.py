import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from integrations.records import migrations, models, sqlite
from magicai.catalogue.product import Origin as Source
from magicai.catalogue.product import OriginKind, SourceStatement, Values
from magicai.errors import Permanent, Refused
from magicai.runs.run import Origin, Run, RunStatus
from magicai.stores.entity import Entity
from tests.codes import says

NEXT = "9999"


def run_sql(path: Path, sql: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql).fetchall()


def make_at(path: Path, revision: str) -> None:
    """Make the records as they were at a revision."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrations.upgrade(connection, revision)
    engine.dispose()


def take_back(path: Path, revision: str) -> None:
    """Make the records as a revision had them, of newer ones."""
    config, engine = Config(), create_engine(f"sqlite:///{path}")
    config.set_main_option("script_location", "integrations.records:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def next_revision(monkeypatch: pytest.MonkeyPatch, upgrade: Callable[[Connection, str], object]) -> None:
    monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, NEXT))
    monkeypatch.setattr(migrations, "upgrade", upgrade)


def add_a_table(connection: Connection, to: str) -> None:
    connection.exec_driver_sql("CREATE TABLE more (a TEXT)")
    connection.exec_driver_sql(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '{NEXT}'")


def test_migrations_make_exactly_what_the_models_say(template: Path) -> None:
    engine = create_engine(f"sqlite:///{template}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.VERSION_TABLE})
        assert compare_metadata(context, models.metadata) == []
    engine.dispose()


def test_migrations_make_the_same_indexes_as_the_models(template: Path, tmp_path: Path) -> None:
    # Alembic does not compare what an index leaves out, nor in which order it sorts.
    engine = create_engine(f"sqlite:///{tmp_path / 'models.sqlite3'}")
    models.metadata.create_all(engine)
    engine.dispose()
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    assert run_sql(template, asked) == run_sql(tmp_path / "models.sqlite3", asked)


def test_the_revisions_are_those_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", "integrations.records:migrations")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == migrations.REVISIONS


async def test_several_openers_of_a_new_file_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    stores = await asyncio.gather(*(asyncio.to_thread(sqlite.open, path) for _ in range(4)))
    for store in stores:
        await store.check()
        await store.close()
    assert run_sql(path, f"SELECT version_num FROM {migrations.VERSION_TABLE}") == [(migrations.REVISIONS[-1],)]


async def test_products_are_known_without_the_collection_of_their_address(tmp_path: Path) -> None:
    keys = {
        "url:s.example/collections/all/products/x": "card",
        "url:s.example/collections/tea/products/x": "page",
        "sku:x 1": "page",
        "url:s.example/collections/all/products/y?a=1": "y",
        "url:s.example/collections/tea": "list",
    }
    path = tmp_path / "records.sqlite3"
    make_at(path, "0004")
    for key, product_id in keys.items():
        run_sql(path, f"INSERT INTO product_keys VALUES ('ann', 's.example', '{key}', '{product_id}')")
    records = sqlite.open(path)
    asked = [["url:s.example/products/x"], ["url:s.example/products/y?a=1"], ["url:s.example/collections/tea"]]
    assert await records.products.identify("ann", "s.example", asked) == ["page", "y", "list"]
    await records.close()
    assert len(run_sql(path, "SELECT key FROM product_keys")) == 4


async def test_entities_from_before_they_had_states_and_facets_are_read_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    make_at(path, "0006")
    old = '{"schema_version":1,"value":{"title":"Tea","text":"","language":"","url":"","data":{},"relations":[]}}'
    run_sql(path, f"INSERT INTO entities VALUES ('product', 'p', 'ann', 1, 'd', 1, 0, '{old}')")
    records = sqlite.open(path)
    (found,) = (await records.entities.listed("ann", "product", state="")).items
    assert found.entity == Entity("product", "p", "ann", "Tea", "", stores=("search",))
    await records.close()


async def test_products_from_before_they_had_lines_are_listed_in_order_but_for_those_nobody_can_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.sqlite3"
    records = sqlite.open(path)
    stated = [
        SourceStatement(
            values=Values(name=name),
            origin=Source(kind=OriginKind.FILE, source="a.csv", place=f"a.csv, row {name}", at=1),
        )
        for name in ("Pot", "Cup", "Jug")
    ]
    pot, cup, jug = await records.catalogue.save("ann", "r", stated)
    await records.close()
    broken = "UPDATE entities SET entity = replace(entity, 'product_id', 'x')"
    run_sql(path, f"{broken} WHERE entity_id = '{jug.product_id}'")
    take_back(path, "0053")
    records = sqlite.open(path)
    listed = await records.catalogue.listed("ann", sort="name", descending=False, where={}, limit=9)
    assert [one.product_id for one in listed] == [cup.product_id, pot.product_id]
    await records.close()


async def test_whoever_used_a_collection_before_invitations_still_does(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    make_at(path, "0032")
    run_sql(path, "INSERT INTO collection_members VALUES ('ann', 'support', 'bob', 'reader', 7)")
    records = sqlite.open(path)
    (member,) = await records.members.of_user("bob")
    assert (member.accepted, member.since) == (True, 7)
    await records.close()


async def test_a_backup_is_made_before_a_migration(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = sqlite.open(path)
    run = Run(
        run_id="run-1", owner_id="ann", workflow="w", request={}, origin=Origin.CLI,
        status=RunStatus.QUEUED, created_at=1,
    )  # fmt: skip
    await records.runs.add(run, key="k")
    next_revision(monkeypatch, add_a_table)
    migrated = sqlite.open(path, now=lambda: 1_764_000_000_000_000)
    assert await migrated.runs.get("run-1") == run
    (backup,) = (path.parent / "backups").iterdir()
    assert backup.name == f"records-{migrations.REVISIONS[-2]}-20251124T160000Z.sqlite3"
    assert run_sql(backup, "SELECT run_id FROM runs") == [("run-1",)]
    assert run_sql(backup, "SELECT name FROM sqlite_master WHERE name = 'more'") == []
    for store in (records, migrated):
        await store.close()


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: Connection, to: str) -> None:
        add_a_table(connection, to)
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    next_revision(monkeypatch, fail)
    with pytest.raises(Permanent, check=says("database_error", way="run_doctor", reason="no such table: nowhere")):
        sqlite.open(path)
    assert run_sql(path, f"SELECT version_num FROM {migrations.VERSION_TABLE}") == [(migrations.REVISIONS[-2],)]
    assert run_sql(path, "SELECT name FROM sqlite_master WHERE name = 'more'") == []


def test_a_migration_that_orphans_rows_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def orphan(connection: Connection, to: str) -> None:
        connection.exec_driver_sql("INSERT INTO plans VALUES ('nobody', 1, 'ann', 1, '{}')")

    next_revision(monkeypatch, orphan)
    with pytest.raises(Permanent, check=says("records_migration_failed", broken="plans")):
        sqlite.open(path)
    assert run_sql(path, "SELECT * FROM plans") == []


def test_records_of_a_newer_version_are_left_alone(path: Path) -> None:
    run_sql(path, f"UPDATE {migrations.VERSION_TABLE} SET version_num = '{NEXT}'")
    before = path.read_bytes()
    with pytest.raises(Permanent, check=says("records_too_new", found="9999")) as caught:
        sqlite.open(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    run_sql(path, "CREATE TABLE customers (name TEXT)")
    with pytest.raises(Refused, check=says("foreign_tables_present", names="customers")):
        sqlite.open(path)
    assert run_sql(path, "SELECT name FROM sqlite_master") == [("customers",)]
