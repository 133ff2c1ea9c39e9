"""The main workflow through Prefect against the same functions called bare, and the cost of one more step."""

import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from benchmarks.processes import answer, in_turn, shop
from benchmarks.table import Row, middle

_PRODUCTS = 1_000
_STEPS = 20


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Each side has a home of its own; the first run of each starts what stays, and isn't counted."""
    with shop(data, _PRODUCTS) as origin, _home(origin) as flow_home, _home(origin) as bare_home:
        sides = {
            "flow": partial(_flow, origin, flow_home),
            "bare": partial(_bare, origin, bare_home),
        }
        in_turn(sides, 1)
        rounds = in_turn(sides, 1 if quick else 3)
        steps = [answer("-m", "benchmarks.flow.steps", str(_STEPS), environment=flow_home)]
    flow, bare = rounds["flow"], rounds["bare"]
    took = "; ".join(", ".join(f"{one['seconds']:.1f}" for one in side) for side in (flow, bare))
    yield Row(
        "main workflow, 1,000 products, composer only",
        "s",
        middle(flow, "seconds"),
        middle(bare, "seconds"),
        "the same functions, bare",
        most=1.1,
        note=took,
    )
    yield Row("one more step", "ms", middle(steps, "prefect_ms"), middle(steps, "bare_ms"), "a plain call")


def _flow(origin: str, home: Mapping[str, str]) -> dict[str, float]:
    command = ("-m", "magicai", "run", "crawl-analyze-generate", origin, "--json")
    return _checked(answer(*command, environment=home))


def _bare(origin: str, home: Mapping[str, str]) -> dict[str, float]:
    return _checked(answer("-m", "benchmarks.flow.bare", origin, environment=home))


def _checked(result: dict[str, Any]) -> dict[str, float]:
    products = sum(stats["count"] for stats in result["analysis"]["shops"][0]["stats"])
    if result["status"] != "completed" or products != _PRODUCTS:
        raise RuntimeError(f"{result['status']}, {products} products: {result['problems']}")
    return {"seconds": result["execution_time"]}


@contextmanager
def _home(origin: str) -> Generator[dict[str, str]]:
    """The environment of an installation without delays and without a language model; all of it ends here."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            yield {
                "MAGICAI_HOME": folder,
                "MAGICAI_MODEL": "none",
                "MAGICAI_CRAWL_ALLOW_HOSTS": urlsplit(origin).netloc,
                "MAGICAI_CRAWL_DELAY": "0",
                "MAGICAI_CRAWL_CONCURRENCY": "8",
            }
        finally:
            _end_what_stays(folder)


def _end_what_stays(home: str) -> None:
    """End the servers that a run keeps for the next one."""
    staying: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MAGICAI_HOME") == home:
                process.terminate()
                staying.append(process)
    for process in psutil.wait_procs(staying, timeout=10)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
