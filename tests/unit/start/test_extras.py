"""Which part of the lock is installed."""

import re
from pathlib import Path

import pytest

import start
from requirements import extras

LOCK = """--only-binary :all:

aiohttp==3.1 \\
    --hash=sha256:aa
    # via magicai (pyproject.toml)
chromadb==1.5 \\
    --hash=sha256:bb
    # via magicai (pyproject.toml)
grpcio==1 ; sys_platform != 'win32' \\
    --hash=sha256:cc
    # via
    #   chromadb
    #   opentelemetry-exporter
neo4j==6 \\
    --hash=sha256:dd
    # via magicai (pyproject.toml)
yarl==1 \\
    --hash=sha256:ee
    # via
    #   magicai (pyproject.toml)
    #   aiohttp
"""


def names(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z][\w.-]*)==", lock, re.MULTILINE))


@pytest.fixture(autouse=True)
def pins(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"": {"aiohttp"}, "vectors": {"chromadb"}, "neo4j": {"neo4j"}}
    monkeypatch.setattr(extras, "direct", lambda: named)


def test_a_part_has_what_its_packages_need_with_hashes_and_markers() -> None:
    assert names(extras.part_of(LOCK, [])) == {"aiohttp", "yarl"}

    part = extras.part_of(LOCK, ["vectors"])

    assert names(part) == {"aiohttp", "chromadb", "grpcio", "yarl"}
    assert part.startswith("--only-binary :all:\n\n")
    assert "grpcio==1 ; sys_platform != 'win32' \\\n    --hash=sha256:cc\n" in part


def test_what_a_package_asks_for_and_never_uses_comes_with_what_does_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = LOCK + "onnxruntime==1 \\\n    --hash=sha256:ff\n    # via\n    #   chromadb\n    #   neo4j\n"
    monkeypatch.setattr(extras, "UNUSED", {"chromadb": {"onnxruntime"}})

    assert "onnxruntime" not in names(extras.part_of(lock, ["vectors"]))
    assert "onnxruntime" in names(extras.part_of(lock, ["neo4j"]))


def test_all_extras_are_the_whole_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    whole = Path(start.lock_file("run")).read_text(encoding="utf-8")

    assert names(extras.part_of(whole, extras.EXTRAS)) == names(whole)
    without = names(whole) - names(extras.part_of(whole, extras.FIRST))
    assert {"playwright", "xllamacpp", "chromadb", "neo4j", "psycopg"} <= without


def test_each_extra_of_the_product_is_one_of_the_installation() -> None:
    from magicai.extras import MODULES

    assert set(extras.LATER) - set(MODULES) == {"prefect-redis"}, "a setting of several machines, which install it"
    assert set(MODULES) <= set(extras.LATER)
