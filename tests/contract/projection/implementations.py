"""Every store that is fed from the records, by name. A server is one more entry here, and skips where there is none.

What an implementation imports is imported when it is opened: processes are started for one of them each, and all of it
together takes longer than what they do.
"""

import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from magicai.settings import Settings
from magicai.stores.entity import Store
from tests.servers import address


@dataclass(frozen=True, slots=True)
class Place:
    """Where an implementation keeps what one test gives it.

    Attributes:
        home: a folder that is the test's own.
        name: no other test's; what is shared on one server is told apart by it.
        server_home: a folder for what is slow to start; all tests share it.
    """

    home: Path
    name: str
    server_home: Path


@dataclass(frozen=True, slots=True)
class Implementation:
    """How to open one.

    Attributes:
        file: the SQLite file below `home` whose integrity can be checked, if there is one.
        needs: a package without which it is skipped.
        fake: made for tests, and in their process only.
        forget: removes what a test has left on a server.
        whole: a batch that was cut is there whole or not at all; else each of its entities is.
    """

    store: Store
    open: Callable[[Place], Any]
    file: str = ""
    needs: str = ""
    fake: bool = False
    whole: bool = True
    forget: Callable[[str], Awaitable[None]] | None = None

    @property
    def missing(self) -> bool:
        """Whether it can't be tried here."""
        return bool(self.needs) and importlib.util.find_spec(self.needs) is None


def _sqlite_search(place: Place) -> Any:
    from integrations.search.sqlite import SqliteSearch

    return SqliteSearch(place.home / "s.sqlite3")


def _sqlite_graph(place: Place) -> Any:
    from integrations.graph.sqlite import SqliteGraph

    return SqliteGraph(place.home / "g.sqlite3")


def _sqlite_cache(place: Place) -> Any:
    from integrations.cache.sqlite import SqliteCache

    return SqliteCache(place.home / "c.sqlite3")


def _elasticsearch(place: Place) -> Any:
    from integrations.search.elasticsearch import ElasticsearchSearch

    return ElasticsearchSearch(address("elasticsearch"), namespace=place.name)


async def _forget_indexes(namespace: str) -> None:
    from tests.contract.search.indexes import forget

    await forget(namespace)


def _redis(place: Place) -> Any:
    from integrations.cache.redis import RedisCache
    from tests.contract.cache.running import redis_url

    return RedisCache(redis_url(), namespace=place.name)


def _redis_cluster(place: Place) -> Any:
    from integrations.cache.redis import RedisCache
    from tests.contract.cache.running import cluster_url

    return RedisCache(cluster_url(), namespace=place.name)


def _chroma(place: Place) -> Any:
    from integrations.vectors.chroma import ChromaVectors
    from tests.contract.embedder.hashing import HashingEmbedder

    settings = Settings(home=place.server_home, idle_seconds=300)
    return ChromaVectors(settings, HashingEmbedder(place.name))


def _chroma_server(place: Place) -> Any:
    from integrations.vectors.chroma_server import ChromaServerVectors
    from tests.contract.embedder.hashing import HashingEmbedder
    from tests.contract.vectors.chroma_run import ChromaRun

    url = ChromaRun.shared(place.server_home).url
    return ChromaServerVectors(Settings(home=place.home), url, HashingEmbedder(place.name))


def _neo4j(place: Place) -> Any:
    from integrations.graph.neo4j import Neo4jGraph
    from tests.contract.graph.neo4j_namespace import empty_namespace

    namespace = empty_namespace(place.server_home, place.name)
    return Neo4jGraph(Settings(home=place.home, namespace=namespace), address("neo4j"), limit_s=120)


def _memory(place: Place) -> Any:
    from tests.contract.projection.memory import MemoryProjection

    return MemoryProjection("search", place.name)


IMPLEMENTATIONS = {
    "sqlite search": Implementation("search", _sqlite_search, "s.sqlite3"),
    "sqlite graph": Implementation("graph", _sqlite_graph, "g.sqlite3"),
    "sqlite cache": Implementation("cache", _sqlite_cache, "c.sqlite3"),
    "elasticsearch": Implementation("search", _elasticsearch, whole=False, forget=_forget_indexes),
    "redis": Implementation("cache", _redis, whole=False),
    "redis cluster": Implementation("cache", _redis_cluster, whole=False),
    "chroma": Implementation("vectors", _chroma, needs="chromadb"),
    "chroma server": Implementation("vectors", _chroma_server, needs="chromadb"),
    "neo4j": Implementation("graph", _neo4j),
    "memory": Implementation("search", _memory, fake=True),
}
REAL = [name for name, one in IMPLEMENTATIONS.items() if not one.fake]
# For tests that start processes: every run tries what is a file of ours, and one server; the others are nightly.
_IN_EVERY_RUN = ("sqlite search", "sqlite graph", "sqlite cache", "elasticsearch")
BY_COST = [name if name in _IN_EVERY_RUN else pytest.param(name, marks=pytest.mark.nightly) for name in REAL]


def of(store: Store) -> list[str]:
    """The names of a store's real implementations."""
    return [name for name in REAL if IMPLEMENTATIONS[name].store == store]
