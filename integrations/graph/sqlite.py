"""The graph on SQLite: a table of nodes and one of edges; questions are fixed statements with parameters."""

import json
import sqlite3
from pathlib import Path

from integrations.sqlite import versions
from integrations.sqlite.projection import Key, ShownPrints, SqliteProjection
from magicai.errors import Permanent
from magicai.ports import Shared, Target
from magicai.stores.entity import Entity, Store

_SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (
    owner_id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
    is_entity INTEGER NOT NULL, -- else it stands here only because an entity points at it
    PRIMARY KEY (owner_id, kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edges (
    owner_id TEXT NOT NULL, relation TEXT NOT NULL,
    from_kind TEXT NOT NULL, from_key TEXT NOT NULL, to_kind TEXT NOT NULL, to_key TEXT NOT NULL,
    PRIMARY KEY (owner_id, from_kind, from_key, relation, to_kind, to_key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edges_back ON edges (owner_id, to_kind, to_key, relation, from_kind, from_key);
CREATE INDEX IF NOT EXISTS edges_from ON edges (from_kind, from_key);
CREATE INDEX IF NOT EXISTS nodes_entity ON nodes (kind, key) WHERE is_entity;
"""
_SHARED = """
SELECT shared.key, shared.label, json_group_array(DISTINCT grouped.label), count(DISTINCT member.from_key) AS members,
       count(DISTINCT in_group.to_kind || char(0) || in_group.to_key) AS many
FROM edges member
JOIN edges points ON points.owner_id = member.owner_id AND points.from_kind = member.from_kind
     AND points.from_key = member.from_key AND points.relation = :relation
JOIN edges in_group ON in_group.owner_id = member.owner_id AND in_group.from_kind = member.from_kind
     AND in_group.from_key = member.from_key AND in_group.relation = :across
JOIN nodes shared ON shared.owner_id = member.owner_id AND shared.kind = points.to_kind AND shared.key = points.to_key
JOIN nodes grouped ON grouped.owner_id = member.owner_id AND grouped.kind = in_group.to_kind
     AND grouped.key = in_group.to_key
WHERE member.owner_id = :owner_id AND member.to_kind = :to_kind AND member.to_key = :to_key
      AND member.relation = :among_by AND member.from_kind = :kind
GROUP BY points.to_kind, points.to_key HAVING many >= :least
ORDER BY many DESC, members DESC, shared.label
"""
_FILL_AGAIN = "Delete the file, then rebuild it: magicai reconcile"


class SqliteGraph(SqliteProjection):
    """The embedded graph."""

    store: Store = "graph"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    async def shared(
        self, owner_id: str, kind: str, relation: str, *, across: str, among: Target, least: int = 2
    ) -> list[Shared]:
        """What an owner's entities of a kind share: the nodes at which they point by `relation` from several groups."""
        asked = {"owner_id": owner_id, "kind": kind, "relation": relation, "across": across, "least": least}
        asked |= {"among_by": among.relation, "to_kind": among.kind, "to_key": among.key}
        rows = await self._file.read(lambda connection: connection.execute(_SHARED, asked).fetchall())
        return [
            Shared(key, label, tuple(sorted(json.loads(groups))), members) for key, label, groups, members, _ in rows
        ]

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""

        def do(connection: sqlite3.Connection) -> str:
            connection.execute("INSERT INTO nodes VALUES ('', 'check', 'check', 'magicai', 0)")
            found = connection.execute("SELECT label FROM nodes WHERE owner_id = '' AND kind = 'check'").fetchone()
            connection.execute("DELETE FROM nodes WHERE owner_id = '' AND kind = 'check'")
            nodes, edges = connection.execute(
                "SELECT (SELECT count(*) FROM nodes), (SELECT count(*) FROM edges)"
            ).fetchone()
            if found != ("magicai",):
                raise Permanent("store_write_lost", way_out="delete_file_and_rebuild", server=self._file)
            return f"{nodes} nodes, {edges} edges in {self._file}"

        return await self._file.write(do)

    def _show(self, connection: sqlite3.Connection, entity: Entity) -> str:
        nodes = [
            (entity.kind, entity.entity_id, entity.title, True),
            *((r.to_kind, r.to_key, r.to_label, False) for r in entity.relations),
        ]
        # The entity itself knows its name best.
        connection.executemany(
            "INSERT INTO nodes VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET label = excluded.label,"
            " is_entity = excluded.is_entity WHERE excluded.is_entity OR NOT nodes.is_entity",
            [(entity.owner_id, *node) for node in nodes],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO edges VALUES (?, ?, ?, ?, ?, ?)",
            [(entity.owner_id, r.kind, entity.kind, entity.entity_id, r.to_kind, r.to_key) for r in entity.relations],
        )
        ends = {(entity.owner_id, r.kind, r.to_kind, r.to_key, 1) for r in entity.relations}
        return versions.print_of([(entity.owner_id, entity.title)], sorted(ends))

    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[ShownPrints]:
        """Names and edges; not the names of what an entity points at, which several may call otherwise."""
        keys = connection.execute(
            "SELECT DISTINCT kind, key FROM nodes WHERE is_entity AND (kind, key) > (?, ?) ORDER BY kind, key LIMIT ?",
            (*after, limit),
        ).fetchall()
        found: list[ShownPrints] = []
        for key in keys:
            names = connection.execute(
                "SELECT owner_id, label FROM nodes WHERE kind = ? AND key = ? AND is_entity ORDER BY owner_id", key
            )
            ends = connection.execute(
                "SELECT e.owner_id, e.relation, e.to_kind, e.to_key, n.key IS NOT NULL FROM edges e LEFT JOIN nodes n"
                " ON n.owner_id = e.owner_id AND n.kind = e.to_kind AND n.key = e.to_key"
                " WHERE e.from_kind = ? AND e.from_key = ?",
                key,
            )
            found.append((*key, versions.print_of(names.fetchall(), sorted(ends.fetchall())), ""))
        return found

    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        """Take an entity and its edges away, and with them what stood here only because something pointed at it."""
        key = (kind, entity_id)
        owners = connection.execute(
            "SELECT owner_id FROM nodes WHERE kind = ? AND key = ? AND is_entity", key
        ).fetchall()
        ends = connection.execute(
            "SELECT owner_id, to_kind, to_key FROM edges WHERE from_kind = ? AND from_key = ?", key
        ).fetchall()
        connection.execute("DELETE FROM edges WHERE from_kind = ? AND from_key = ?", key)
        connection.execute("UPDATE nodes SET is_entity = 0 WHERE kind = ? AND key = ? AND is_entity", key)
        connection.executemany(
            "DELETE FROM nodes WHERE owner_id = ?1 AND kind = ?2 AND key = ?3 AND NOT is_entity AND NOT EXISTS"
            " (SELECT 1 FROM edges WHERE owner_id = ?1 AND to_kind = ?2 AND to_key = ?3)",
            [*((owner_id, *key) for (owner_id,) in owners), *ends],
        )
