"""A client that is being imported holds up the whole process, so `doctor` imports them before any check's time runs."""

import sys

import pytest

from integrations.health import import_clients
from integrations.open import Ports
from magicai.settings import Settings


def test_clients_of_the_servers_that_are_used_are_imported_before_their_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "obstore"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "neo4j", None)  # not installed: its check says so
    import_clients(Ports(Settings(redis_url="redis://cache", neo4j_url="bolt://graph")))
    assert "redis.asyncio" in sys.modules
    assert "obstore" not in sys.modules
