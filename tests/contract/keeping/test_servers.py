"""An installation whose every role a server plays: moved there and back, backed up, restored, and erased from."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from integrations.archive.folder import FolderArchive
from integrations.open import Ports, open_ports
from integrations.sqlite.compacting import compact
from magicai.accounts.identity import Role, User
from magicai.cli.migrating import migrate as migrate_command
from magicai.settings import Settings
from magicai.stores.backup import back_up
from magicai.stores.entity import Entity
from magicai.stores.erase import erase
from magicai.stores.migrate import Installation, migrate
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from magicai.stores.restore import fill, restore
from tests.contract.files.s3_keys import keys_of_s3
from tests.contract.keeping import served
from tests.contract.keeping.homes import quiet, work
from tests.contract.keeping.test_erase import FakeOrchestrator
from tests.servers import address, namespace

_LIMIT_S = 120.0


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Settings]:
    """All roles on servers, and nothing on them afterwards."""
    keys_of_s3(monkeypatch)
    settings = served.on_servers(tmp_path / "there", namespace())
    yield settings
    await served.forget(settings)


def whole(ports: Ports) -> Installation:
    return Installation(ports.records, ports.files, ports.projections())


async def fill_in(ports: Ports) -> None:
    for name in "abc":
        await work(ports.shops, ports.files, name)
    await served.keep(ports, "ann", range(served.QUESTIONS))
    await drain(ports.records, ports.projections(), limit_s=_LIMIT_S)


async def moved(old: Ports, new: Ports, folder: Path) -> None:
    manifest, filled = await migrate(whole(old), whole(new), FolderArchive(folder), same_truth=False, report=quiet)
    assert manifest is not None
    assert manifest.rows > served.QUESTIONS
    assert filled.differences == 0


async def test_an_installation_moves_to_servers_and_back_and_every_store_answers_the_same(
    there: Settings, tmp_path: Path
) -> None:
    async with (
        served.opened(served.embedded(tmp_path / "old")) as old,
        served.opened(there) as servers,
        served.opened(served.embedded(tmp_path / "back")) as back,
    ):
        await fill_in(old)
        before = await served.answers(old, "ann")
        await moved(old, servers, tmp_path / "to")
        assert await served.answers(servers, "ann") == before
        await moved(servers, back, tmp_path / "fro")
        assert await served.answers(back, "ann") == before


async def test_a_backup_of_servers_is_restored_into_other_ones(there: Settings, tmp_path: Path) -> None:
    elsewhere = served.on_servers(tmp_path / "elsewhere", namespace())
    archive = FolderArchive(tmp_path / "backups")
    try:
        async with served.opened(there) as old, served.opened(elsewhere) as new:
            await fill_in(old)
            before = await served.answers(old, "ann")
            manifest = await back_up(old.records, old.files, archive, keep=7, report=quiet)
            await restore(new.records, new.files, archive, manifest, report=quiet)
            assert (await fill(new.records, new.projections(), report=quiet)).differences == 0
            assert await served.answers(new, "ann") == before
    finally:
        await served.forget(elsewhere)


async def test_nothing_of_a_person_is_left_on_any_server_and_others_keep_theirs(there: Settings) -> None:
    async with served.opened(there) as ports:
        await fill_in(ports)
        before = await served.answers(ports, "ann")
        await work(ports.shops, ports.files, "zanzibar", owner_id="beatrix-w")
        theirs = Entity(
            "analysis", "beatrix-w/shop", "beatrix-w", "shop", "", data={"a": "zanzibar"}, stores=("cache",)
        )
        await ports.records.entities.save([theirs])
        await ports.records.identities.add_user(
            User(user_id="beatrix-w", name="Zanzibar", role=Role.USER, created_at=1), password_hash="zanzibar-hash"
        )
        await drain(ports.records, ports.projections(), limit_s=_LIMIT_S)
        found = await served.everything(there)
        assert {role for role, text in found.items() if "zanzibar" in text} == set(found), "nothing is looked at"
        await erase(
            ports.records,
            ports.files,
            ports.projections(),
            FakeOrchestrator(),  # pyright: ignore[reportArgumentType] - it needs no more of it
            "beatrix-w",
            report=quiet,
            compact=lambda: compact(there.home),
        )
        left = await served.everything(there)
        for words in ("zanzibar", "Zanzibar", "beatrix-w"):
            assert [role for role, text in left.items() if words in text] == []
        assert await served.answers(ports, "ann") == before
        assert (await reconcile(ports.records, ports.projections())).differences == 0


def test_the_bucket_that_is_left_is_read_with_the_credentials_it_had(
    there: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new"
    monkeypatch.setenv("MAGICAI_HOME", str(there.home))
    monkeypatch.setenv("MAGICAI_NAMESPACE", there.namespace)
    monkeypatch.setenv("MAGICAI_FILES_URL", address("s3"))
    monkeypatch.setenv("MAGICAI_STORES_ACCEPTED", "all")
    asyncio.run(_work_once())
    file = tmp_path / "new.env"
    file.write_text(f"MAGICAI_HOME={new}\nMAGICAI_FILES_URL=\nAWS_ENDPOINT_URL=http://127.0.0.1:9\n")
    done = CliRunner().invoke(migrate_command, ["--to-env", str(file)], standalone_mode=False)
    assert done.exception is None, done.exception
    assert [path.read_text() for path in (new / "files" / "results").rglob("report.md")] == ["a"]


async def _work_once() -> None:
    async with open_ports() as ports:
        await work(ports.shops, ports.files, "a")
