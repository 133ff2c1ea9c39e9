"""A whole installation with a server for each role, opened as settings say; and all that the servers hold of it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from integrations.open import Ports
from integrations.processes import on_demand
from magicai.errors import NotFound
from magicai.settings import Settings
from magicai.shops.brands import shared_brands
from magicai.shops.entities import product_entity
from magicai.shops.product import Product
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.records.schema import Schema
from tests.contract.search import indexes
from tests.servers import address

QUESTIONS = 50
_DIMENSION = 1024  # so many that no two words share one
_BRANDS = ("Alessi", "Bodum", "Chemex", "龙井")
_ADDRESSES = {
    "database_url": "postgresql",
    "redis_url": "redis",
    "elasticsearch_url": "elasticsearch",
    "neo4j_url": "neo4j",
    "chromadb_url": "chroma",
    "files_url": "s3",
}


def embedded(home: Path) -> Settings:
    """Everything below one folder."""
    return Settings(home=home, idle_seconds=300)


def on_servers(home: Path, namespace: str) -> Settings:
    """Every role on a server."""
    places = {name: address(server) for name, server in _ADDRESSES.items()}
    return Settings(home=home, namespace=namespace, stores_accepted="all", **places)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Ports]:
    """The ports that settings choose, with an embedder that is there at once."""
    ports = Ports(settings)
    ports.__dict__["embedded_embedder"] = HashingEmbedder(dimension=_DIMENSION)
    try:
        yield ports
    finally:
        await ports.close()
        await on_demand.stop(settings.home / "chroma")


def product(number: int) -> Product:
    """One of a shop's: its word is in no other's name."""
    return Product(
        id=f"p{number:03}",
        url=f"https://shop.example/{number}",
        name=f"Kettle word{number:03}",
        brand=_BRANDS[number % len(_BRANDS)],
        category=(("Tea", "Coffee", "Bar")[number % 3],),
        description=f"Boils {number} cups",
    )


async def keep(ports: Ports, owner_id: str, numbers: range) -> None:
    """Keep a shop's products."""
    made = [product_entity(product(number), shop="shop.example", owner_id=owner_id) for number in numbers]
    await ports.records.entities.save(made)


async def answers(ports: Ports, owner_id: str) -> dict[str, list[object]]:
    """What every store says to as many questions; without scores, which each counts in its own way."""
    found: dict[str, list[object]] = {role: [] for role in ("records", "search", "vectors", "graph", "files")}
    bodies = sorted([digest async for digest in ports.records.referenced() if digest])
    results = [name async for name in ports.files.results()]
    for number in range(QUESTIONS):
        name = product(number).name
        found["records"].append(await _entity(ports, f"p{number:03}", owner_id))
        found["search"].append({hit.entity_id for hit in await ports.search.search(name, owner_id=owner_id, limit=1)})
        nearest = await ports.vectors.nearest(f"{name} Boils {number} cups", owner_id=owner_id, limit=1)
        found["vectors"].append([(hit.entity_id, hit.title) for hit in nearest])
        shop, least = ("shop.example", "elsewhere.example")[number % 2], 1 + number % 4
        found["graph"].append(await shared_brands(ports.graph, owner_id, shop, least=least))
        found["files"].append(await ports.files.get(bodies[number % len(bodies)]))
        found["files"].append(await ports.files.result(results[number % len(results)]))
    found["records"] += [run.run_id for run in await ports.records.runs.listed(owner_id=owner_id)]
    found["cache"] = [one.entity_id for one in await ports.cache.held()]
    return found


async def _entity(ports: Ports, entity_id: str, owner_id: str) -> object:
    try:
        return await ports.records.entities.get("product", entity_id, owner_id=owner_id)
    except NotFound:
        return None


async def everything(settings: Settings) -> dict[str, str]:
    """All that each server gives out of an installation by its own interface, as one text."""
    return {
        "records": await asyncio.to_thread(_rows, settings),
        "cache": await _redis(settings.namespace),
        "search": await _documents(settings.namespace),
        "graph": await _nodes(settings.namespace),
        "vectors": await _vectors(settings.namespace),
        "files": await _objects(settings.namespace),
    }


async def forget(settings: Settings) -> None:
    """Leave nothing of an installation on the servers."""
    namespace = settings.namespace
    with Schema.made(address("postgresql"), namespace):
        pass
    await indexes.forget(namespace)
    await _cypher(f"MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH '{namespace}_') DETACH DELETE n")
    await _cypher(f"DROP CONSTRAINT {namespace}_node IF EXISTS")
    await _cypher(f"DROP INDEX {namespace}_known IF EXISTS")
    async with _chroma(namespace) as (client, collections):
        for collection in collections:
            await client.delete(f"{_CHROMA}/{collection['name']}")
    async with _redis_client() as client:
        if names := [name async for name in client.scan_iter(f"*{namespace}*", count=1000)]:
            await client.delete(*names)
    async with opened(settings) as ports:
        await ports.files.discard([name async for name in ports.files.results()])
        await ports.files.prune(_nothing(), before=2**62)


async def _nothing() -> AsyncIterator[str]:
    for one in ():
        yield one


def _rows(settings: Settings) -> str:
    schema = Schema(address("postgresql"), settings.namespace)
    tables = schema.run(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{settings.namespace}'")
    return "\n".join(str(schema.run(f'SELECT * FROM "{table}"')) for (table,) in tables)


@asynccontextmanager
async def _redis_client() -> AsyncGenerator[Any]:
    import redis.asyncio as vendor

    client = cast("Any", vendor.Redis).from_url(address("redis"))
    try:
        yield client
    finally:
        await client.aclose()


async def _redis(namespace: str) -> str:
    async with _redis_client() as client:
        names = [name async for name in client.scan_iter(f"*{namespace}*", count=1000)]
        kept = [(name, await _redis_value(client, name)) for name in names]
    return str(kept)


async def _redis_value(client: Any, name: bytes) -> Any:
    kind = (await client.type(name)).decode()
    if kind == "string":
        return await client.get(name)
    if kind == "hash":
        return await client.hgetall(name)
    if kind == "zset":
        return await client.zrange(name, 0, -1)
    raise AssertionError(f"{name!r} is a {kind}, of which this test knows nothing")


async def _documents(namespace: str) -> str:
    async with httpx.AsyncClient(base_url=address("elasticsearch"), trust_env=False, timeout=60) as client:
        await client.post(f"/{namespace}*/_refresh")
        found = await client.get(f"/{namespace}*/_search", params={"size": 5000})
        return found.raise_for_status().text


async def _nodes(namespace: str) -> str:
    ours = f"any(l IN labels(n) WHERE l STARTS WITH '{namespace}_')"
    nodes = await _cypher(f"MATCH (n) WHERE {ours} RETURN labels(n), properties(n)")
    edges = await _cypher(f"MATCH (n)-[e]->(m) WHERE {ours} RETURN type(e), properties(e), properties(m)")
    return f"{nodes}\n{edges}"


async def _cypher(statement: str) -> Any:
    from neo4j import AsyncGraphDatabase

    parts = urlsplit(address("neo4j"))
    auth = (parts.username or "", parts.password or "")
    open_driver = cast("Any", AsyncGraphDatabase).driver
    async with open_driver(f"{parts.scheme}://{parts.hostname}:{parts.port}", auth=auth) as driver:
        return [record.values() for record in (await driver.execute_query(statement)).records]


_CHROMA = "/api/v2/tenants/default_tenant/databases/default_database/collections"


@asynccontextmanager
async def _chroma(namespace: str) -> AsyncGenerator[tuple[httpx.AsyncClient, list[dict[str, str]]]]:
    async with httpx.AsyncClient(base_url=address("chroma"), trust_env=False, timeout=60) as client:
        found = (await client.get(_CHROMA, params={"limit": 1000})).raise_for_status().json()
        yield client, [one for one in found if one["name"].startswith(namespace)]


async def _vectors(namespace: str) -> str:
    wanted = {"include": ["metadatas", "documents"]}
    async with _chroma(namespace) as (client, collections):
        found = [await client.post(f"{_CHROMA}/{collection['id']}/get", json=wanted) for collection in collections]
    return "\n".join(one.raise_for_status().text for one in found)


async def _objects(namespace: str) -> str:
    import obstore
    from obstore.store import S3Store

    bucket = address("s3").removeprefix("s3://")
    store = cast("Any", S3Store)(bucket, prefix=namespace, client_options={"allow_http": True})
    told: list[str] = []
    async for page in cast("Any", obstore).list(store):
        for one in page:
            body = bytes(await (await cast("Any", obstore).get_async(store, one["path"])).bytes_async())
            told.append(f"{one['path']}: {_readable(body)}")
    return "\n".join(told)


def _readable(body: bytes) -> str:
    import zstandard

    try:
        return zstandard.ZstdDecompressor().decompress(body, max_output_size=10_000_000).decode(errors="replace")
    except zstandard.ZstdError:
        return body.decode(errors="replace")
