"""Full-text search on SQLite's FTS5: English stemmed, each Chinese, Japanese or Korean character a word of its own."""

import re
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from integrations.search.words import CJK, LONGEST_QUERY, spaced
from integrations.sqlite import versions
from integrations.sqlite.projection import Key, SqliteProjection
from magicai.errors import Permanent
from magicai.ports import Hit
from magicai.stores.entity import Entity, Store

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, entity_id TEXT NOT NULL, owner_id TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, url TEXT NOT NULL, UNIQUE (kind, entity_id)
);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, body,
    tokenize='porter unicode61 remove_diacritics 2');
"""
_WORD = re.compile(r"\w+")
_HIGHLIGHT = 160
# A title says what a thing is; a body mentions much.
_TITLE_WEIGHT = 4.0


class SqliteSearch(SqliteProjection):
    """The embedded search index."""

    store: Store = "search"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    async def search(
        self, query: str, *, owner_id: str, kinds: Sequence[str] = (), limit: int = 10, offset: int = 0
    ) -> list[Hit]:
        """An owner's entities that fit, best first; no syntax in `query` is special."""
        phrases = _phrases(query)
        if not phrases:
            return []
        found = await self._file.read(
            partial(_find, phrases=phrases, owner_id=owner_id, kinds=kinds, limit=limit, offset=offset)
        )
        return [
            Hit(kind, entity_id, title, url, score=_score(rank), highlight=_passage(body, query))
            for kind, entity_id, title, url, body, rank in found
        ]

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""

        def do(connection: sqlite3.Connection) -> str:
            connection.execute("INSERT INTO words (rowid, title, body) VALUES (-1, 'magicai', ?)", (_split("检查"),))
            found = connection.execute("SELECT rowid FROM words WHERE words MATCH '\"检\"'").fetchall()
            connection.execute("DELETE FROM words WHERE rowid = -1")
            count = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
            if (-1,) not in found:
                raise Permanent(
                    f"{self._file} does not find what it holds.",
                    way_out="Remove the file; `magicai reconcile` fills it again.",
                )
            return f"{count} documents in {self._file}"

        return await self._file.write(do)

    def _show(self, connection: sqlite3.Connection, entity: Entity) -> str:
        row = (entity.kind, entity.entity_id, entity.owner_id, entity.title, entity.text, entity.url)
        cursor = connection.execute(
            "INSERT INTO documents (kind, entity_id, owner_id, title, body, url) VALUES (?, ?, ?, ?, ?, ?)", row
        )
        split = (_split(entity.title), _split(entity.text))
        connection.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (cursor.lastrowid, *split))
        return versions.print_of(*row, *split)

    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[tuple[str, str, str]]:
        rows = connection.execute(
            "SELECT d.kind, d.entity_id, d.owner_id, d.title, d.body, d.url, w.title, w.body"
            " FROM documents d LEFT JOIN words w ON w.rowid = d.id WHERE (d.kind, d.entity_id) > (?, ?)"
            " ORDER BY d.kind, d.entity_id LIMIT ?",
            (*after, limit),
        )
        return [(row[0], row[1], versions.print_of(*row)) for row in rows]

    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        key = (kind, entity_id)
        row = connection.execute("SELECT id FROM documents WHERE kind = ? AND entity_id = ?", key).fetchone()
        if row is not None:
            connection.execute("DELETE FROM words WHERE rowid = ?", row)
            connection.execute("DELETE FROM documents WHERE id = ?", row)


def _find(
    connection: sqlite3.Connection,
    *,
    phrases: Sequence[str],
    owner_id: str,
    kinds: Sequence[str],
    limit: int,
    offset: int,
) -> list[Any]:
    """What has all phrases, where anything has; else what has any."""
    among = f"AND d.kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    matching = f"FROM words JOIN documents d ON d.id = words.rowid WHERE words MATCH ? AND d.owner_id = ? {among}"
    every = (" AND ".join(phrases), owner_id, *kinds)
    wanted = every
    if connection.execute(f"SELECT 1 {matching} LIMIT 1", every).fetchone() is None:
        wanted = (" OR ".join(phrases), *every[1:])
    statement = (
        f"SELECT d.kind, d.entity_id, d.title, d.url, d.body, bm25(words, {_TITLE_WEIGHT}, 1.0) AS rank {matching}"
        " ORDER BY rank, d.kind, d.entity_id LIMIT ? OFFSET ?"
    )
    return connection.execute(statement, (*wanted, limit, offset)).fetchall()


def _split(text: str) -> str:
    return CJK.sub(r" \1 ", text)


def _phrases(query: str) -> list[str]:
    """Each word, and each run of Chinese, as a quoted phrase: quoting leaves no syntax to be special."""
    words = _WORD.findall(spaced(query))
    return [f'"{_split(word).strip()}"' for word in dict.fromkeys(words)]


def _score(rank: float) -> float:
    """bm25 as SQLite gives it is better the more negative it is, and has no bound."""
    return -rank / (1.0 - rank)


def _passage(body: str, query: str) -> str:
    lowered = body.casefold()
    places = [lowered.find(word.casefold()) for word in _WORD.findall(query[:LONGEST_QUERY])]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - _HIGHLIGHT // 4)
    return body[start : start + _HIGHLIGHT].strip()
