"""The graph on a Neo4j server of the user's, through the official driver; Community is enough."""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, LiteralString, cast

from integrations.graph.cypher import Cypher
from integrations.sqlite.versions import print_of
from magicai.errors import Missing, Permanent
from magicai.ports import Shared, Target
from magicai.settings import Settings
from magicai.stores.entity import Entity, ProjectedEntity, Store, Versioned

if TYPE_CHECKING:
    from neo4j import AsyncManagedTransaction

_LIMIT_S = 30.0
_BATCH = 500
# A lone half of a surrogate pair, which a page may state, is no UTF-8.
_HALVES = re.compile("[\ud800-\udfff]")


class Neo4jGraph:
    """The graph on a server of the user's.

    Args:
        address: with user and password, where it has them.
        limit_s: for each exchange with the server.

    Raises:
        Invalid: the address is none of a Neo4j server.
        Missing: the driver is not installed.
    """

    store: Store = "graph"

    def __init__(self, settings: Settings, address: str, *, limit_s: float = _LIMIT_S) -> None:
        if find_spec("neo4j") is None:
            raise Missing("neo4j_not_installed")
        from integrations.graph import neo4j_client

        # Settings hold it to letters, digits and underscores.
        self._cypher = Cypher(cast("LiteralString", settings.namespace))
        where = neo4j_client.Address.of(address, settings)
        self._shown = where.shown
        self._client = neo4j_client.Client(where, self._cypher, limit_s)

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        for start in range(0, len(changes), _BATCH):
            newest: dict[str, Versioned] = {}
            for change in changes[start : start + _BATCH]:
                key = _id(change.owner_id, change.kind, change.entity_id)
                if key not in newest or newest[key].version < change.version:
                    newest[key] = change
            await self._client.write(self._apply, newest)

    async def _apply(self, transaction: "AsyncManagedTransaction", newest: dict[str, Versioned]) -> None:
        # Locked in one order by all, so that two who write do not wait for each other.
        rows = [_row(key, newest[key]) for key in sorted(newest)]
        taken = set(await _ids(transaction, self._cypher.take, rows=rows))
        former = await _ids(transaction, self._cypher.former, rows=[row for row in rows if row["id"] in taken])
        ends = await _ids(transaction, self._cypher.cut, ids=sorted({*taken, *former}))
        await transaction.run(self._cypher.forget, ids=sorted(former))
        live = {key: one.entity for key, one in newest.items() if key in taken and one.entity is not None}
        neighbours: dict[str, dict[str, str]] = {}
        edges: list[tuple[str, str, str]] = []
        for key, entity in live.items():
            for relation in entity.relations:
                other = _id(entity.owner_id, relation.to_kind, relation.to_key)
                neighbours[other] = {
                    "id": other,
                    "owner": entity.owner_id,
                    "kind": relation.to_kind,
                    "key": _whole(relation.to_key),
                    "label": _whole(relation.to_label),
                }
                edges.append((key, relation.kind, other))
        await transaction.run(self._cypher.neighbours, rows=[neighbours[key] for key in sorted(neighbours)])
        await transaction.run(self._cypher.point, rows=edges)
        await transaction.run(self._cypher.sweep, ids=sorted({*ends, *former, *newest}))

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key."""

        async def read(transaction: "AsyncManagedTransaction") -> list[ProjectedEntity]:
            kind, key = after
            found = await _rows(transaction, self._cypher.held_of_kind, kind=kind, key=key, limit=limit)
            if len(found) < limit:
                left = limit - len(found)
                found += await _rows(transaction, self._cypher.held_of_later_kinds, kind=kind, limit=left)
            return [_held(row) for row in found]

        return await self._client.read(read)

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""

        async def write(transaction: "AsyncManagedTransaction", part: Sequence[tuple[str, str]]) -> None:
            found = sorted(await _ids(transaction, self._cypher.find, keys=[list(key) for key in part]))
            ends = await _ids(transaction, self._cypher.cut, ids=found)
            await transaction.run(self._cypher.forget, ids=found)
            await transaction.run(self._cypher.sweep, ids=sorted({*ends, *found}))

        for start in range(0, len(keys), _BATCH):
            await self._client.write(write, keys[start : start + _BATCH])

    async def shared(
        self, owner_id: str, kind: str, relation: str, *, across: str, among: Target, least: int = 2
    ) -> list[Shared]:
        """What an owner's entities of a kind share: the nodes at which they point by `relation` from several groups."""
        rows = await self._client.read(
            _rows,
            self._cypher.shared,
            kind=kind,
            relation=relation,
            across=across,
            among=_id(owner_id, among.kind, among.key),
            among_by=among.relation,
            least=least,
        )
        rows.sort(key=lambda row: (-row["many"], -row["members"], row["label"]))
        return [Shared(row["key"], row["label"], tuple(sorted(row["groups"])), row["members"]) for row in rows]

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""
        mark = secrets.token_hex(8)

        async def write(transaction: "AsyncManagedTransaction") -> dict[str, Any]:
            if await _ids(transaction, self._cypher.check, id=mark) != [mark]:
                raise Permanent("store_write_lost", server=f"Neo4j at {self._shown}")
            (counts,) = await _rows(transaction, self._cypher.count)
            return counts

        counts = await self._client.write(write)
        return f"{counts['nodes']} nodes, {counts['edges']} edges of {self._cypher.namespace} at {self._shown}"

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


async def _rows(
    transaction: "AsyncManagedTransaction", statement: LiteralString, **values: Any
) -> list[dict[str, Any]]:
    return await (await transaction.run(statement, values)).data()


async def _ids(transaction: "AsyncManagedTransaction", statement: LiteralString, **values: Any) -> list[str]:
    return [row["id"] for row in await _rows(transaction, statement, **values)]


def _held(row: dict[str, Any]) -> ProjectedEntity:
    """What a node says, without a digest where it is another than was written."""
    ends = [(relation, other) for relation, other in row["ends"]]
    there = _print(row["id"], row["owner"], row["label"], row["url"], ends)
    digest = row["digest"] if row["print"] == there else ""
    return ProjectedEntity(row["kind"], row["entity_id"], row["version"] or 0, digest or "")


def _print(key: str, owner: object, label: object, url: object, ends: list[tuple[str, str]]) -> str:
    return print_of(key, owner, label, url, sorted(set(ends)))


def _print_of(key: str, entity: Entity) -> str:
    ends = [(r.kind, _id(entity.owner_id, r.to_kind, r.to_key)) for r in entity.relations]
    return _print(key, entity.owner_id, _whole(entity.title), _whole(entity.url), ends)


def _row(key: str, change: Versioned) -> dict[str, Any]:
    entity = change.entity
    return {
        "id": key,
        "owner": change.owner_id,
        "kind": change.kind,
        "key": change.entity_id,
        "version": change.version,
        "digest": change.digest,
        "gone": entity is None,
        "label": None if entity is None else _whole(entity.title),
        "url": None if entity is None else _whole(entity.url),
        "print": None if entity is None else _print_of(key, entity),
    }


def _id(owner_id: str, kind: str, key: str) -> str:
    """What no other node of the installation has; Community has no node keys, and an index takes no long strings."""
    return hashlib.sha256(json.dumps([owner_id, kind, key]).encode()).hexdigest()


def _whole(text: str) -> str:
    return _HALVES.sub("\ufffd", text)
