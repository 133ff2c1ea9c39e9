"""Full-text search on SQLite's FTS5: English stemmed, each Chinese, Japanese or Korean character a word of its own."""

import json
import re
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from integrations.search import sqlite_pages
from integrations.search.facets import facets_of
from integrations.search.misspelt import spelled_otherwise
from integrations.search.sqlite_pages import SHOWN, Among
from integrations.search.words import CJK, CJK_RUN, LONGEST_QUERY, pairs, spaced
from integrations.sqlite import versions
from integrations.sqlite.projection import Key, ShownPrints, SqliteProjection
from magicai.errors import Permanent
from magicai.ports import NO_FACETS, Counted, Facets, Hit, Match
from magicai.stores.entity import Entity, Store

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, entity_id TEXT NOT NULL, owner_id TEXT NOT NULL,
    title TEXT NOT NULL, body TEXT NOT NULL, url TEXT NOT NULL, UNIQUE (kind, entity_id)
);
DROP INDEX IF EXISTS documents_owner;
CREATE TABLE IF NOT EXISTS facets (
    document INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (document, field, value)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, body,
    tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab ('words', 'row');
"""
_WORD = re.compile(r"\w+")
_HIGHLIGHT = 160
# A title says what a thing is; a body mentions much.
_TITLE_WEIGHT = 4.0


class SqliteSearch(SqliteProjection):
    """The embedded search index."""

    store: Store = "search"

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA + sqlite_pages.SCHEMA)

    async def search(
        self,
        query: str,
        *,
        owner_id: str,
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        match: Match = "all",
        limit: int = 10,
        offset: int = 0,
        after: str = "",
    ) -> list[Hit]:
        """An owner's entities that fit, best first; no syntax in `query` is special."""
        if not (wanted := _Wanted(query, match)).fits:
            return []
        among = Among(owner_id, kinds, where)
        found = await self._file.read(
            partial(_find, wanted=wanted, among=among, limit=limit, offset=offset, after=after)
        )
        return [
            Hit(kind, entity_id, title, url, score=_score(rank), highlight=_passage(body, query))
            for kind, entity_id, title, url, body, rank in found
        ]

    async def facets(
        self,
        query: str,
        *,
        owner_id: str,
        by: Sequence[str],
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        most: int = 20,
    ) -> dict[str, Counted]:
        """How many of what `search` finds have each value of a facet."""
        if not (wanted := _Wanted(query)).fits:
            return {field: Counted() for field in by}
        among = Among(owner_id, kinds, where)
        return await self._file.read(partial(_count, wanted=wanted, among=among, by=by, most=most))

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""

        def do(connection: sqlite3.Connection) -> str:
            connection.execute("INSERT INTO words (rowid, title, body) VALUES (-1, 'magicai', ?)", (_split("检查"),))
            found = connection.execute("SELECT rowid FROM words WHERE words MATCH '\"检\"'").fetchall()
            connection.execute("DELETE FROM words WHERE rowid = -1")
            count = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
            if (-1,) not in found:
                raise Permanent("search_file_inconsistent", file=self._file)
            return f"{count} documents in {self._file}"

        return await self._file.write(do)

    def _show(self, connection: sqlite3.Connection, entity: Entity) -> str:
        row = (entity.kind, entity.entity_id, entity.owner_id, entity.title, entity.text, entity.url)
        cursor = connection.execute(
            "INSERT INTO documents (kind, entity_id, owner_id, title, body, url) VALUES (?, ?, ?, ?, ?, ?)", row
        )
        split = (_split(entity.title), _split(entity.text))
        connection.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (cursor.lastrowid, *split))
        facets = facets_of(entity)
        connection.executemany("INSERT INTO facets VALUES (?, ?, ?)", [(cursor.lastrowid, *facet) for facet in facets])
        return versions.print_of(*row, *split, facets)

    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[ShownPrints]:
        rows = connection.execute(
            "SELECT d.kind, d.entity_id, d.owner_id, d.title, d.body, d.url, w.title, w.body,"
            " (SELECT json_group_array(json_array(field, value)) FROM"
            " (SELECT field, value FROM facets WHERE document = d.id ORDER BY field, value))"
            " FROM documents d LEFT JOIN words w ON w.rowid = d.id WHERE (d.kind, d.entity_id) > (?, ?)"
            " ORDER BY d.kind, d.entity_id LIMIT ?",
            (*after, limit),
        )
        return [
            (row[0], row[1], versions.print_of(*row[:-1], facets), "" if facets else versions.print_of(*row[:-1]))
            for row, facets in ((row, json.loads(row[-1])) for row in rows)
        ]

    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        key = (kind, entity_id)
        row = connection.execute("SELECT id FROM documents WHERE kind = ? AND entity_id = ?", key).fetchone()
        if row is not None:
            connection.execute("DELETE FROM words WHERE rowid = ?", row)
            connection.execute("DELETE FROM facets WHERE document = ?", row)
            connection.execute("DELETE FROM documents WHERE id = ?", row)


class _Wanted:
    """What is asked for, as FTS5 takes it: quoted phrases, which leave no syntax to be special.

    Attributes:
        every: all words and runs of Chinese; "" where any will do.
        any: each word, and every two neighbours of a run; "" where there are none.
        words: of which misspelt ones are looked for as documents spell them.
        fits: whether anything can: what is blank asks for everything, signs without a word for nothing.
    """

    def __init__(self, query: str, match: Match = "all") -> None:
        words = list(dict.fromkeys(_WORD.findall(spaced(query))))
        parts = [part for word in words for part in (pairs(word) if CJK_RUN.match(word) else [word])]
        self.words = words
        self.every = " AND ".join(map(_phrase, words)) if match == "all" else ""
        self.any = " OR ".join(map(_phrase, dict.fromkeys(parts)))
        self.fits = bool(self.any) or not query.strip()


def _matching(connection: sqlite3.Connection, wanted: _Wanted, among: Among) -> tuple[str, list[str], bool]:
    """What has all words, where anything has, else what has any: a FROM, its values, and whether it has all."""
    matching = f"FROM words JOIN documents d ON d.id = words.rowid WHERE words MATCH ? AND {among.sql}"
    every = [wanted.every, *among.values]
    if wanted.every and connection.execute(f"SELECT 1 {matching} LIMIT 1", every).fetchone() is not None:
        return matching, every, True
    otherwise = spelled_otherwise(connection, wanted.words)
    return matching, [" OR ".join((wanted.any, *map(_phrase, otherwise))), *among.values], False


def _find(
    connection: sqlite3.Connection, *, wanted: _Wanted, among: Among, limit: int, offset: int, after: str
) -> list[Any]:
    if not wanted.any:
        return sqlite_pages.newest(connection, among, f"{SHOWN}, 0.0", limit=limit, offset=offset, after=after)
    matching, values, has_all = _matching(connection, wanted, among)
    rank = f"bm25(words, {_TITLE_WEIGHT}, 1.0)"
    if has_all:
        return sqlite_pages.ranked(connection, matching, values, rank, limit=limit, offset=offset)
    statement = f"SELECT {SHOWN}, {rank} AS rank {matching} ORDER BY rank, d.kind, d.entity_id LIMIT ? OFFSET ?"
    return connection.execute(statement, (*values, limit, offset)).fetchall()


def _count(
    connection: sqlite3.Connection, *, wanted: _Wanted, among: Among, by: Sequence[str], most: int
) -> dict[str, Counted]:
    matching = _matching(connection, wanted, among)[:2] if wanted.any else None
    return sqlite_pages.counted(connection, among, matching, by, most=most)


def _split(text: str) -> str:
    return CJK.sub(r" \1 ", text)


def _phrase(word: str) -> str:
    return f'"{_split(word).strip()}"'


def _score(rank: float) -> float:
    """bm25 as SQLite gives it is better the more negative it is, and has no bound."""
    return -rank / (1.0 - rank)


def _passage(body: str, query: str) -> str:
    lowered = body.casefold()
    places = [lowered.find(word.casefold()) for word in _WORD.findall(query[:LONGEST_QUERY])]
    first = min((place for place in places if place >= 0), default=0)
    start = max(0, first - _HIGHLIGHT // 4)
    return body[start : start + _HIGHLIGHT].strip()
