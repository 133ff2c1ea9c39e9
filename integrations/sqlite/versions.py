"""What every embedded projection keeps of an entity: its version and digest, tombstones included.

Beside it, a print of what the store shows of it, by which `held` tells what somebody changed there by hand.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from magicai.stores.entity import ProjectedEntity, Versioned

SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (
    kind TEXT NOT NULL, entity_id TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, gone INTEGER NOT NULL,
    PRIMARY KEY (kind, entity_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS prints (
    kind TEXT NOT NULL, entity_id TEXT NOT NULL, print TEXT NOT NULL, PRIMARY KEY (kind, entity_id)
) WITHOUT ROWID;
"""


def print_of(*shown: object) -> str:
    """SHA-256 of what a store shows of an entity."""
    body = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode(errors="surrogatepass")).hexdigest()


def keep_print(connection: sqlite3.Connection, kind: str, entity_id: str, shown: str) -> None:
    """Keep the print of what is shown of an entity from now on."""
    connection.execute("INSERT OR REPLACE INTO prints VALUES (?, ?, ?)", (kind, entity_id, shown))


def verified(
    connection: sqlite3.Connection, kind: str, entity_id: str, shown: str, earlier: str = ""
) -> ProjectedEntity:
    """What is held of an entity that is shown: without a digest where it is shown otherwise than it was taken over.

    Args:
        connection: of the file.
        kind, entity_id: of the entity.
        shown: the print of what is shown of it now.
        earlier: the print that an earlier release would have kept of the same; "" where there is none.
    """
    row = connection.execute(
        "SELECT v.version, v.digest, p.print FROM versions v LEFT JOIN prints p USING (kind, entity_id)"
        " WHERE v.kind = ? AND v.entity_id = ? AND NOT v.gone",
        (kind, entity_id),
    ).fetchone()
    if row is None:
        return ProjectedEntity(kind, entity_id, 0, "")
    version, digest, kept = row
    if earlier and kept == earlier:
        return ProjectedEntity(kind, entity_id, version, digest, outdated=True)
    return ProjectedEntity(kind, entity_id, version, digest if kept == shown else "")


def newer(connection: sqlite3.Connection, changes: Sequence[Versioned]) -> list[Versioned]:
    """The changes that are newer than what is held; they are held from now on."""
    return [
        change
        for change in changes
        if take(
            connection,
            ProjectedEntity(change.kind, change.entity_id, change.version, change.digest),
            change.entity is None,
        )
    ]


def take(connection: sqlite3.Connection, change: ProjectedEntity, gone: bool) -> bool:  # noqa: FBT001 - a column's value
    """Hold a change if it is newer than what is held; answers whether it was."""
    cursor = connection.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, entity_id) DO UPDATE SET"
        " version = excluded.version, digest = excluded.digest, gone = excluded.gone"
        " WHERE excluded.version > versions.version",
        (change.kind, change.entity_id, change.version, change.digest, gone),
    )
    return bool(cursor.rowcount)


def held(connection: sqlite3.Connection, after: tuple[str, str], limit: int) -> list[ProjectedEntity]:
    """What is held, live only, by key."""
    rows = connection.execute(
        "SELECT kind, entity_id, version, digest FROM versions WHERE (kind, entity_id) > (?, ?) AND NOT gone"
        " ORDER BY kind, entity_id LIMIT ?",
        (*after, limit),
    )
    return [ProjectedEntity(*row) for row in rows]


def forget(connection: sqlite3.Connection, keys: Sequence[tuple[str, str]]) -> None:
    """Hold nothing of these any more, not even a tombstone."""
    connection.executemany("DELETE FROM versions WHERE kind = ? AND entity_id = ?", keys)
    connection.executemany("DELETE FROM prints WHERE kind = ? AND entity_id = ?", keys)
