"""What runs leave in MAGICAI_HOME beside the records: by it, a home without records is told from a new one."""

import sqlite3
from contextlib import closing
from pathlib import Path

# The kind of the entities by which `magicai doctor` tries the stores: no run left them.
OF_CHECKS = "check"

_LEFT = (
    ("search.sqlite3", "SELECT 1 FROM documents WHERE kind <> :check LIMIT 1"),
    ("graph.sqlite3", "SELECT 1 FROM nodes WHERE is_entity AND kind <> :check LIMIT 1"),
    ("files/bodies.sqlite3", "SELECT 1 FROM bodies LIMIT 1"),
)


def traces(home: Path) -> str:
    """The first file or folder that holds something of a run; "" where none does."""
    journal = home / "records.sqlite3-wal"
    # SQLite makes no journal beside a file that it has not begun.
    if _size(journal) and not _size(home / "records.sqlite3"):
        return str(journal)
    for name, query in _LEFT:
        if _size(home / name) and _finds(home / name, query):
            return str(home / name)
    results = home / "files" / "results"
    return str(results) if results.is_dir() and any(results.iterdir()) else ""


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _finds(file: Path, query: str) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, {"check": OF_CHECKS}).fetchone() is not None
    except sqlite3.Error:  # what can't be read is another check's finding
        return False
