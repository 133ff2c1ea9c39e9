"""The adapter that the documentation adds passes its port's tests, and is chosen by its name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import PACKAGES, ROOT, change_files, write_files

PAGE = ROOT / "docs/how-to/add-an-adapter.md"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product and its tests, with what the page adds."""
    folder = tmp_path_factory.mktemp("clone")
    for package in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for file in ("pyproject.toml", "start.py"):
        shutil.copy(ROOT / file, folder)
    write_files(PAGE, folder)
    change_files(PAGE, folder)
    return folder


def _python(clone: Path, *words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PYTEST_"))}
    variables = {**kept, "PYTHONPATH": str(clone), "MAGICAI_HOME": str(home)}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=clone, env=variables, capture_output=True, text=True, timeout=300, check=False)


def test_it_passes_its_ports_tests(clone: Path, tmp_path: Path) -> None:
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/reranker", "-k", "words]")
    done = _python(clone, *words, home=tmp_path / "home")
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_it_is_chosen_by_its_name(clone: Path, tmp_path: Path) -> None:
    done = _python(clone, "-m", "magicai", "models", "set", "reranker", "words", home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    listed = _python(clone, "-m", "magicai", "models", home=tmp_path / "home")
    assert "words" in next(line for line in listed.stdout.splitlines() if line.startswith("reranker"))
