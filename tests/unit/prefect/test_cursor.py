"""The cursor of Prefect's server, through SQLAlchemy as Prefect uses it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from integrations.prefect.server_cursor import Cursor


@pytest.fixture
async def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncEngine]:
    monkeypatch.setattr(AsyncAdapt_aiosqlite_connection, "_cursor_cls", Cursor)
    made = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'one.db'}", connect_args={"timeout": 0.1})
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"))
    yield made
    await made.dispose()


async def test_a_statement_is_handed_over_once(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []
    connections: Any = aiosqlite.Connection
    hand = connections._execute

    async def note(self: Any, what: Any, *given: Any, **named: Any) -> Any:
        handed.append(what.__name__)
        return await hand(self, what, *given, **named)

    monkeypatch.setattr(connections, "_execute", note)
    async with engine.connect() as connection:
        await connection.execute(text("INSERT INTO run (name) VALUES ('a')"))
        await connection.execute(text("SELECT * FROM run"))
        assert handed == ["ask", "ask"]


async def test_rows_counts_and_what_comes_back_are_as_ever(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO run (name) VALUES (:name)"), [{"name": n} for n in "abc"])
        added = await connection.execute(text("INSERT INTO run (name) VALUES ('d')"))
        assert (added.lastrowid, added.rowcount) == (4, 1)
        renamed = await connection.execute(text("UPDATE run SET name = name || '!' WHERE id > 2 RETURNING id, name"))
        assert renamed.all() == [(3, "c!"), (4, "d!")]
        gone = await connection.execute(text("DELETE FROM run WHERE id > 1"))
        assert gone.rowcount == 3
        found = await connection.execute(text("SELECT id, name FROM run"))
        assert list(found.keys()) == ["id", "name"]
        assert found.all() == [(1, "a")]
        streamed = await connection.stream(text("SELECT name FROM run"))
        assert [row.name async for row in streamed] == ["a"]


async def test_what_is_refused_is_told_and_the_connection_goes_on(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(text("INSERT INTO run (id, name) VALUES (1, NULL)"))
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1


async def test_rows_that_nobody_takes_keep_no_writer_out(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO run (name) VALUES (:name)"), [{"name": str(n)} for n in range(999)])
    async with engine.connect() as reader:
        found = await reader.execute(text("SELECT * FROM run"))
        assert found.first() == (1, "0")
        await reader.rollback()
        async with engine.begin() as writer:
            await writer.execute(text("DROP TABLE run"))


async def test_a_question_that_is_given_up_leaves_the_connection_to_the_next(engine: AsyncEngine) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"
    asking = asyncio.create_task(_ask(engine, slow))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await _ask(engine, "SELECT count(*) FROM run") == 0


async def _ask(engine: AsyncEngine, question: str) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(text(question))).scalar()
