"""Entities in a collection of ChromaDB, with their versions in SQLite beside it.

For the one process that has the store open. Chroma knows neither "only if newer" nor an order, and forgets what was
deleted; the versions know all three. A change is written to Chroma first, and its version committed after that: what is
cut in between is written once more. What Chroma really holds, its own metadata tell.
"""

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integrations.sqlite import versions
from integrations.sqlite.file import SqliteFile
from integrations.vectors.shown import Shown, in_order, is_whole, narrowed
from magicai.errors import Permanent
from magicai.ports import Facets, Hit
from magicai.stores.entity import ProjectedEntity

if TYPE_CHECKING:
    import numpy as np

_PAGE = 1000
_SEPARATOR = "\x1f"


class VectorCollection:
    """One collection.

    Args:
        collection: chromadb's, with cosine distance and without an embedding function.
        path: of the versions.
    """

    def __init__(self, collection: Any, path: Path) -> None:
        self._collection = collection
        self._versions = SqliteFile(path, versions.SCHEMA)

    async def apply(self, changes: Sequence[tuple[Shown, "np.ndarray | None"]]) -> None:
        """Take over entities with their vectors, and tombstones, which have none; what is not newer changes nothing."""

        def do(connection: sqlite3.Connection) -> None:
            taken = {
                _id(one.kind, one.entity_id): (one, vector)
                for one, vector in changes
                if versions.take(connection, one.held, vector is None)
            }
            live = [(chroma_id, one, vector) for chroma_id, (one, vector) in taken.items() if vector is not None]
            if gone := [chroma_id for chroma_id, (_, vector) in taken.items() if vector is None]:
                self._collection.delete(ids=gone)
            if live:
                self._collection.upsert(
                    ids=[chroma_id for chroma_id, _, _ in live],
                    embeddings=[vector for _, _, vector in live],
                    metadatas=self._instead(
                        {chroma_id: one.printed(vector).as_json() for chroma_id, one, vector in live}
                    ),
                )

        await self._versions.write(do)

    def _instead(self, new: "Mapping[str, dict[str, Any]]") -> list[Any]:
        """Metadata that leave nothing of what was there before: Chroma adds to it, and forgets what is None."""
        there = self._collection.get(ids=[*new], include=["metadatas"])
        old = dict(zip(there["ids"], there["metadatas"] or [], strict=True))
        return [{**dict.fromkeys(old.get(chroma_id) or {}), **one} for chroma_id, one in new.items()]

    async def held(self, after: tuple[str, str], limit: int) -> list[ProjectedEntity]:
        """What is held, live only, by key; before the first page, both sides are brought to know of the same."""
        if after == ("", ""):
            await self._versions.write(self._adopt)
        found: list[ProjectedEntity] = []
        while len(found) < limit:
            size = min(limit - len(found), _PAGE)
            page = await self._versions.read(lambda connection, a=after, n=size: versions.held(connection, a, n))
            if not page:
                break
            after = (page[-1].kind, page[-1].entity_id)
            found += await self._versions.write(lambda connection, p=page: self._really(connection, p))
        return found

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Hold nothing of these any more."""

        def do(connection: sqlite3.Connection) -> None:
            versions.forget(connection, keys)
            if keys:
                self._collection.delete(ids=[_id(*key) for key in keys])

        await self._versions.write(do)

    def nearest(
        self, vector: "np.ndarray", owner_id: str, kinds: Sequence[str], where: Facets, limit: int
    ) -> list[Hit]:
        """An owner's entities, the nearest first."""
        conditions = narrowed(owner_id, kinds, where)
        found = self._collection.query(
            query_embeddings=[vector],
            n_results=limit,
            where=conditions[0] if len(conditions) == 1 else {"$and": conditions},
            include=["metadatas", "distances"],
        )
        pairs = zip(found["metadatas"][0], found["distances"][0], strict=True)
        return in_order([Shown.of_json(metadata).hit(distance) for metadata, distance in pairs])

    def check(self, dimension: int) -> int:
        """Write, read back and remove a vector; answers how many are held.

        Raises:
            Permanent: it was not given back.
        """
        one, vector = f"check{_SEPARATOR}{secrets.token_hex(8)}", [1.0, *[0.0] * (dimension - 1)]
        self._collection.upsert(ids=[one], embeddings=[vector], metadatas=[{"owner_id": _SEPARATOR}])
        given_back = self._collection.get(ids=[one], include=["embeddings"])["embeddings"]
        self._collection.delete(ids=[one])
        if [list(one) for one in given_back] != [vector]:
            raise Permanent("store_write_lost", server="ChromaDB")
        return self._collection.count()

    async def close(self) -> None:
        """Let go of the versions."""
        await self._versions.close()

    def _adopt(self, connection: sqlite3.Connection) -> None:
        """Note down what only Chroma knows of: its versions were lost, or are of another day, or it was put there."""
        for offset in range(0, self._collection.count(), _PAGE):
            page = self._collection.get(limit=_PAGE, offset=offset, include=["metadatas"])
            rows = [_there(*one) for one in zip(page["ids"], page["metadatas"], strict=True)]
            connection.executemany(
                "INSERT INTO versions VALUES (?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET gone = 0 WHERE gone",
                [(row.kind, row.entity_id, row.version, row.digest) for row in rows if row is not None],
            )

    def _really(self, connection: sqlite3.Connection, page: Sequence[ProjectedEntity]) -> list[ProjectedEntity]:
        """A page as Chroma has it; what it has lost is forgotten, so that it can be taken over again."""
        ids = [_id(one.kind, one.entity_id) for one in page]
        found = self._collection.get(ids=ids, include=["metadatas", "embeddings"])
        there: dict[tuple[str, str], ProjectedEntity] = {}
        for chroma_id, metadata, vector in zip(found["ids"], found["metadatas"], found["embeddings"], strict=True):
            held = _there(chroma_id, metadata)
            if held is not None:
                good = is_whole(metadata, vector)
                there[held.kind, held.entity_id] = held if good else replace(held, digest="")
        keys = [(one.kind, one.entity_id) for one in page]
        versions.forget(connection, [key for key in keys if key not in there])
        return [there[key] for key in keys if key in there]


def _id(kind: str, entity_id: str) -> str:
    return f"{kind}{_SEPARATOR}{entity_id}" if kind else entity_id


def _there(chroma_id: str, metadata: Any) -> ProjectedEntity | None:
    """What Chroma says that it holds under an id, whoever put it there; None of what `check` leaves for a moment."""
    metadata = metadata or {}
    kind, separator, entity_id = chroma_id.partition(_SEPARATOR)
    if metadata.get("owner_id") == _SEPARATOR:
        return None
    if not separator:
        kind, entity_id = "", chroma_id
    version, digest = metadata.get("version", 0), metadata.get("digest", "")
    return ProjectedEntity(kind, entity_id, version if isinstance(version, int) else 0, str(digest))
