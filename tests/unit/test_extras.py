"""What is heavy or rare is installed when it is first needed, and by nobody before."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from integrations.open import Ports
from magicai import extras
from magicai.cli import stores
from magicai.errors import Missing
from magicai.settings import Settings


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without any extra; answers its folder."""

    def none(_name: str) -> None:
        return None

    monkeypatch.setattr(extras, "find_spec", none)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return tmp_path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was run, which succeeds."""
    ran: list[list[str]] = []

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        ran.append(words[1:])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return ran


def test_what_is_missing_is_installed_by_start_py(missing: Path, ran: list[list[str]]) -> None:
    (missing / "magicai-start.json").touch()
    extras.bring(["s3", "neo4j"])
    assert ran == [[str(Path(extras.__file__).parents[1] / "start.py"), "install", "neo4j", "s3"]]


def test_an_environment_of_somebody_else_is_left_alone(missing: Path, ran: list[list[str]]) -> None:
    extras.bring(["neo4j"])
    assert ran == []


def test_what_is_there_is_not_installed(ran: list[list[str]]) -> None:
    assert importlib.util.find_spec("neo4j")
    extras.bring(["neo4j"])
    assert ran == []


def test_what_could_not_be_installed_is_named_with_the_command(missing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (missing / "magicai-start.json").touch()

    def fail(words: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(words, 1)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(Missing, match=r"neo4j could not be installed\. Try: python3 start\.py install neo4j"):
        extras.bring(["neo4j"])


@pytest.mark.parametrize(
    ("settings", "sample", "needed"),
    [
        ({}, True, set[str]()),
        ({}, False, {"vectors"}),
        ({"model": "openai:gpt-4o-mini"}, True, {"providers"}),
        ({"browser": "/usr/bin/chromium"}, True, {"browser"}),
        ({"neo4j_url": "bolt://h", "stores_accepted": ("graph",)}, True, {"neo4j"}),
        ({"database_url": "postgresql://h/d", "stores_accepted": ("all",)}, False, {"postgresql", "vectors"}),
    ],
)
def test_a_run_needs_what_its_settings_name_and_the_sample_nothing_more(
    settings: dict[str, object], *, sample: bool, needed: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[set[str]] = []
    monkeypatch.setattr(stores, "bring", brought.append)
    stores.prepare(Settings.model_validate({"home": tmp_path, **settings}), sample=sample)
    assert brought == [needed]


def test_everything_starts_without_the_packages_of_a_workflow_that_cannot_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`magicai up` on a machine without a connection did not start for lack of what reads images."""
    brought: list[set[str]] = []

    def bring(extras: set[str]) -> None:
        brought.append(extras)
        if extras & {"catalogue"}:
            raise Missing("catalogue could not be installed.", way_out="Try: python3 start.py install catalogue")

    monkeypatch.setattr(stores, "bring", bring)
    settings = Settings(home=tmp_path, model="openai:gpt-4o-mini")
    stores.prepare(settings, workflows=["product-list"], may_lack=True)
    assert brought == [{"providers"}, {"catalogue", "vectors"}]
    assert "Try: python3 start.py install catalogue Continuing without." in capsys.readouterr().err
    with pytest.raises(Missing):
        stores.prepare(settings, workflows=["product-list"])


def test_embedded_vectors_wait_for_their_packages_and_are_never_forgotten(missing: Path) -> None:
    settings = Settings(home=missing)
    assert "vectors" not in Ports(settings).stores
    (missing / "chroma").mkdir()  # what is in it must be found where somebody's data is erased
    assert "vectors" in Ports(settings).stores
