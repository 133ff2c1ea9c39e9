"""The main workflow through Prefect against the same functions called bare, and the cost of one more step."""

import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import urlsplit

import psutil

from benchmarks.processes import answer, in_turn, shop
from benchmarks.table import Row, middle
from magicai.shops.crawl_analyze_generate import WORKFLOW

_PRODUCTS, _QUICK = 1_000, 24
_STEPS = 20
_LOOK_S = 0.5


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Each side has a home of its own, and reads the same shop in every round.

    The first run of each isn't counted: it starts the servers and fills the stores. From then on nothing changes, so
    that what Prefect costs isn't hidden behind what only a first run does.
    """
    products = _QUICK if quick else _PRODUCTS
    with shop(data, products) as origin, _home(origin) as flow_home, _home(origin) as bare_home:
        sides = {
            "flow": partial(_side, flow_home, "-m", "magicai", "run", WORKFLOW.name, origin, "--json"),
            "bare": partial(_side, bare_home, "-m", "benchmarks.flow.bare", origin),
        }
        _same(in_turn(sides, 1), products)
        rounds = in_turn(sides, 1 if quick else 5)
        _same(rounds, products)
        steps = [answer("-m", "benchmarks.flow.steps", str(_STEPS), environment=flow_home)]
    flow, bare = ([side.measures for side in rounds[name]] for name in ("flow", "bare"))
    took = "; ".join(", ".join(f"{one['seconds']:.1f}" for one in side) for side in (flow, bare))
    against = "the same functions, bare"
    what = f"main workflow, {products:,} products, composer only"
    yield Row(what, "s", middle(flow, "seconds"), middle(bare, "seconds"), against, most=1.6, note=took)
    for name, words in (("whole", "command and start"), ("processor", "all processes")):
        unit = "s" if name == "whole" else "processor s"
        yield Row(f"the same, {words}", unit, middle(flow, name), middle(bare, name), against)
    yield Row("one more step", "ms", middle(steps, "prefect_ms"), middle(steps, "bare_ms"), "a plain call")


@dataclass(frozen=True, slots=True)
class _Done:
    """A run.

    Attributes:
        measures: `seconds` from the attempt's begin to its end, `whole` of the command, `processor` of every process
            of the home, servers too.
        did: what it did and found; equal on both sides in each round.
    """

    measures: dict[str, float]
    did: dict[str, Any]


def _side(home: Mapping[str, str], *command: str) -> _Done:
    with _Processor(home["MAGICAI_HOME"]) as processor:
        begun = time.perf_counter()
        result = answer(*command, environment=home)
        whole = time.perf_counter() - begun
    return _Done({"seconds": result["execution_time"], "whole": whole, "processor": processor.seconds}, _did(result))


def _did(result: dict[str, Any]) -> dict[str, Any]:
    """What must be equal for a comparison to mean anything."""
    decision = result["decision"]
    return {
        "status": result["status"],
        "problems": result["problems"],
        "steps": decision["task_sequence"],
        "fetch": [choice["option"] for choice in decision["choices"] if choice["choice"] == "fetch"],
        "pages": result["crawl_data"]["pages"],
        "shops": [_timeless(one) for one in result["analysis"]["shops"]],
        "shared_brands": result["shared_brands"],
        "findings": len(result["report"]["findings"]),  # one fact has several wordings, and each run chooses
        "sentences": result["report"]["sentences"],
        "behind": result["indexed"]["behind"],
    }


def _timeless(analysis: dict[str, Any]) -> dict[str, Any]:
    """One shop's numbers and changes, without when the last crawl was."""
    return {**analysis, "changes": {**(analysis["changes"] or {}), "since": None}}


def _same(rounds: Mapping[str, Sequence[_Done]], products: int) -> None:
    """End where a side did something else than the other, or did not do all of it.

    Raises:
        RuntimeError: names what differs.
    """
    for flow, bare in zip(rounds["flow"], rounds["bare"], strict=True):
        differ = [name for name, value in flow.did.items() if value != bare.did[name]]
        if differ:
            told = "; ".join(f"{name}: {str(flow.did[name])[:300]} | {str(bare.did[name])[:300]}" for name in differ)
            raise RuntimeError(f"the flow and the bare functions did not do the same: {told}")
        found = sum(stats["count"] for stats in bare.did["shops"][0]["stats"])
        if bare.did["status"] != "completed" or found != products or any(bare.did["behind"].values()):
            raise RuntimeError(f"{bare.did['status']}, {found} products, behind {bare.did['behind']}")


class _Processor:
    """Processor seconds of every process of a home while the block lasts, by looking every half second.

    A command does not wait for the attempt that it starts, so that what the system sums up for it leaves that out.
    """

    def __init__(self, home: str) -> None:
        self._home = home
        self._used: dict[psutil.Process, tuple[float, float]] = {}
        self._ended = Event()
        self._thread = Thread(target=self._reporter)

    @property
    def seconds(self) -> float:
        """Used until now."""
        return sum(last - first for first, last in self._used.values())

    def __enter__(self) -> Self:
        self._look(new=False)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _reporter(self) -> None:
        while not self._ended.wait(_LOOK_S):
            self._look(new=True)
        self._look(new=True)

    def _look(self, *, new: bool) -> None:
        for process in _staying(self._home):
            with suppress(psutil.Error):
                times = process.cpu_times()
                now = times.user + times.system
                first, _ = self._used.get(process, (0.0 if new else now, now))
                self._used[process] = (first, now)


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
                "MAGICAI_IDLE_SECONDS": "600",  # no side pays for a server that ended while the other one ran
            }
        finally:
            _end_what_stays(folder)


def _end_what_stays(home: str) -> None:
    """End the servers that a run keeps for the next one."""
    staying = _staying(home)
    for process in staying:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(staying, timeout=10)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _staying(home: str) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MAGICAI_HOME") == home:
                found.append(process)
    return found
