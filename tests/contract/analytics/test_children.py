"""Counting in a process of its own, and what can go wrong with it."""

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from integrations.analytics import child
from integrations.analytics import duckdb as adapter
from integrations.analytics.duckdb import DuckAnalytics
from integrations.analytics.offers import Part
from integrations.analytics.postgresql import PostgresSource
from integrations.analytics.sqlite import SqliteSource
from integrations.records import postgresql
from magicai.errors import Permanent, Temporary
from tests.codes import says
from tests.contract.records.schema import Schema

from .conftest import Shop
from .products import any_products, product


async def test_records_that_are_no_database_are_named(shop: Shop, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database at all" * 100)
    with pytest.raises(Permanent, match=r"broken\.sqlite3"):
        await DuckAnalytics(SqliteSource(broken)).shop(await shop.crawl([]), None)


async def test_a_child_sees_what_was_written_last_and_blocks_no_writer(shop: Shop, tmp_path: Path) -> None:
    many = DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3"), many=0)
    crawl = await shop.crawl(any_products(3000, seed=1))
    counting = asyncio.create_task(many.shop(crawl, None))
    for place in range(5):
        await shop.crawl([product(f"{place}", "1")])
    assert (await counting).products
    # Committed, and in the write-ahead log alone.
    latest = await shop.crawl([product("last", "1")])
    assert (await many.shop(latest, None)).products == 1


async def test_a_child_that_takes_too_long_is_ended(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_LIMIT_S", 0.01)
    crawl = await shop.crawl([product("a", "1")])
    with pytest.raises(Temporary, check=says("product_count_timed_out")):
        await DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3"), many=0).shop(crawl, None)
    # What can't be said of a process that ended meanwhile is None.
    ours = [found.info for found in psutil.process_iter(["ppid", "cmdline"]) if found.info["ppid"] == os.getpid()]
    assert not [info for info in ours if "integrations.analytics.child" in (info["cmdline"] or ())]


def test_a_child_ends_with_whoever_asked_whatever_it_is_doing(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        # Not in WAL mode, where nobody would have to wait.
        held.execute("CREATE TABLE offers (crawl_id TEXT)")
        held.execute("BEGIN EXCLUSIVE")
        asked = child.request(SqliteSource(path), [Part("c", "o")], None, threads=1, spill=tmp_path)
        with subprocess.Popen(
            [sys.executable, "-m", child.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            process.stdin.write(asked)
            process.stdin.close()
            # 0 would mean that it had waited until it could say what is wrong.
            assert process.wait(60) == 1


async def test_a_server_that_goes_away_while_a_child_reads_may_be_asked_again(
    schema: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It once failed the run: what DuckDB says of a broken stream was taken for a fault of the records."""
    records = postgresql.open(schema.server, schema.name, many=1)
    await records.check()
    schema.clear()
    shop = Shop(records)
    crawl = await shop.crawl(any_products(3000, seed=1))
    # A name of its own, since other tests read from the same server meanwhile.
    separator = "&" if "?" in schema.server else "?"
    source = PostgresSource(f"{schema.server}{separator}application_name={schema.name}", schema.name)

    def broken(*_: Any, **__: Any) -> Any:
        schema.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema.name}'")
        raise duckdb.IOException("arrow_scan: get_next failed")

    monkeypatch.setattr(child, "measure", broken)
    asked = child.request(source, [Part(crawl.crawl_id, "o")], None, threads=1, spill=tmp_path)
    answer = await asyncio.to_thread(child.answered, json.loads(asked))
    await records.close()
    with pytest.raises(Temporary, match=r"can't be reached|is starting or stopping"):
        adapter.said_by_child(source.where, 0, json.dumps(answer).encode(), "")


def test_a_server_that_a_child_can_t_reach_may_be_asked_again(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        source = PostgresSource(f"postgresql://user:secret@127.0.0.1:{nobody.getsockname()[1]}/shop", "magicai")
        asked = child.request(source, [Part("c", "o")], None, threads=1, spill=tmp_path)
        answer = child.answered(json.loads(asked))
    assert "secret" not in json.dumps(answer)
    with pytest.raises(Temporary, check=says("database_unreachable", way="check_database_is_running")):
        adapter.said_by_child(source.where, 0, json.dumps(answer).encode(), "")
