"""The database that a new home begins with is the one that Prefect's own migrations make."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from integrations.prefect import server_schema

_MIGRATED = """
import sys
from pathlib import Path
from integrations.prefect import server_schema

sys.stdout.write(server_schema.migrated(Path(sys.argv[1])))
"""


def _comparable(schema: str) -> list[str]:
    """Constraints come in any order, and versions of SQLite set spaces and quotes differently."""
    return sorted(re.sub(r'[\s",]+', "", line) for line in schema.splitlines())


def test_it_is_what_prefects_migrations_make(tmp_path: Path) -> None:
    words = [sys.executable, "-c", _MIGRATED, str(tmp_path)]
    migrated = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
    assert migrated.returncode == 0, migrated.stderr
    assert _comparable(migrated.stdout) == _comparable(server_schema.FILE.read_text()), (
        "python -m integrations.prefect.server_schema"
    )


def test_a_database_that_is_there_stays(tmp_path: Path) -> None:
    counts: list[int] = []
    for _ in range(2):
        server_schema.create(tmp_path)
        with closing(sqlite3.connect(tmp_path / server_schema.DATABASE)) as database, database:
            database.execute("insert into variable (name) values (lower(hex(randomblob(4))))")
            counts += database.execute("select count(*) from variable").fetchone()
    assert counts == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == [server_schema.DATABASE]
