from pathlib import Path

import pytest

from requirements import stamp


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "项目 a"
    (root / "requirements").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\n\n[tool.x]\n")
    for name in stamp.LOCKS:
        stamp.lock_file(root, name).write_text(f"{name}==1\n")
    return root


@pytest.fixture
def venv(root: Path) -> Path:
    """An environment with two packages, finished for the lock `run`."""
    venv = root / ".venv"
    (venv / "site-packages" / "six-1.dist-info").mkdir(parents=True)
    (venv / "site-packages" / "idna-2.dist-info").mkdir()
    (venv / "python").touch()
    stamp.end(root, venv, "run", str(venv / "python"), venv / "site-packages")
    return venv


def test_a_finished_environment_is_known_again(root: Path, venv: Path) -> None:
    assert stamp.python_of(venv, root, "run") == str(venv / "python")


def test_the_development_lock_holds_the_other(root: Path, venv: Path) -> None:
    assert stamp.python_of(venv, root, "dev") is None
    stamp.end(root, venv, "dev", str(venv / "python"), venv / "site-packages")
    assert stamp.python_of(venv, root, "dev")
    assert stamp.python_of(venv, root, "run")


@pytest.mark.parametrize("file", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed(root: Path, venv: Path, file: str) -> None:
    (root / file).write_text("changed\n")

    assert stamp.python_of(venv, root, "run") is None


def test_a_changed_setting_of_a_tool_is_not(root: Path, venv: Path) -> None:
    with (root / "pyproject.toml").open("a") as file:
        file.write("\n[tool.ruff]\nline-length = 100\n")

    assert stamp.python_of(venv, root, "run")


def test_another_lock_that_changes_does_not_matter(root: Path, venv: Path) -> None:
    stamp.lock_file(root, "dev").write_text("changed\n")

    assert stamp.python_of(venv, root, "run")


def test_packages_that_came_or_went_since_are_noticed(root: Path, venv: Path) -> None:
    (venv / "site-packages" / "six-1.dist-info").rename(venv / "site-packages" / "six-2.dist-info")

    assert stamp.python_of(venv, root, "run") is None


def test_an_environment_without_its_python_is_not_finished(root: Path, venv: Path) -> None:
    (venv / "python").unlink()

    assert stamp.python_of(venv, root, "run") is None


def test_an_installation_that_was_cut_is_not_finished(root: Path, venv: Path) -> None:
    stamp.begin(venv)

    assert stamp.python_of(venv, root, "run") is None


def test_a_project_that_was_moved_is_installed_again(root: Path, venv: Path) -> None:
    moved = root.rename(root.with_name("elsewhere"))

    assert stamp.python_of(moved / venv.name, moved, "run") is None


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_half_a_stamp_is_none(root: Path, venv: Path, content: str) -> None:
    (venv / stamp.NAME).write_text(content)

    assert stamp.python_of(venv, root, "run") is None


def test_the_folder_is_beside_the_project_or_what_the_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    assert stamp.folder(Path("/p"), {}) == Path("/p/.venv")
    assert stamp.folder(Path("/p"), {"MAGICAI_VENV": "/other"}) == Path("/other")
    assert stamp.folder(Path("/p"), {"MAGICAI_VENV": "~/x"}) == Path.home() / "x"
    assert stamp.folder(Path("/p"), {"MAGICAI_VENV": "near"}) == tmp_path / "near"
