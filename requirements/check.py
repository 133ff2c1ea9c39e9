"""Run the project's checks and tests: `python3 start.py test [PYTEST WORDS]` and `python3 start.py check [NAMES]`.

Run by the environment's Python. pytest comes last, so that what is printed ends in its own summary.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Which Python's syntax the installed packages' types use: numpy's for 3.12 and later cannot be read as 3.11.
PYTHON = "{}.{}".format(*sys.version_info)
CHECKS = {
    "ruff": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "pyright": ["pyright", "--pythonversion", PYTHON],
    "imports": ["lint-imports"],
}


def run(words: Sequence[str]) -> int:
    """Run a program of the environment in the project's folder; return its exit status."""
    print(f"== {' '.join(words)}", flush=True)
    program = Path(sys.executable).with_name(words[0])
    return subprocess.run([program, *words[1:]], cwd=ROOT, check=False).returncode


def check(names: Sequence[str]) -> list[str]:
    """Run the named checks; return the names of those that found something."""
    return [name for name in names if run(CHECKS[name])]


def main(word: str, words: Sequence[str]) -> int:
    """Do what `test` or `check` asks for; return the exit status."""
    # pyright's wrapper otherwise tells on every run that a newer one is out.
    os.environ["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"
    if word == "check":
        if unknown := [name for name in words if name not in CHECKS]:
            print(f"no such check: {' '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
            return 2
        return int(bool(check(words or list(CHECKS))))
    failed = [] if words else check(list(CHECKS))
    if failed:
        print(f"== found something: {', '.join(failed)}", flush=True)
    return run(["pytest", *words]) or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
