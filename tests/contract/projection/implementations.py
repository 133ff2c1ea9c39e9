"""Every store that is fed from the records, by name. A server is one more entry here, and skips where there is none."""

import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.cache.redis import RedisCache
from integrations.cache.sqlite import SqliteCache
from integrations.graph.neo4j import Neo4jGraph
from integrations.graph.sqlite import SqliteGraph
from integrations.search.elasticsearch import ElasticsearchSearch
from integrations.search.sqlite import SqliteSearch
from integrations.vectors.chroma import ChromaVectors
from integrations.vectors.chroma_server import ChromaServerVectors
from magicai.settings import Settings
from magicai.stores.entity import Store
from tests.contract.cache.running import cluster_url, redis_url
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.graph.neo4j_namespace import empty_namespace
from tests.contract.projection.memory import MemoryProjection
from tests.contract.search import indexes
from tests.contract.vectors.chroma_run import ChromaRun
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


def _chroma(place: Place) -> ChromaVectors:
    settings = Settings(home=place.server_home, idle_seconds=300)
    return ChromaVectors(settings, HashingEmbedder(place.name))


def _chroma_server(place: Place) -> ChromaServerVectors:
    address = ChromaRun.shared(place.server_home).url
    return ChromaServerVectors(Settings(home=place.home), address, HashingEmbedder(place.name))


def _neo4j(place: Place) -> Neo4jGraph:
    namespace = empty_namespace(place.server_home, place.name)
    return Neo4jGraph(Settings(home=place.home, namespace=namespace), address("neo4j"))


def _elasticsearch(place: Place) -> ElasticsearchSearch:
    return ElasticsearchSearch(address("elasticsearch"), namespace=place.name)


IMPLEMENTATIONS = {
    "sqlite search": Implementation("search", lambda place: SqliteSearch(place.home / "s.sqlite3"), "s.sqlite3"),
    "sqlite graph": Implementation("graph", lambda place: SqliteGraph(place.home / "g.sqlite3"), "g.sqlite3"),
    "sqlite cache": Implementation("cache", lambda place: SqliteCache(place.home / "c.sqlite3"), "c.sqlite3"),
    "elasticsearch": Implementation("search", _elasticsearch, whole=False, forget=indexes.forget),
    "redis": Implementation("cache", lambda place: RedisCache(redis_url(), namespace=place.name), whole=False),
    "redis cluster": Implementation(
        "cache", lambda place: RedisCache(cluster_url(), namespace=place.name), whole=False
    ),
    "chroma": Implementation("vectors", _chroma, needs="chromadb"),
    "chroma server": Implementation("vectors", _chroma_server, needs="chromadb"),
    "neo4j": Implementation("graph", _neo4j),
    "memory": Implementation("search", lambda place: MemoryProjection("search", place.name), fake=True),
}
REAL = [name for name, one in IMPLEMENTATIONS.items() if not one.fake]


def of(store: Store) -> list[str]:
    """The names of a store's real implementations."""
    return [name for name in REAL if IMPLEMENTATIONS[name].store == store]
