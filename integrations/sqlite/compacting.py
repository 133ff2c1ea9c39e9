"""Makes the embedded stores' files forget what was removed from them: SQLite leaves it readable in free pages."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from integrations.processes import on_demand
from magicai.errors import Temporary
from magicai.stores.entity import Store

_BUSY_S = 60.0
_LOOK_AGAIN_S = 0.1
_FULL_TEXT = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    " AND sql NOT LIKE '%fts5vocab%'"  # a view of another's terms
)


async def compact(home: Path) -> list[Store]:
    """Rewrite every SQLite file below `home`, and remove the copies that were made before migrations.

    Answers which stores are empty now and have to be filled again: Chroma keeps a journal that can't be cut.

    Raises:
        Temporary: a file is in use for too long; names it.
    """
    vectors = home / "chroma"
    filled = vectors.exists()
    if filled:
        await on_demand.stop(vectors)
    await asyncio.to_thread(_compact, home, vectors)
    return ["vectors"] if filled else []


def _compact(home: Path, vectors: Path) -> None:
    if vectors.exists():
        shutil.rmtree(vectors)
    for copy in (home / "backups").glob("records-*.sqlite3"):
        copy.unlink()
    for path in sorted(home.rglob("*.sqlite3")):
        try:
            _rewrite(path)
        except sqlite3.OperationalError as exc:
            raise Temporary("database_compaction_failed", path=path, reason=exc) from exc


def _rewrite(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as connection:
        for (table,) in connection.execute(_FULL_TEXT).fetchall():
            connection.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'optimize\')')  # noqa: S608 - a table of ours
        connection.execute("VACUUM")
        until = time.monotonic() + _BUSY_S
        # Somebody who reads holds the journal for a moment.
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise sqlite3.OperationalError("it is being read")
            time.sleep(_LOOK_AGAIN_S)
