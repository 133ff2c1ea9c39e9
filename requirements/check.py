"""Run the project's checks and tests: `python3 start.py test [PYTEST WORDS]` and `python3 start.py check [NAMES]`.

Run by the environment's Python. The checks run beside the tests; what they found stands before pytest's own summary,
in whose last line everything ends.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Which Python's syntax the installed packages' types use: numpy's for 3.12 and later cannot be read as 3.11.
PYTHON = "{}.{}".format(*sys.version_info)
CHECKS = {
    "ruff": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "pyright": ["pyright", "--pythonversion", PYTHON],
    "imports": ["lint-imports"],
}
# One process more than there are cores: tests wait about as much as they compute.
ALL_TESTS = ["-n", str((os.cpu_count() or 1) + 1), "--no-loadscope-reorder", "--durations=30"]


@dataclass(frozen=True)
class Checked:
    """What checks printed, and the names of those that found something."""

    text: str
    failed: list[str]


class Beside:
    """Has pytest tell, before its last line, what was checked meanwhile."""

    def __init__(self, checked: "Future[Checked]") -> None:
        self.checked = checked

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Wait for the checks, and print what they printed."""
        found = self.checked.result()
        terminalreporter.section("checks")
        terminalreporter.write(found.text)
        if found.failed:
            terminalreporter.line(f"found something: {', '.join(found.failed)}", red=True)


def check(names: Sequence[str]) -> Checked:
    """Run the named checks."""
    text, failed = "", list[str]()
    for name in names:
        found = run(CHECKS[name])
        text += f"== {' '.join(CHECKS[name])}\n{found.stdout}"
        if found.returncode:
            failed.append(name)
    return Checked(text, failed)


def run(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a program of the environment in the project's folder."""
    program = Path(sys.executable).with_name(words[0])
    return subprocess.run(
        [program, *words[1:]], cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def run_tests(words: Sequence[str], plugins: Sequence[object] = ()) -> int:
    """Run pytest in the project's folder; return its exit status."""
    import pytest

    os.chdir(ROOT)
    sys.path[0] = str(ROOT)  # this file's folder, whose modules are nobody else's
    # Tests start hundreds of processes, which otherwise compile all that they import, where images forbid to keep it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    return int(pytest.main(list(words), plugins=list(plugins)))


def main(word: str, words: Sequence[str]) -> int:
    """Do what `test` or `check` asks for; return the exit status."""
    # pyright's wrapper otherwise tells on every run that a newer one is out.
    os.environ["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"
    if word == "check":
        if unknown := [name for name in words if name not in CHECKS]:
            print(f"no such check: {' '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
            return 2
        found = check(words or list(CHECKS))
        print(found.text, end="")
        return int(bool(found.failed))
    if words:
        return run_tests(words)
    with ThreadPoolExecutor(1) as beside:
        checked = beside.submit(check, list(CHECKS))
        return run_tests(ALL_TESTS, [Beside(checked)]) or int(bool(checked.result().failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
