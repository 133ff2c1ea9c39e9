"""The benchmarks that are run as files, whose folder Python looks through first."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def test_none_is_called_like_a_module_of_pythons_own() -> None:
    assert not {path.stem for path in FOLDER.iterdir()} & sys.stdlib_module_names
