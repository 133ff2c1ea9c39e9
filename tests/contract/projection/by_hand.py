"""What somebody does to a store behind the product's back, by the store's own means: one function an implementation.

A server is one more entry in BY_HAND.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import httpx

from integrations.cache.redis import RedisCache
from integrations.processes import on_demand
from magicai.stores.entity import cache_key
from tests.contract.cache.running import cluster_url, redis_url
from tests.contract.graph.neo4j_namespace import namespace_of, run
from tests.contract.projection.implementations import Place
from tests.contract.vectors.chroma_run import ChromaRun
from tests.servers import address

Ids = Sequence[str]
# Removes, changes and adds products of these ids.
ByHand = Callable[[Place, Ids, Ids, Ids], Awaitable[None]]


def _rows(ids: Ids) -> list[tuple[str]]:
    return [(one,) for one in ids]


async def search_file(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    with closing(sqlite3.connect(place.home / "s.sqlite3")) as file, file:
        file.executemany("DELETE FROM documents WHERE entity_id = ?", _rows(removed))
        # Half of them in what is shown, half in what is searched.
        file.executemany("UPDATE documents SET title = 'By hand' WHERE entity_id = ?", _rows(changed[::2]))
        file.executemany(
            "UPDATE words SET title = 'By hand' WHERE rowid = (SELECT id FROM documents WHERE entity_id = ?)",
            _rows(changed[1::2]),
        )
        file.executemany(
            "INSERT INTO documents (kind, entity_id, owner_id, title, body, url)"
            " VALUES ('product', ?, 'o', 'x', '', '')",
            _rows(added),
        )


async def graph_file(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    with closing(sqlite3.connect(place.home / "g.sqlite3")) as file, file:
        file.executemany("DELETE FROM nodes WHERE kind = 'product' AND key = ?", _rows(removed))
        file.executemany("UPDATE nodes SET label = 'By hand' WHERE kind = 'product' AND key = ?", _rows(changed[::3]))
        file.executemany("DELETE FROM edges WHERE from_key = ?", _rows(changed[1::3]))
        file.executemany(
            "INSERT INTO edges VALUES ('o', 'OF_BRAND', 'product', ?, 'brand', 'stray')", _rows(changed[2::3])
        )
        file.executemany("INSERT INTO nodes VALUES ('o', 'product', ?, 'Stray', 1)", _rows(added))


async def cache_file(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    with closing(sqlite3.connect(place.home / "c.sqlite3")) as file, file:
        file.executemany("DELETE FROM entries WHERE key = ?", [(cache_key("o", "product", one),) for one in removed])
        file.executemany(
            "UPDATE entries SET value = '{}' WHERE key = ?", [(cache_key("o", "product", one),) for one in changed]
        )
        file.executemany(
            "INSERT INTO entries VALUES (?, '{}', 1e12)", [(cache_key("o", "product", one),) for one in added]
        )


_CHROMA = """
import json, sys
import chromadb
from chromadb.config import Settings
where, name, removed, changed, added = json.loads(sys.argv[1])
settings = Settings(anonymized_telemetry=False)
if isinstance(where, str):
    client = chromadb.PersistentClient(where, settings=settings)
else:
    client = chromadb.HttpClient(*where, settings=settings)
(collection,) = [one for one in client.list_collections() if name in one.name]
rows = collection.get(include=["metadatas", "embeddings"])
of = {}
for row_id, metadata, vector in zip(rows["ids"], rows["metadatas"], rows["embeddings"]):
    of[metadata["entity_id"]] = (row_id, metadata, vector)
collection.delete(ids=[of[one][0] for one in removed])
for place, one in enumerate(changed):
    row_id, metadata, vector = of[one]
    if place % 2:
        collection.update(ids=[row_id], metadatas=[{"title": "By hand"}])
    else:
        collection.update(ids=[row_id], embeddings=[[1.0, *[0.0] * (len(vector) - 1)]])
for one in added:
    collection.add(ids=["stray " + one], embeddings=[[1.0, *[0.0] * (len(vector) - 1)]], metadatas=[{"by": "hand"}])
"""


async def _chroma(where: object, name: str, removed: Ids, changed: Ids, added: Ids) -> None:
    told = json.dumps([where, name, list(removed), list(changed), list(added)])
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _CHROMA, told], capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr[-2000:]


async def chroma_folder(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    folder = place.server_home / "chroma"
    await on_demand.stop(folder)  # one process at a time may have the store open
    await _chroma(str(folder / "store"), place.name, removed, changed, added)


async def chroma_server(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    url = urlsplit(ChromaRun.shared(place.server_home).url)
    await _chroma([url.hostname, url.port], place.name, removed, changed, added)


async def _redis(url: str, place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    import redis.asyncio as vendor

    kind: Any = vendor.RedisCluster if "cluster=true" in url else vendor.Redis
    client = kind.from_url(url.partition("?")[0])
    names = RedisCache(url, namespace=place.name)
    try:
        for one in removed:
            await client.delete(names.name(cache_key("o", "product", one), b"value"))
        for one in [*changed, *added]:
            await client.set(names.name(cache_key("o", "product", one), b"value"), b"by hand", ex=3600)
    finally:
        await client.aclose()


async def redis_server(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    await _redis(redis_url(), place, removed, changed, added)


async def redis_cluster(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    await _redis(cluster_url(), place, removed, changed, added)


async def neo4j_server(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    node = f"{namespace_of(place.server_home)}_Node"
    known = node.replace("_Node", "_Known")

    def do() -> None:
        run(f"MATCH (n:{node} {{kind: 'product'}}) WHERE n.key IN $ids DETACH DELETE n", ids=list(removed))
        run(f"MATCH (n:{node}) WHERE n.key IN $ids SET n.label = 'By hand'", ids=list(changed[::3]))
        run(f"MATCH (n:{node})-[e]->() WHERE n.key IN $ids DELETE e", ids=list(changed[1::3]))
        end = f"(:{node} {{id: 'stray ' + n.key, owner: 'o', kind: 'brand', key: 'stray'}})"
        stray = f"CREATE (n)-[:POINTS_AT {{relation: 'OF_BRAND'}}]->{end}"
        run(f"MATCH (n:{node}) WHERE n.key IN $ids {stray}", ids=list(changed[2::3]))
        row = "{id: one, owner: 'o', kind: 'product', key: one}"
        run(f"UNWIND $ids AS one CREATE (:{node}:{known} {row})", ids=list(added))

    await asyncio.to_thread(do)


async def elasticsearch_server(place: Place, removed: Ids, changed: Ids, added: Ids) -> None:
    alias = f"{place.name}-product"
    async with httpx.AsyncClient(base_url=address("elasticsearch"), trust_env=False, timeout=60) as client:
        wanted = {"query": {"terms": {"entity_id": [*removed, *changed]}}, "size": 1000}
        hits = (await client.post(f"/{alias}/_search", json=wanted)).json()["hits"]["hits"]
        of = {hit["_source"]["entity_id"]: hit["_id"] for hit in hits}
        stray = {"kind": "product", "owner_id": "o", "title": "x", "body": "", "url": ""}
        lines: list[Any] = [{"delete": {"_id": of[one]}} for one in removed]
        for one in changed:
            lines += [{"update": {"_id": of[one]}}, {"doc": {"title": "By hand"}}]
        for one in added:
            lines += [{"create": {"_id": f"stray {one}"}}, {**stray, "entity_id": one}]
        content = "".join(json.dumps(line) + "\n" for line in lines)
        told = await client.post(
            f"/{alias}/_bulk?refresh=true", content=content, headers={"Content-Type": "application/x-ndjson"}
        )
        assert not told.json()["errors"], told.text[:2000]


BY_HAND: dict[str, ByHand] = {
    "sqlite search": search_file,
    "sqlite graph": graph_file,
    "sqlite cache": cache_file,
    "elasticsearch": elasticsearch_server,
    "redis": redis_server,
    "redis cluster": redis_cluster,
    "chroma": chroma_folder,
    "chroma server": chroma_server,
    "neo4j": neo4j_server,
}
