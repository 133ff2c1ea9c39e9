"""The stamp that an installation leaves, read on every start."""

import json
from pathlib import Path

import pytest

import start
from requirements import install


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "项目 a"
    (root / "requirements").mkdir(parents=True)
    monkeypatch.setattr(start, "ROOT", str(root))
    (root / "pyproject.toml").write_text("[project]\n\n[tool.x]\n")
    for name in start.LOCKS:
        Path(start.lock_file(name)).write_text(f"{name}==1\n")
    return root


@pytest.fixture
def venv(root: Path) -> Path:
    """An environment with two packages, finished for the lock `run`."""
    venv = root / ".venv"
    for package in ("six-1.dist-info", "idna-2.dist-info"):
        (venv / "lib" / "python3.11" / "site-packages" / package).mkdir(parents=True)
    (venv / "bin").mkdir()
    Path(start.python_of(str(venv))).touch()
    finish(venv, "run")
    return venv


def finish(venv: Path, *locks: str) -> None:
    told = {name: start.fingerprint(str(venv), name) for name in locks}
    install.write_stamp(venv, {"venv": str(venv)} | told)


def test_a_finished_environment_is_known_again(venv: Path) -> None:
    assert start.is_ready(str(venv), "run")
    assert not start.is_ready(str(venv), "dev")
    finish(venv, "run", "dev")
    assert start.is_ready(str(venv), "dev")


@pytest.mark.parametrize("file", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed(root: Path, venv: Path, file: str) -> None:
    (root / file).write_text("changed\n")

    assert not start.is_ready(str(venv), "run")


def test_a_changed_setting_of_a_tool_or_another_lock_is_not(root: Path, venv: Path) -> None:
    with (root / "pyproject.toml").open("a") as file:
        file.write("\n[tool.ruff]\nline-length = 100\n")
    Path(start.lock_file("dev")).write_text("changed\n")

    assert start.is_ready(str(venv), "run")


def test_packages_that_came_or_went_since_are_noticed(venv: Path) -> None:
    six = Path(start.site_packages(str(venv)), "six-1.dist-info")
    six.rename(six.with_name("six-2.dist-info"))

    assert not start.is_ready(str(venv), "run")


def test_an_environment_without_its_python_is_not_finished(venv: Path) -> None:
    Path(start.python_of(str(venv))).unlink()

    assert not start.is_ready(str(venv), "run")


def test_an_installation_that_was_cut_is_not_finished(venv: Path) -> None:
    finish(venv)

    assert not start.is_ready(str(venv), "run")


def test_a_project_that_was_moved_is_installed_again(root: Path, venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = root.rename(root.with_name("elsewhere"))
    monkeypatch.setattr(start, "ROOT", str(moved))

    assert not start.is_ready(str(moved / venv.name), "run")


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_half_a_stamp_is_none(venv: Path, content: str) -> None:
    (venv / start.STAMP).write_text(content)

    assert not start.is_ready(str(venv), "run")


def test_a_stamp_says_where_its_environment_was_made(venv: Path) -> None:
    assert json.loads((venv / start.STAMP).read_text())["venv"] == str(venv)
