"""What writing in batches is worth on each server: the same entities one by one, and together.

The servers are those that MAGICAI_TEST_STORES lists (docs/how-to/test-servers.md); a missing one gets no row.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from benchmarks.table import Row
from integrations.cache.redis import RedisCache
from integrations.graph.neo4j import Neo4jGraph
from integrations.search.elasticsearch import ElasticsearchSearch
from integrations.vectors.chroma_server import ChromaServerVectors
from magicai.ports import Projection
from magicai.settings import Settings
from magicai.stores.entity import Entity, Relation, Versioned
from tests.servers import address, namespace

_ENTITIES, _ROUNDS = 200, 3


class _Embedder:
    """Vectors of a usual length, for nothing: the store is what is measured."""

    name, dimension = "random", 512

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> np.ndarray:
        del as_queries
        drawn = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dimension))
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def _graph(settings: Settings) -> Projection:
    return Neo4jGraph(settings, address("neo4j"))


def _vectors(settings: Settings) -> Projection:
    return ChromaServerVectors(settings, address("chroma"), _Embedder())


def _cache(settings: Settings) -> Projection:
    return RedisCache(address("redis"), namespace=settings.namespace)


def _search(settings: Settings) -> Projection:
    return ElasticsearchSearch(address("elasticsearch"), namespace=settings.namespace)


STORES: Mapping[str, Callable[[Settings], Projection]] = {
    "Neo4j": _graph,
    "ChromaDB": _vectors,
    "Redis": _cache,
    "Elasticsearch": _search,
}


def rows(data: Path, *, quick: bool) -> list[Row]:  # noqa: ARG001 - the table's one interface
    """A row for each server that is there."""
    found: list[Row] = []
    for name, opened in STORES.items():
        try:
            together, single = asyncio.run(_measured(opened, 1 if quick else _ROUNDS))
        except pytest.skip.Exception:
            continue
        what = f"{_ENTITIES} entities to {name} in one batch, against single writes"
        found.append(Row(what, "s", together, single, "one by one", most=0.2))
    return found


async def _measured(opened: Callable[[Settings], Projection], rounds: int) -> tuple[float, float]:
    """Seconds for all in one batch, and one by one."""
    store = opened(Settings(namespace=namespace()))
    try:
        await store.check()
        kinds = [(f"{way}-{number}", way) for number in range(rounds) for way in ("warm", "batch", "single")]
        took: dict[str, list[float]] = {"warm": [], "batch": [], "single": []}
        for kind, way in kinds:
            entities = [_entity(kind, place) for place in range(_ENTITIES)]
            began = time.perf_counter()
            for part in [[one] for one in entities] if way == "single" else [entities]:
                await store.apply(part)
            took[way].append(time.perf_counter() - began)
            await store.drop([(one.kind, one.entity_id) for one in entities])
    finally:
        await store.close()
    return median(took["batch"]), median(took["single"])


def _entity(kind: str, place: int) -> Versioned:
    brand, category = f"brand {place % 20}", f"category {place % 5}"
    relations = (
        Relation("SOLD_BY", "shop", "shop.example", "shop.example"),
        Relation("OF_BRAND", "brand", brand, brand.title()),
        Relation("IN_CATEGORY", "category", f"shop.example/{category}", category.title()),
    )
    words = f"Kettle {place} of steel, for a whole table" * 5
    entity = Entity(kind, f"{place:04}", "o", f"Kettle {place}", words, "en", "https://shop.example/", {}, relations)
    return Versioned(kind, entity.entity_id, "o", 1, entity.digest, entity)
