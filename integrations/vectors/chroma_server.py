"""Semantic search on a ChromaDB server of the user's, which several processes and installations may share.

Chroma replaces a row by its id, whatever its version, and has no order. So each version of an entity is a row of its
own: its id holds the version, and the newest row of a key is what holds, tombstones included. Nobody changes a row; who
writes removes what is older than the newest that is there. A relay that was paused and wakes up adds a row that is not
the newest, and that nobody sees. For reading all, rows carry an evenly spread number: what lies between two numbers is
read at once, and stays the same whatever changes elsewhere.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from integrations.vectors.listing import Listing
from integrations.vectors.shown import HALVES, Shown, in_order, is_whole, narrowed, words
from magicai.errors import Missing, Permanent
from magicai.ports import NO_FACETS, Embedder, Facets, Hit
from magicai.settings import Settings
from magicai.stores.entity import ProjectedEntity, Store, Versioned

if TYPE_CHECKING:
    import numpy as np

    from integrations.vectors.chroma_client import Connection

_LIMIT_S = 30.0
# A write costs Chroma 30 ms and more, whatever its size.
_BATCH = 200
_PAGE = 1000
_SLOTS = 2**31
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """A version of an entity, or its tombstone."""

    row_id: str
    gone: bool
    shown: Shown
    whole: bool = True

    @property
    def held(self) -> ProjectedEntity:
        """Enough to compare it with the records; without a digest where somebody changed it by hand."""
        held = self.shown.held
        return held if self.whole else replace(held, digest="")


class ChromaServerVectors:
    """Vectors on a server of the user's.

    Args:
        address: with user and password, where it has them.
        embedder: the model; its dimension is that of all vectors.
        limit_s: for each request.
        space: what the vectors are called, and digest: of the model, which is kept with them.

    Raises:
        Invalid: the address is none of a ChromaDB server.
        Missing: chromadb is not installed.
    """

    store: Store = "vectors"

    def __init__(
        self,
        settings: Settings,
        address: str,
        embedder: Embedder,
        *,
        limit_s: float = _LIMIT_S,
        space: str = "",
        digest: str = "",
    ) -> None:
        if find_spec("chromadb") is None:
            raise Missing("chromadb_client_not_installed")
        from integrations.vectors import chroma_client

        self._embedder = embedder
        token = settings.chromadb_token.get_secret_value() if settings.chromadb_token else None
        where = chroma_client.Address.of(address, token)
        self._shown = where.shown
        self._name = f"{settings.namespace}-{space or f'{_plain(embedder.name)}-{embedder.dimension}'}"
        made_by = {"embedder": embedder.name, "dimension": embedder.dimension, "digest": digest}
        self._connection: Connection = chroma_client.Connection(where, self._name, limit_s, made_by)
        # A read in progress: the last key that was returned, and what was read.
        self._one_reads = asyncio.Lock()
        self._reading: tuple[tuple[str, str], Listing] | None = None

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        if not changes:
            return
        most = min(_BATCH, await self._connection.largest_batch())
        for start in range(0, len(changes), most):
            await self._apply(changes[start : start + most])

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key.

        The pages after the first are of the moment in which that was read.
        """
        async with self._one_reads:
            if self._reading is None or self._reading[0] != after or after == ("", ""):
                await self._read_all()
            assert self._reading is not None
            _, listing = self._reading
            page = await listing.page(after, limit)
            if len(page) < limit:
                self._forget_reading()
            else:
                self._reading = ((page[-1].kind, page[-1].entity_id), listing)
            return page

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            where = _any_of(_key(*key) for key in some)
            await self._connection.use(lambda collection, where=where: collection.delete(where=where))
            if strays := [entity_id for kind, entity_id in some if not kind]:
                await self._connection.use(lambda collection, strays=strays: collection.delete(ids=strays))

    async def nearest(
        self, text: str, *, owner_id: str, kinds: Sequence[str] = (), where: Facets = NO_FACETS, limit: int = 5
    ) -> list[Hit]:
        """An owner's entities that mean something near, best first; nothing is near to no words at all."""
        if not text.strip() or limit < 1:
            return []
        (vector,) = await self._embedder.embed([text], as_queries=True)
        return await self.nearest_to(vector, owner_id=owner_id, kinds=kinds, where=where, limit=limit)

    async def nearest_to(
        self, vector: "np.ndarray", *, owner_id: str, kinds: Sequence[str], where: Facets, limit: int
    ) -> list[Hit]:
        """An owner's entities whose vectors are near, best first."""
        conditions = [*narrowed(owner_id, kinds, where), {"gone": False}]
        found: list[tuple[_Row, float]] = []
        for _ in range(_TRIES):
            answered = await self._query(vector, {"$and": conditions}, limit)
            found = [(row, distance) for row, distance in answered if row is not None]
            newest = await self._settle(_key(row.shown.kind, row.shown.entity_id) for row, _ in found)
            good = [(row, distance) for row, distance in found if row.row_id in newest]
            if len(good) == len(answered):
                break
            # Something old was among them, and is removed now.
            found = good
        return in_order([row.shown.hit(distance) for row, distance in found])

    async def check(self) -> str:
        """Write, read back and remove a vector; answers where."""
        one, vector = f"check:{secrets.token_hex(8)}", [1.0, *[0.0] * (self._embedder.dimension - 1)]

        async def do(collection: Any) -> int:
            await collection.add(ids=[one], embeddings=[vector], metadatas=[{"key": one}])
            found = (await collection.get(ids=[one], include=["embeddings"]))["embeddings"]
            await collection.delete(ids=[one])
            if [list(given_back) for given_back in found] != [vector]:
                raise Permanent("store_write_lost", server=f"ChromaDB at {self._shown}")
            return await collection.count()

        count = await self._connection.use(do)
        return f"{count} vectors and tombstones of {self._embedder.name} in {self._name} at {self._shown}"

    async def remove(self) -> None:
        """Remove all vectors of this model."""
        self._forget_reading()
        await self._connection.remove()

    async def close(self) -> None:
        """Let go of the connections."""
        self._forget_reading()
        await self._connection.close()

    async def _apply(self, batch: Sequence[Versioned]) -> None:
        newest: dict[str, Versioned] = {}
        for change in batch:
            key = _key(change.kind, change.entity_id)
            if key not in newest or newest[key].version < change.version:
                newest[key] = change
        there = _newest(await self._rows(_any_of(newest)))
        taken = {k: c for k, c in newest.items() if k not in there or there[k].shown.version < c.version}
        if not taken:
            return
        live = [key for key, change in taken.items() if change.entity is not None]
        made = await self._embedder.embed([words(one.entity) for one in taken.values() if one.entity is not None])
        vectors = dict(zip(live, made, strict=True)) if live else {}
        rows = {
            "ids": [f"{key}:{change.version}" for key, change in taken.items()],
            "embeddings": [vectors[key] if key in vectors else self._anywhere(key) for key in taken],
            "metadatas": [_metadata(key, change, vectors.get(key)) for key, change in taken.items()],
        }
        # Adding what is there changes nothing: of two who write the same version, one does.
        await self._connection.use(lambda collection: collection.add(**rows))
        await self._settle(taken)

    async def _settle(self, keys: Iterable[str]) -> set[str]:
        """Remove what is older than the newest of these keys; answers the ids of the newest rows."""
        wanted = list(keys)
        rows = await self._rows(_any_of(wanted)) if wanted else []
        return await self._remove_older(rows)

    async def _remove_older(self, rows: Sequence[_Row]) -> set[str]:
        newest = {row.row_id for row in _newest(rows).values()}
        if older := [row.row_id for row in rows if row.row_id not in newest]:
            await self._connection.use(lambda collection: collection.delete(ids=older))
        return newest

    async def _rows(self, where: Mapping[str, Any], *, whole: bool = False) -> list[_Row]:
        """Rows of ours, as they are; with `whole`, seen through for what was changed by hand."""
        wanted = ["metadatas", "embeddings"] if whole else ["metadatas"]
        found = await self._connection.use(lambda collection: collection.get(where=where, include=wanted))
        rows = [_row(*one) for one in zip(found["ids"], found["metadatas"], strict=True) if _is_ours(one[1])]
        if not whole:
            return rows
        vectors = dict(zip(found["ids"], found["embeddings"], strict=True))
        seen = ((row, row.gone or is_whole(row.shown.as_json(), vectors[row.row_id])) for row in rows)
        return [replace(row, whole=good) for row, good in seen]

    async def _query(
        self, vector: "np.ndarray", where: Mapping[str, Any], limit: int
    ) -> list[tuple[_Row | None, float]]:
        """The nearest rows; None for one that was removed while Chroma looked for it."""
        found = await self._connection.use(
            lambda collection: collection.query(
                query_embeddings=[vector], n_results=limit, where=where, include=["metadatas", "distances"]
            )
        )
        rows = zip(found["ids"][0], found["metadatas"][0], found["distances"][0], strict=True)
        return [
            (_row(row_id, metadata) if _is_ours(metadata) else None, distance) for row_id, metadata, distance in rows
        ]

    async def _read_all(self) -> None:
        self._forget_reading()
        listing = Listing()
        try:
            async for rows in self._parts():
                await listing.add([row.held for row in rows if not row.gone])
        except BaseException:
            listing.close()
            raise
        self._reading = (("", ""), listing)

    async def _parts(self) -> AsyncIterator[list[_Row]]:
        """Everything that holds, about a page at a time; all versions of a key come in one."""
        count = await self._connection.use(lambda collection: collection.count())
        parts, seen = max(1, -(-count // _PAGE)), 0
        for part in range(parts):
            low, high = part * _SLOTS // parts, (part + 1) * _SLOTS // parts
            rows = await self._rows({"$and": [{"slot": {"$gte": low}}, {"slot": {"$lt": high}}]}, whole=True)
            await self._remove_older(rows)
            seen += len(rows)
            yield list(_newest(rows).values())
        if await self._connection.use(lambda collection: collection.count()) > seen:
            async for strays in self._strays():
                yield strays

    async def _strays(self) -> AsyncIterator[list[_Row]]:
        """Rows that are none of ours, which somebody put into the collection; their kind is ""."""
        offset = 0
        while page := await self._connection.use(
            lambda collection, offset=offset: collection.get(limit=_PAGE, offset=offset, include=["metadatas"])
        ):
            ids = page["ids"]
            if not ids:
                return
            pairs = zip(ids, page["metadatas"], strict=True)
            yield [_stray(i) for i, metadata in pairs if not i.startswith("check:") and not _is_ours(metadata)]
            offset += len(ids)

    def _forget_reading(self) -> None:
        if self._reading is not None:
            self._reading[1].close()
            self._reading = None

    def _anywhere(self, key: str) -> "np.ndarray":
        """The vector of a tombstone, which must have one: equal ones would spoil the index."""
        import numpy as np

        drawn = np.random.default_rng(int(key[:16], 16)).standard_normal(self._embedder.dimension)
        return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def _key(kind: str, entity_id: str) -> str:
    return hashlib.sha256(f"{kind}\x1f{entity_id}".encode(errors="surrogatepass")).hexdigest()


def _any_of(keys: Iterable[str]) -> dict[str, Any]:
    return {"key": {"$in": list(keys)}}


def _stray(row_id: str) -> _Row:
    return _Row(row_id, gone=False, shown=Shown("", row_id, "", 0, ""))


def _is_ours(metadata: Mapping[str, Any] | None) -> bool:
    """Whether a row is one that we wrote."""
    return bool(metadata and {"key", "slot", "gone", "version"} <= metadata.keys())


def _metadata(key: str, change: Versioned, vector: "np.ndarray | None") -> dict[str, Any]:
    shown = Shown.of(change)
    texts = {name: HALVES.sub("\ufffd", getattr(shown, name)) for name in ("title", "url", "passage")}
    shown = replace(shown, **texts)
    fields = (shown if vector is None else shown.printed(vector)).as_json()
    return {**fields, "key": key, "slot": int(key[:16], 16) % _SLOTS, "gone": change.entity is None}


def _row(row_id: str, metadata: Mapping[str, Any]) -> _Row:
    fields = {name: value for name, value in metadata.items() if name not in ("key", "slot", "gone")}
    return _Row(row_id, bool(metadata["gone"]), Shown.of_json(fields))


def _newest(rows: Iterable[_Row]) -> dict[str, _Row]:
    """The row that holds, by key."""
    found: dict[str, _Row] = {}
    for row in rows:
        key = row.row_id.partition(":")[0]
        if key not in found or found[key].shown.version < row.shown.version:
            found[key] = row
    return found


def _plain(name: str) -> str:
    """A name as Chroma takes it: no two become the same."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    return plain if plain == name else f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"
