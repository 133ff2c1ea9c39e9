"""A home that can't be written to is told in a sentence, with a way out, by whatever finds it first."""

import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from deployments import launcher
from integrations.prefect import server_on_demand as prefect
from integrations.processes import on_demand
from magicai.errors import Permanent


def test_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    (tmp_path / "up.lock").mkdir()  # no rights would not stop a test that runs as root
    with pytest.raises(Permanent, match=r"up\.lock: .*\. Check the permissions and free space of the folder\."):
        launcher.main(open_it=False)


async def test_a_server_that_is_started_on_demand_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    folder = tmp_path / "home" / "chroma"
    server = on_demand.Startable("vector server", folder, "none", (), look=partial(on_demand.look, folder))
    with pytest.raises(
        Permanent, match=r"chroma: Not a directory\. Check the permissions and free space of the folder\."
    ):
        await on_demand.ensure(server)


def test_a_full_disk_is_told_before_what_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = prefect.ended(tmp_path, 3, tmp_path / "log")
    assert usual.what == "Prefect's server ended during its start (status 3)."

    def nearly_nothing(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=12_288)

    monkeypatch.setattr(shutil, "disk_usage", nearly_nothing)
    full = prefect.ended(tmp_path, 3, tmp_path / "log")
    assert full.what.startswith(f"The disk of {tmp_path} is full (12 kB left): Prefect's server ended")
    assert full.way_out.startswith("Free some space, or set MAGICAI_HOME to a larger disk.")


def test_a_damaged_database_is_told_before_the_server_that_it_ended(tmp_path: Path) -> None:
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "prefect.db").write_bytes(b"no database" * 1000)
    told = prefect.ended(tmp_path, 3, tmp_path / "log")
    assert told.what == f"{tmp_path}/prefect/prefect.db is damaged: file is not a database."
    assert told.way_out.startswith("Stop magicai up, and delete it")
