import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from requirements import check


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run; pyright finds something, pytest does not."""
    ran: list[str] = []

    def run(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        ran.append(" ".join(words))
        return subprocess.CompletedProcess(words, int(words[0] == "pyright"), f"of {words[0]}\n")

    def tests(words: Sequence[str], plugins: Sequence[object] = ()) -> int:
        ran.append(" ".join(["pytest", *words]))
        return 0

    monkeypatch.setattr(check, "run", run)
    monkeypatch.setattr(check, "run_tests", tests)
    return ran


def test_all_checks_and_all_tests_run_and_what_a_check_found_fails_the_whole(ran: list[str]) -> None:
    assert check.main("test", []) == 1
    assert sorted(ran) == sorted(
        [
            "ruff check",
            "ruff format --check",
            f"pyright --pythonversion {check.PYTHON}",
            "lint-imports",
            f"pytest -n {(os.cpu_count() or 1) + 1} --no-loadscope-reorder --durations=30",
        ]
    )


def test_with_words_only_pytest_runs(ran: list[str]) -> None:
    assert check.main("test", ["tests/unit", "-k", "a b"]) == 0
    assert ran == ["pytest tests/unit -k a b"]


def test_checks_run_by_name_without_the_tests(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main("check", ["ruff", "format"]) == 0
    assert check.main("check", ["pyright"]) == 1
    assert [words.split()[0] for words in ran] == ["ruff", "ruff", "pyright"]
    assert "== ruff format --check\nof ruff\n" in capsys.readouterr().out


def test_an_unknown_check_is_refused_by_name(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main("check", ["mypy"]) == 2
    assert ran == []
    assert "mypy" in capsys.readouterr().err


def test_pytests_own_status_is_kept(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "CHECKS", {})

    def tests(_words: Sequence[str], _plugins: Sequence[object]) -> int:
        return 5

    monkeypatch.setattr(check, "run_tests", tests)
    assert check.main("test", []) == 5


def test_what_checks_found_stands_before_pytests_last_line_and_fails_the_whole(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text("def test_it(): pass\n")
    words = ["-n", "1", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    program = f"""
import subprocess, sys
from requirements import check
check.CHECKS = {{"ruff": ["ruff"]}}
check.ALL_TESTS = {words!r}
check.run = lambda words: subprocess.CompletedProcess(words, 1, "what ruff says\\n")
sys.exit(check.main("test", []))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=check.ROOT)
    *lines, last = done.stdout.splitlines()
    assert "1 passed" in last
    assert lines[lines.index("what ruff says") + 1] == "found something: ruff"
    assert done.returncode == 1
