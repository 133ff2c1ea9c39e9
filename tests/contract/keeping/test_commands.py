"""`magicai backup`, `restore`, `delete` and `migrate` as they are typed, on an installation with embedded stores."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.backup import backup as nightly
from integrations.open import Ports
from magicai.cli import main
from magicai.stores.relay import drain
from tests.contract.keeping.homes import Home
from tests.contract.projection.memory import MemoryProjection

Use = Callable[[str], Path]


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    """Makes a folder the installation that commands are for."""

    def use_it(name: str) -> Path:
        monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / name))
        monkeypatch.setattr(Ports, "vectors", MemoryProjection("vectors", name))  # no server for what is not tried here
        return tmp_path / name

    return use_it


@pytest.fixture
def before(use: Use) -> list[object]:
    """What the installation that is in use answers: three runs of ann's and one of Beatrix's."""

    async def make(home: Home) -> list[object]:
        for name in "abc":
            await home.work(name)
        await home.work("zanzibar", owner_id="beatrix-w")
        await drain(home.records, home.stores, limit_s=240)
        found = await home.answers()
        await home.close()
        return found

    return asyncio.run(make(Home(use("old"))))


def answers(home: Path) -> list[object]:
    async def ask(home: Home) -> list[object]:
        found = await home.answers()
        await home.close()
        return found

    return asyncio.run(ask(Home(home)))


def remains(home: Path, words: str) -> list[str]:
    """Files that hold these words."""
    return [path.name for path in home.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_a_backup_is_made_listed_and_restored_elsewhere(
    use: Use, before: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "backups")
    assert main(["backup", place]) == 0
    said = capsys.readouterr().out
    name = said.split()[1].rstrip(":")
    assert "4 results" in said
    assert main(["restore", place, "--list"]) == 0
    assert capsys.readouterr().out.startswith(f"{name}  ")
    new = use("new")
    assert main(["restore", place, "--backup", name[:12]]) == 0
    assert f"Restored backup {name}" in capsys.readouterr().out
    assert answers(new) == before
    assert main(["restore", place]) == 1
    assert "already has runs" in capsys.readouterr().err


def test_of_backups_the_latest_stay(
    before: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert before
    assert main(["backup"]) == 2
    assert "set MAGICAI_BACKUP_DIR" in capsys.readouterr().err
    monkeypatch.setenv("MAGICAI_BACKUP_DIR", str(tmp_path / "backups"))
    assert [main(["backup", "--keep", "2"]) for _ in range(3)] == [0, 0, 0]
    made = [line.split()[1].rstrip(":") for line in capsys.readouterr().out.splitlines()]
    assert main(["restore", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == made[1:]


def test_a_backup_that_is_much_smaller_and_a_store_that_is_known_to_no_record_wait_for_a_yes(
    use: Use, before: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert before
    monkeypatch.setenv("MAGICAI_BACKUP_DIR", str(tmp_path / "backups"))
    assert main(["backup", "--keep", "1"]) == 0
    name = capsys.readouterr().out.split()[1].rstrip(":")
    lost = use("old")
    monkeypatch.setattr("magicai.stores.reconcile.FEW", 2)
    (lost / "records.sqlite3").unlink()
    assert main(["stores", "accept", "records", "--anew"]) == 0
    capsys.readouterr()
    assert main(["reconcile"]) == 3
    said = capsys.readouterr().out
    assert "4 of the 4 entries of search have no record" in said
    assert main(["reconcile", "--yes"]) == 0
    flow = asyncio.run(nightly.fn())
    assert (flow.name, name in (flow.message or "")) == ("Partial", True)
    assert main(["backup", "--keep", "1"]) == 0
    assert f"less than half of the rows or files of {name}" in capsys.readouterr().err
    assert main(["backup", "--keep", "1", "--yes"]) == 0
    assert main(["restore", "--list"]) == 0
    assert name not in capsys.readouterr().out


def test_a_key_that_was_made_opens_what_it_sealed(
    use: Use, before: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "backups")
    assert main(["backup", "--new-key"]) == 0
    secret = capsys.readouterr().out.strip().removeprefix("MAGICAI_BACKUP_KEY=")
    monkeypatch.setenv("MAGICAI_BACKUP_KEY", secret)
    assert main(["backup", place]) == 0
    assert remains(tmp_path / "backups", "zanzibar") == []
    new = use("new")
    monkeypatch.delenv("MAGICAI_BACKUP_KEY")
    assert main(["restore", place]) != 0
    assert "MAGICAI_BACKUP_KEY" in capsys.readouterr().err
    monkeypatch.setenv("MAGICAI_BACKUP_KEY", secret)
    assert main(["restore", place]) == 0
    assert answers(new) == before


def test_a_person_is_erased_and_stays_so_when_an_older_backup_is_restored(
    use: Use, before: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGICAI_BACKUP_DIR", str(tmp_path / "backups"))
    assert main(["backup"]) == 0
    capsys.readouterr()
    assert main(["delete", "--user", "beatrix-w", "--yes", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["results"] == 1
    assert "Deleted all data of beatrix-w from the stores, the files and Prefect." in err
    assert "1 backups in" in err
    assert remains(tmp_path / "old", "zanzibar") == []
    assert main(["delete", "--user", "beatrix-w", "--yes"]) == 0
    assert "There is no user beatrix-w" in capsys.readouterr().err
    new = use("new")
    assert main(["restore"]) == 0
    assert remains(new, "zanzibar") == []
    assert answers(new) == answers(tmp_path / "old")
    assert answers(new) != before


def test_nobody_is_erased_without_a_yes(
    before: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click.confirm", refuse)
    assert main(["delete", "--user", "beatrix-w"]) == 130
    assert "Stopped." in capsys.readouterr().err
    assert answers(tmp_path / "old") == before


def refuse(question: str, **_: object) -> None:
    """A person who says no."""
    import click

    assert "beatrix-w" in question
    raise click.Abort


def test_an_installation_moves_to_another_home(
    use: Use, before: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new.env"
    file.write_text(f"MAGICAI_HOME={tmp_path / 'new'}\n")
    assert main(["migrate", "--to-env", str(file)]) == 0
    said = capsys.readouterr().out
    assert "4 results. Their digests match." in said
    assert "no differences" in said
    assert f"From now on: set -a; . {file}; set +a" in said
    assert answers(use("new")) == before
    assert answers(use("old")) == before
