"""The doctor finds what is wrong with a store by using it."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from integrations.health import checks
from integrations.open import Ports, open_ports
from magicai.doctor import Finding, Health, examine
from magicai.settings import Settings
from magicai.stores.entity import STORES, Entity, Versioned
from magicai.values.ids import new_id
from tests.contract.projection.memory import MemoryProjection

# The spec's checklist, by the names of the checks.
CHECKLIST = (
    *("gateway", "records", "files", "workers", "cache", "search index", "graph", "vectors", "brain", "crawler"),
    *("language model", "websocket", "monitoring", "logging", "backup"),
)


@pytest.fixture
async def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ports]:
    for name in list(os.environ):
        if name.startswith("MAGICAI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.setenv("MAGICAI_MODEL", "none")
    async with open_ports() as opened:
        yield opened


async def found(ports: Ports, *names: str) -> list[Finding]:
    wanted = [check for check in checks(ports) if check.name in names]
    assert len(wanted) == len(names)
    return [finding async for finding in examine(wanted)]


def test_everything_of_the_checklist_is_tried(tmp_path: Path) -> None:
    ports = Ports(Settings(home=tmp_path))
    assert set(CHECKLIST) <= {check.name for check in checks(ports)}


async def test_embedded_stores_are_good_and_nothing_stays_behind(ports: Ports) -> None:
    names = ("records", "files", "cache", "search index", "graph", "crawler", "logging", "stores up to date")
    bad = [finding for finding in await found(ports, *names) if finding.health is not Health.GOOD]
    assert bad == []
    assert [await ports.projection(store).held() for store in STORES if store != "vectors"] == [[], [], []]
    assert list((ports.settings.home / "logs").iterdir()) == []


async def test_what_others_have_rights_to_is_named_with_the_way_out(ports: Ports) -> None:
    home = ports.settings.home
    await ports.cache.check()
    assert (await found(ports, "home"))[0].health is Health.GOOD
    for name in "abcd":
        (home / name).write_text("")
        (home / name).chmod(0o604)
    (finding,) = await found(ports, "home")
    assert finding.health is Health.BAD
    assert finding.words == (
        f"Other users have access to 4 paths in {home}, such as {home / 'a'}, {home / 'b'}, {home / 'c'}."
    )
    assert f"chmod -R go= {home};" in finding.way_out


async def test_gateways_of_several_machines_are_told_that_they_need_one_key(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await found(ports, "access tokens"))[0].health is Health.GOOD
    shared = {"database_url": "postgresql://db.example/magicai", "stores_accepted": ("records",)}
    monkeypatch.setattr(ports, "settings", Settings(home=ports.settings.home, **shared))
    (finding,) = await found(ports, "access tokens")
    assert finding.health is Health.ABSENT
    assert "JWT_SECRET_KEY" in finding.way_out


async def test_what_does_not_run_is_absent_and_no_fault(ports: Ports) -> None:
    names = ("gateway", "websocket", "monitoring", "workers", "language model", "reranker", "backup")
    assert {finding.health for finding in await found(ports, *names)} == {Health.ABSENT}


async def test_a_gateway_that_is_said_to_run_and_does_not_answer_is_bad(ports: Ports) -> None:
    record = {"url": "http://127.0.0.1:9", "pid": os.getpid()}
    (ports.settings.home / "gateway.json").write_text(json.dumps(record))
    for finding in await found(ports, "gateway", "websocket", "monitoring"):
        assert finding.health is Health.BAD
        assert "127.0.0.1:9" in finding.words


class Forgetful(MemoryProjection):
    """Takes everything, and finds nothing."""

    async def apply(self, changes: Sequence[Versioned]) -> None:
        self.batches.append(len(changes))

    async def search(self, *_: object, **__: object) -> list[object]:
        return []

    async def shared(self, *_: object, **__: object) -> list[object]:
        return []


@pytest.mark.parametrize(("name", "store"), [("search index", "search"), ("graph", "graph")])
async def test_a_store_that_finds_nothing_of_what_it_took_is_bad(ports: Ports, name: str, store: str) -> None:
    ports.__dict__[store] = Forgetful("search", new_id())
    (finding,) = await found(ports, name)
    assert finding.health is Health.BAD
    assert "does not find" in finding.words


async def test_what_is_behind_or_set_aside_is_shown(ports: Ports) -> None:
    await ports.records.entities.save([Entity("product", f"{n}", "o", "Kettle", "") for n in range(3)])
    (finding,) = await found(ports, "stores up to date")
    assert "search is 3 entries behind" in finding.words
    for _ in range(8):
        await ports.records.entities.record_failure("graph", ("product", "1"), "too long")
    (finding,) = await found(ports, "stores up to date")
    assert (finding.words, finding.way_out) == (
        "graph rejected 1 entry, such as product 1: too long",
        "To try them again: magicai reconcile",
    )


async def test_a_server_that_was_not_accepted_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://me:secret@redis.example")
    async with open_ports() as ports:
        for finding in await found(ports, "store addresses", "cache"):
            assert finding.health is Health.BAD
            assert "redis.example" in finding.words
            assert "secret" not in str(finding)
            assert "magicai stores accept cache" in finding.way_out


async def test_the_brain_plans_every_workflow(ports: Ports) -> None:
    (finding,) = await found(ports, "brain")
    assert finding.health is Health.GOOD
    assert finding.words.startswith("plans ")
