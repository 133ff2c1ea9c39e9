"""How tests find their servers."""

from pathlib import Path

import pytest

from tests.servers import address, namespace, value


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "stores.env"
    path.write_text(
        "# Servers of the lab.\nexport REDIS_URL='redis://:it is#secret@127.0.0.1:1/0'\nCHROMADB_URL=http://127.0.0.1:2\n"
        "# neo4j is left out: There's no Java.\n"
    )
    monkeypatch.setenv("MAGICAI_TEST_STORES", str(path))
    monkeypatch.delenv("MAGICAI_TEST_REQUIRE", raising=False)
    return path


def test_an_address_comes_from_the_file(stores: Path) -> None:
    assert address("redis") == "redis://:it is#secret@127.0.0.1:1/0"
    assert value("chroma", "CHROMADB_URL") == "http://127.0.0.1:2"


def test_never_from_the_plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGICAI_TEST_STORES", raising=False)
    monkeypatch.delenv("MAGICAI_TEST_REQUIRE", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    with pytest.raises(pytest.skip.Exception, match="MAGICAI_TEST_STORES"):
        address("postgresql")


def test_a_server_that_was_left_out_skips_with_the_reason(stores: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="There's no Java"):
        address("neo4j")


def test_one_that_is_required_fails(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_TEST_REQUIRE", "browser, neo4j")
    with pytest.raises(pytest.fail.Exception, match="names neo4j: no neo4j: There's no Java"):
        address("neo4j")
    with pytest.raises(pytest.skip.Exception):
        address("postgresql")


def test_each_namespace_is_new() -> None:
    names = {namespace() for _ in range(100)}
    assert len(names) == 100
    assert all(name.isalnum() and name.startswith("t") for name in names)
