"""One namespace on the Neo4j server for all tests of a session: a schema of its own takes each of them a second."""

import hashlib
from pathlib import Path
from typing import Any, LiteralString, cast
from urllib.parse import urlsplit

from tests.servers import address


def empty_namespace(session_home: Path, test: str) -> str:
    """The namespace, empty for whoever comes first in a test, and as it is for the others of the same."""
    namespace = namespace_of(session_home)
    used = session_home / "neo4j"
    if not used.exists() or used.read_text() != test:
        run(f"MATCH (n:{namespace}_Node) DETACH DELETE n")
        used.write_text(test)
    return namespace


def forget_namespace(session_home: Path) -> None:
    """Leave nothing behind."""
    if (session_home / "neo4j").exists():
        namespace = namespace_of(session_home)
        run(f"MATCH (n:{namespace}_Node) DETACH DELETE n")
        run(f"DROP CONSTRAINT {namespace}_node IF EXISTS")
        run(f"DROP INDEX {namespace}_known IF EXISTS")


def namespace_of(session_home: Path) -> str:
    """The namespace of a session's tests."""
    return f"t{hashlib.sha256(str(session_home).encode()).hexdigest()[:12]}"


def run(statement: str, **values: Any) -> None:
    """Have the server do something."""
    from neo4j import GraphDatabase  # takes a second, and this module is imported by every suite

    parts = urlsplit(address("neo4j"))
    server = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    open_driver = cast("Any", GraphDatabase).driver
    with open_driver(server, auth=(parts.username or "", parts.password or "")) as driver:
        driver.execute_query(cast("LiteralString", statement), values)
