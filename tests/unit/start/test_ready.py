"""The stamp that an installation leaves, read on every start."""

from pathlib import Path

import pytest

import start


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "项目 a"
    (root / "requirements").mkdir(parents=True)
    _use(root, monkeypatch)
    (root / "pyproject.toml").write_text("[project]\n\n[tool.x]\n")
    for name in ("run", "dev"):
        (root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    return root


@pytest.fixture
def venv(root: Path) -> Path:
    """An environment that is finished for the lock `run`."""
    venv = root / ".venv"
    start.python_of(venv).parent.mkdir(parents=True)
    start.python_of(venv).touch()
    _finish(venv, "run")
    return venv


def _use(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "ROOT", root)
    monkeypatch.setattr(start, "LOCKS", root / "requirements")
    monkeypatch.setattr(start, "PYPROJECT", root / "pyproject.toml")


def _finish(venv: Path, *locks: str) -> None:
    start.write_stamp(venv, {"venv": str(venv)} | {name: start.fingerprint(venv, name) for name in locks})


def test_a_finished_environment_is_known_again(venv: Path) -> None:
    assert start.is_ready(venv, "run")
    assert not start.is_ready(venv, "dev")
    _finish(venv, "run", "dev")
    assert start.is_ready(venv, "dev")


@pytest.mark.parametrize("file", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed(root: Path, venv: Path, file: str) -> None:
    (root / file).write_text("changed\n")

    assert not start.is_ready(venv, "run")


def test_a_changed_setting_of_a_tool_or_another_lock_is_not(root: Path, venv: Path) -> None:
    with (root / "pyproject.toml").open("a") as file:
        file.write("\n[tool.ruff]\nline-length = 100\n")
    (root / "requirements" / "dev.txt").write_text("changed\n")

    assert start.is_ready(venv, "run")


def test_an_environment_without_its_python_is_not_finished(venv: Path) -> None:
    start.python_of(venv).unlink()

    assert not start.is_ready(venv, "run")


def test_an_installation_that_was_interrupted_is_not_finished(venv: Path) -> None:
    _finish(venv)

    assert not start.is_ready(venv, "run")


def test_a_project_that_was_moved_is_installed_again(root: Path, venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = root.rename(root.with_name("elsewhere"))
    _use(moved, monkeypatch)

    assert not start.is_ready(moved / venv.name, "run")


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_half_a_stamp_is_none(venv: Path, content: str) -> None:
    (venv / start.STAMP).write_text(content)

    assert not start.is_ready(venv, "run")
