"""Whether the files of an installation are what SQLite wrote, and what to do where one is not."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from magicai.errors import Missing, Permanent
from magicai.values.units import so_many

REMOVE_RECORDS_FILE = "remove_records_file"
# By name below MAGICAI_HOME, the most important first.
_WAYS_OUT = {
    "records.sqlite3": REMOVE_RECORDS_FILE,
    "cache.sqlite3": "delete_cache_file",
    "search.sqlite3": "delete_file_and_rebuild",
    "graph.sqlite3": "delete_file_and_rebuild",
    "files/bodies.sqlite3": "delete_bodies_file",
    "chroma/*.versions.sqlite3": "delete_vectors_folder",
    "chroma/store/chroma.sqlite3": "delete_vectors_folder",
    "prefect/prefect.db": "delete_prefect_file",
}
_NAMED = 3


def fault_of(home: Path, name: str) -> Permanent | None:
    """What to raise of a file that is damaged, with the way out; None where it is not.

    Args:
        name: below `home`, such as `prefect/prefect.db`.
    """
    path = home / name
    why = _why_damaged(path) if path.exists() else ""
    return Permanent("file_damaged", way_out=_WAYS_OUT[name], file=path, reason=why) if why else None


async def check(home: Path) -> str:
    """Read the real files through, page by page, as SQLite checks them; none is written to.

    Raises:
        Missing: none is there.
        Permanent: one is damaged; says what to do, of the most important one.
    """
    found = await asyncio.to_thread(_read_through, home)
    if not found:
        raise Missing("database_files_not_found")
    damaged = [one for one in found if one[2]]
    if damaged:
        path, way_out, why = damaged[0]
        if others := [str(other) for other, *_ in damaged[1 : 1 + _NAMED]]:
            raise Permanent("files_damaged", way_out=way_out, path=path, reason=why, others=others)
        raise Permanent("file_damaged", way_out=way_out, file=path, reason=why)
    return f"{so_many(len(found), 'files')} read through"


def _read_through(home: Path) -> list[tuple[Path, str, str]]:
    """Each file that is there, what to do where it is damaged, and why it is; "" where it is not."""
    there = [(path, way_out) for name, way_out in _WAYS_OUT.items() for path in sorted(home.glob(name))]
    return [(path, way_out, _why_damaged(path)) for path, way_out in there]


def _why_damaged(path: Path) -> str:
    if not path.stat().st_size:
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as exc:
        return "" if "locked" in str(exc) or "unable to open" in str(exc) else str(exc)
    except sqlite3.DatabaseError as exc:
        return str(exc)
    return "" if found == ("ok",) else str(found[0]).partition("\n")[2] or str(found[0])
