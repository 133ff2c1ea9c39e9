"""Each benchmark of `python3 -m benchmarks` ends in its rows, with --quick on a shop of a few books.

The others take minutes: of these, the command that the documentation shows is understood.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import SUBJECTS
from tests.house import ROOT

# Seconds each; the others start servers, or take minutes, and are tried before a release.
CHEAP = ("start", "extraction")

_COMMAND = re.compile(r"python3? -m (benchmarks[\w.]*(?: [a-z]+)*)([^`\n]*)")


def _documented() -> dict[str, set[str]]:
    """The options that the documentation shows, by module and what follows it."""
    shown: dict[str, set[str]] = {}
    for page in (ROOT / "docs").rglob("*.md"):
        for command, rest in _COMMAND.findall(page.read_text(encoding="utf-8")):
            shown.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    assert len(shown) > 10
    return shown


DOCUMENTED = _documented()


@pytest.mark.parametrize("command", sorted(DOCUMENTED))
def test_a_documented_command_takes_the_options_that_are_shown(command: str) -> None:
    words = [sys.executable, "-m", *command.split(), "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert {option for option in DOCUMENTED[command] if option not in done.stdout} == set()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the one that the benchmarks are called with."""
    folder = tmp_path_factory.mktemp("data")
    books = [
        {
            "id": number,
            "category_id": 1 + number % 2,
            "name": f"Tea, volume {number}",
            "description": "All about tea.",
            "price": f"£{number + 1}.50",
            "instock": True,
            "properties": {"UPC": f"upc{number}", "Availability": "In stock (3 available)"},
            "rating": 1 + number % 5,
        }
        for number in range(8)
    ]
    categories = [{"id": 1, "name": "Travel", "parent": 0}, {"id": 2, "name": "Tea", "parent": 0}]
    (folder / "shops").mkdir()
    file = folder / "shops" / "books-1000.json"
    file.write_text(json.dumps({"categories": categories, "products": books}), encoding="utf-8")
    return folder


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "name", [name if name in CHEAP else pytest.param(name, marks=pytest.mark.nightly) for name in SUBJECTS]
)
def test_a_benchmark_ends_in_its_rows(name: str, data: Path) -> None:
    """`--only flow` ended in a KeyError, and two others waited for ever for a line that is not printed any more."""
    words = [sys.executable, "-m", "benchmarks", str(data), "--only", name, "--quick"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=850, check=False)
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    assert done.returncode in (0, 1), "1 where a goal is missed"
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) > 1, done.stdout
