"""The graph on SQLite: a table of nodes and one of edges; questions are fixed statements with parameters."""

import json
import sqlite3
from pathlib import Path

from integrations.sqlite import versions
from integrations.sqlite.projection import Key, SqliteProjection
from magicai.errors import Permanent
from magicai.shops.analysis import SharedBrand
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
SELECT brand.label, json_group_array(DISTINCT category.label), count(DISTINCT sold.from_key),
       count(DISTINCT category.key) AS many
FROM edges sold
JOIN edges of_brand ON of_brand.owner_id = sold.owner_id AND of_brand.from_kind = 'product'
     AND of_brand.from_key = sold.from_key AND of_brand.relation = 'OF_BRAND'
JOIN edges in_category ON in_category.owner_id = sold.owner_id AND in_category.from_kind = 'product'
     AND in_category.from_key = sold.from_key AND in_category.relation = 'IN_CATEGORY'
JOIN nodes brand ON brand.owner_id = sold.owner_id AND brand.kind = 'brand' AND brand.key = of_brand.to_key
JOIN nodes category ON category.owner_id = sold.owner_id AND category.kind = 'category'
     AND category.key = in_category.to_key
WHERE sold.owner_id = ? AND sold.to_kind = 'shop' AND sold.to_key = ? AND sold.relation = 'SOLD_BY'
GROUP BY of_brand.to_key HAVING many >= ?
ORDER BY many DESC, count(DISTINCT sold.from_key) DESC, brand.label
"""

_FILL_AGAIN = "Remove the file; `magicai reconcile` fills it again."


class SqliteGraph(SqliteProjection):
    """The embedded graph."""

    store: Store = "graph"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    async def shared_brands(self, owner_id: str, shop: str, *, least: int = 2) -> list[SharedBrand]:
        """Brands whose products stand in at least so many outermost categories of a shop, most shared first."""
        rows = await self._file.read(lambda connection: connection.execute(_SHARED, (owner_id, shop, least)).fetchall())
        return [
            SharedBrand(shop=shop, brand=brand, categories=tuple(sorted(json.loads(categories))), products=products)
            for brand, categories, products, _ in rows
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
                raise Permanent(f"{self._file} does not give back what it took.", way_out=_FILL_AGAIN)
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

    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[tuple[str, str, str]]:
        """Names and edges; not the names of what an entity points at, which several may call otherwise."""
        keys = connection.execute(
            "SELECT DISTINCT kind, key FROM nodes WHERE is_entity AND (kind, key) > (?, ?) ORDER BY kind, key LIMIT ?",
            (*after, limit),
        ).fetchall()
        found: list[tuple[str, str, str]] = []
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
            found.append((*key, versions.print_of(names.fetchall(), sorted(ends.fetchall()))))
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
