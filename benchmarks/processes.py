"""Every side is a process of its own, and they take turns: A B A B A B."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
_LIMIT_S = 900
# Variables that would put a side of the benchmark into somebody's real home, or slow it down.
_FOREIGN = ("MAGICAI_", "PREFECT_", "SCRAPY_", "PYTHONWARNINGS")

T = TypeVar("T")


def in_turn(sides: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each side answers in each round."""
    found: dict[str, list[T]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def python(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What a Python process prints.

    Raises:
        RuntimeError: it failed; with the end of what it wrote.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean() | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def answer(*arguments: str, environment: Mapping[str, str] | None = None) -> Any:
    """What a Python process prints as JSON."""
    return json.loads(python(*arguments, environment=environment))


def clean() -> dict[str, str]:
    """The environment without other programs' settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


@contextmanager
def shop(data: Path, products: int) -> Generator[str]:
    """The benchmark's shop with so many products; gives its origin."""
    command = [sys.executable, "-m", "benchmarks.crawl.server", str(data), str(products)]
    with subprocess.Popen(
        command, cwd=ROOT, env=clean(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            origin = server.stdout.readline().strip()
            if not origin:
                raise RuntimeError("The benchmark's shop did not start.")
            yield origin
        finally:
            server.stdin.close()
