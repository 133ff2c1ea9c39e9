"""Page bodies in one SQLite file: compressed, under their SHA-256, all of a batch in one transaction.

A file a body would be simpler to look into. But making a thousand files costs a crawl up to half of its time, and many
file systems hold millions of them badly.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeVar

import zstandard

from integrations.memory import trim_memory
from integrations.sqlite.file import SqliteFile
from magicai.errors import NotFound
from magicai.values.times import now_us

T = TypeVar("T")

_LARGEST = 64_000_000
_LEVEL = 1
# Rows in one statement: each statement lets other threads run, and has to wait for them behind it.
_ROWS = 100
_PRUNED_AT_ONCE = 500
# Bytes of pages that are packed and written while the event loop waits, which takes as long as reading one of them: a
# thread would have to wait for whoever reads a dozen times.
_AT_ONCE = 1_000_000
_LOG_EVERY = 10  # puts: the log has at most some megabytes
_GIVE_BACK_EVERY = 4  # puts: each time takes a millisecond, and makes the next pages touch their memory anew
_SCHEMA = """
CREATE TABLE IF NOT EXISTS contents (place INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bodies (
    digest BLOB PRIMARY KEY, kept_at INTEGER NOT NULL, place INTEGER NOT NULL UNIQUE
) WITHOUT ROWID;
"""


class Bodies:
    """Bodies by their SHA-256, as bytes; many processes may use the file at once, and any of them may be killed.

    Its `kept_at` says in UTC microseconds when a body was last put.
    """

    def __init__(self, path: Path) -> None:
        # The file shrinks again where pruning leaves room. One thread with a small cache: a crawl has little memory.
        pragmas = ("auto_vacuum = INCREMENTAL", "cache_size = -256")
        lost = "delete_bodies_file"
        # Of what is put, each number of bodies is a statement of its own: kept, they would hold megabytes of them.
        self._file = SqliteFile(
            path, _SCHEMA, threads=1, pragmas=pragmas, statements=0, log_every=_LOG_EVERY, lost=lost
        )
        self._puts = 0

    async def put(self, bodies: Sequence[bytes], digests: Sequence[bytes] = ()) -> list[bytes]:
        """Keep bodies; answers their digests, in order, and computes them where they are not given."""
        self._puts += 1
        give = self._puts % _GIVE_BACK_EVERY == 0
        write = self._file.write_small if sum(map(len, bodies)) <= _AT_ONCE else self._file.write
        return await write(lambda connection: _put(connection, bodies, digests, give=give))

    async def get(self, digest: bytes) -> bytes | None:
        """A body, or None where it is not here.

        Raises:
            NotFound: it is damaged; it has been taken away, so that it can be kept again.
        """
        packed = await self._file.read(lambda connection: _packed(connection, digest))
        if packed is None:
            return None
        body = unpacked(packed, digest)
        if body is None:
            await self._file.write(lambda connection: _remove(connection, [digest]))
            raise damaged(digest)
        return body

    async def prune(self, keep: AbstractSet[bytes], before: int, among: AbstractSet[bytes] | None) -> int:
        """Remove bodies that were last put before then and are not in `keep`, of some only or all; answers how many."""
        removed, after = 0, b""
        while True:
            old = await self._file.read(lambda connection, after=after: _old(connection, before, after))
            if not old:
                return removed
            after = old[-1]
            unnamed = [one for one in old if one not in keep and (among is None or one in among)]
            if unnamed:
                removed += await self._file.write(lambda connection, gone=unnamed: _prune(connection, gone, before))

    async def close(self) -> None:
        """Let go of the file."""
        await self._file.close()


def unpacked(packed: bytes, digest: bytes) -> bytes | None:
    """The body of that digest out of its compressed form, or None where that is damaged."""
    try:
        body = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    except zstandard.ZstdError:
        return None
    return body if hashlib.sha256(body).digest() == digest else None


def damaged(digest: bytes) -> NotFound:
    """What to raise of a body that is not what it was."""
    return NotFound("body_damaged", digest=digest.hex())


def _put(
    connection: sqlite3.Connection, bodies: Sequence[bytes], digests: Sequence[bytes], *, give: bool
) -> list[bytes]:
    digests = list(digests) or [hashlib.sha256(body).digest() for body in bodies]
    missing = dict(zip(digests, bodies, strict=True))
    now = now_us()
    for part in _in_parts(list(missing)):
        # One that is there is as good as new: it is not to be pruned before the records name it.
        there = f"UPDATE bodies SET kept_at = ? WHERE digest IN ({_marks(part)}) RETURNING digest"  # noqa: S608 - only marks
        for (digest,) in connection.execute(there, (now, *part)).fetchall():
            del missing[digest]
    (last,) = connection.execute("SELECT coalesce(max(place), 0) FROM contents").fetchone()
    for part in _in_parts(list(missing.items())):
        contents: list[object] = []
        index: list[object] = []
        for place, ((digest, _), packed) in enumerate(zip(part, _all_packed(part), strict=True), last + 1):
            contents += (place, packed)
            index += (digest, now, place)
        connection.execute(f"INSERT INTO contents VALUES {_marks(part, '(?, ?)')}", contents)  # noqa: S608 - likewise
        connection.execute(f"INSERT INTO bodies VALUES {_marks(part, '(?, ?, ?)')}", index)  # noqa: S608 - likewise
        last += len(part)
    if give:
        trim_memory()  # a good moment: whoever keeps bodies has read that many pages
    return digests


def _all_packed(part: Sequence[tuple[bytes, bytes]]) -> list[object]:
    """Bodies in their compressed form, made in one call: a thread would wait for whoever reads pages after each."""
    compressor: Any = zstandard.ZstdCompressor(level=_LEVEL)
    some = [body for _, body in part if body]
    packed = iter(compressor.multi_compress_to_buffer(some) if some else ())
    return [next(packed) if body else compressor.compress(body) for _, body in part]


def _packed(connection: sqlite3.Connection, digest: bytes) -> bytes | None:
    query = "SELECT body FROM bodies JOIN contents USING (place) WHERE digest = ?"
    found = connection.execute(query, (digest,)).fetchone()
    return None if found is None else found[0]


def _old(connection: sqlite3.Connection, before: int, after: bytes) -> list[bytes]:
    query = "SELECT digest FROM bodies WHERE digest > ? AND kept_at < ? ORDER BY digest LIMIT ?"
    return [digest for (digest,) in connection.execute(query, (after, before, _PRUNED_AT_ONCE))]


def _prune(connection: sqlite3.Connection, digests: Sequence[bytes], before: int) -> int:
    query = "SELECT digest FROM bodies WHERE digest = ? AND kept_at < ?"
    still = [digest for digest in digests if connection.execute(query, (digest, before)).fetchone()]
    _remove(connection, still)
    return len(still)


def _remove(connection: sqlite3.Connection, digests: Sequence[bytes]) -> None:
    for digest in digests:
        connection.execute("DELETE FROM contents WHERE place = (SELECT place FROM bodies WHERE digest = ?)", (digest,))
        connection.execute("DELETE FROM bodies WHERE digest = ?", (digest,))
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    for _ in range(free):
        connection.execute("PRAGMA incremental_vacuum(1)")  # Python takes one step of it, which is one page


def _in_parts(values: Sequence[T]) -> list[Sequence[T]]:
    return [values[start : start + _ROWS] for start in range(0, len(values), _ROWS)]


def _marks(values: Sequence[object], of_one: str = "?") -> str:
    return ", ".join([of_one] * len(values))
