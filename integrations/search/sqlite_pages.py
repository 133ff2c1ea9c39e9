"""Pages and counts of the embedded index that take as long in a long list as in a short one.

Without words, documents are walked in their order, or those of the rarest facet are sorted: whichever reads less. With
words that many have, the newest that have them are ranked, and the others follow as they came.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from integrations.search.facets import kept
from magicai.ports import Counted, Facets

# As many are ranked, or counted by facet.
MOST_LOOKED_AT = 2_000
SCHEMA = """
CREATE INDEX IF NOT EXISTS documents_place ON documents (owner_id, kind, entity_id);
CREATE INDEX IF NOT EXISTS facets_value ON facets (field, value, document);
CREATE TABLE IF NOT EXISTS facet_counts (
    owner_id TEXT NOT NULL, kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (owner_id, kind, field, value)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS facet_added AFTER INSERT ON facets BEGIN
    INSERT INTO facet_counts SELECT owner_id, kind, NEW.field, NEW.value, 1 FROM documents WHERE id = NEW.document
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER IF NOT EXISTS facet_removed AFTER DELETE ON facets BEGIN
    UPDATE facet_counts SET n = n - 1 WHERE field = OLD.field AND value = OLD.value
        AND (owner_id, kind) = (SELECT owner_id, kind FROM documents WHERE id = OLD.document);
    DELETE FROM facet_counts WHERE n = 0 AND field = OLD.field AND value = OLD.value
        AND (owner_id, kind) = (SELECT owner_id, kind FROM documents WHERE id = OLD.document);
END;
INSERT INTO facet_counts SELECT owner_id, kind, field, value, count(*) FROM documents JOIN facets ON document = id
    WHERE NOT EXISTS (SELECT 1 FROM facet_counts) GROUP BY owner_id, kind, field, value;
"""
# Of a document that is found.
SHOWN = "d.kind, d.entity_id, d.title, d.url, d.body"


class Among:
    """What is looked at of all documents `d`: a condition, with its values."""

    def __init__(self, owner_id: str, kinds: Sequence[str], where: Facets) -> None:
        self.owner_id, self.kinds = owner_id, kinds
        self.where = {field: [kept(value) for value in values] for field, values in where.items()}
        self.sql, self.values = "d.owner_id = ?", [owner_id]
        if kinds:
            self.sql += f" AND d.kind IN ({_marks(kinds)})" if len(kinds) > 1 else " AND d.kind = ?"
            self.values += kinds
        for field, values in self.where.items():
            having = f"SELECT 1 FROM facets WHERE document = d.id AND field = ? AND value IN ({_marks(values)})"  # noqa: S608 - marks
            self.sql += f" AND EXISTS ({having})"
            self.values += [field, *values]


def newest(
    connection: sqlite3.Connection, among: Among, shown: str, *, limit: int, offset: int = 0, after: str = ""
) -> list[Any]:
    """Columns of documents without words, the largest id first, those from `after` on left out."""
    source, condition, values = "documents d INDEXED BY documents_place", among.sql, list(among.values)
    if (field := _rarest(connection, among, limit + offset)) is not None:
        # The sign keeps SQLite from walking all documents of the owner.
        rare = f"d.id IN (SELECT document FROM facets WHERE field = ? AND value IN ({_marks(among.where[field])}))"  # noqa: S608 - marks
        source, condition = "documents d", f"{rare} AND +{among.sql.replace(' AND d.kind', ' AND +d.kind')}"
        values = [field, *among.where[field], *values]
    if after:
        condition, values = f"{condition} AND d.entity_id < ?", [*values, after]
    # Our own words and marks.
    statement = f"SELECT {shown} FROM {source} WHERE {condition} ORDER BY d.entity_id DESC, d.kind LIMIT ? OFFSET ?"  # noqa: S608
    return connection.execute(statement, (*values, limit, offset)).fetchall()


def _rarest(connection: sqlite3.Connection, among: Among, wanted: int) -> str | None:
    """The facet whose documents are better sorted than all be walked until so many are found; None to walk."""
    having: dict[str, int] = {}
    walked = float(wanted)
    for field, values in among.where.items():
        counts = _totals(connection, among, field)
        having[field] = sum(counts.get(value, 0) for value in values)
        walked *= sum(counts.values()) / max(having[field], 1)
    field = min(having, key=lambda name: having[name], default=None)
    return field if field is not None and having[field] < walked else None


def ranked(
    connection: sqlite3.Connection, matching: str, values: Sequence[str], rank: str, *, limit: int, offset: int
) -> list[Any]:
    """Documents that have all words, the best first: of very many, the newest are ranked, and the others follow."""
    place = f"SELECT words.rowid {matching} ORDER BY words.rowid DESC LIMIT 1 OFFSET ?"
    last = connection.execute(place, (*values, MOST_LOOKED_AT - 1)).fetchone()
    narrowed = "" if last is None else " AND words.rowid >= ?"
    statement = (
        f"SELECT {SHOWN}, {rank} AS rank {matching}{narrowed} ORDER BY rank, d.kind, d.entity_id LIMIT ? OFFSET ?"
    )
    found = connection.execute(statement, (*values, *(last or ()), limit, offset)).fetchall()
    if last is not None and len(found) < limit:
        rest = f"SELECT {SHOWN}, 0.0 {matching} AND words.rowid < ? ORDER BY words.rowid DESC LIMIT ? OFFSET ?"
        begin = max(0, offset - MOST_LOOKED_AT)
        found += connection.execute(rest, (*values, *last, limit - len(found), begin)).fetchall()
    return found


def counted(
    connection: sqlite3.Connection,
    among: Among,
    matching: tuple[str, Sequence[str]] | None,
    by: Sequence[str],
    *,
    most: int,
) -> dict[str, Counted]:
    """How many documents have each value of facets.

    Args:
        matching: a FROM of documents that have words, with its values; None for all.
        most: values of a facet.
    """
    if matching is None and not among.where:
        return {field: _first(_totals(connection, among, field), most) for field in by}
    if matching is None:
        ids = newest(connection, among, "d.id", limit=MOST_LOOKED_AT + 1)
    else:
        statement = f"SELECT d.id {matching[0]} ORDER BY words.rowid DESC LIMIT ?"
        ids = connection.execute(statement, (*matching[1], MOST_LOOKED_AT + 1)).fetchall()
    looked_at = json.dumps([one for (one,) in ids[:MOST_LOOKED_AT]])
    statement = (
        "SELECT f.field, f.value, count(*) FROM json_each(?) j CROSS JOIN facets f ON f.document = j.value"  # noqa: S608
        f" WHERE f.field IN ({_marks(by)}) GROUP BY f.field, f.value"
    )
    found: dict[str, dict[str, int]] = {field: {} for field in by}
    for field, value, count in connection.execute(statement, (looked_at, *by)):
        found[field][value] = count
    at_least = len(ids) > MOST_LOOKED_AT
    return {field: _first(counts, most, at_least=at_least) for field, counts in found.items()}


def _totals(connection: sqlite3.Connection, among: Among, field: str) -> dict[str, int]:
    kinds = f" AND kind IN ({_marks(among.kinds)})" if among.kinds else ""
    statement = f"SELECT value, sum(n) FROM facet_counts WHERE owner_id = ?{kinds} AND field = ? GROUP BY value"  # noqa: S608
    return dict(connection.execute(statement, (among.owner_id, *among.kinds, field)).fetchall())


def _first(counts: dict[str, int], most: int, *, at_least: bool = False) -> Counted:
    return Counted(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most], at_least=at_least)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
