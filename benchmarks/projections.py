"""What slow stores cost: a run with one store two seconds late, and all stores side by side."""

import asyncio
import os
import resource
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.table import Row
from integrations.records import sqlite
from magicai.ports import Projection
from magicai.stores.entity import STORES, Entity, Store, Versioned
from magicai.stores.relay import drain
from tests.contract.projection.memory import MemoryProjection
from tests.faulty import Faulty
from tests.lab.lab import Lab

LATE_S = 2.0
_CAUGHT_UP_S = 120.0
_WAITS_S: dict[Store, float] = {"search": 0.5, "vectors": 1.0, "graph": 0.5, "cache": 0.25}


class Waiting(MemoryProjection):
    """A store that answers so many seconds late."""

    def __init__(self, store: Store, wait_s: float, name: str) -> None:
        super().__init__(store, name)
        self._wait_s = wait_s

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over what is newer, late."""
        await asyncio.sleep(self._wait_s)
        await super().apply(changes)


async def _drained(home: Path, stores: Sequence[Store], name: str) -> float:
    records = sqlite.open(home / f"{name}.sqlite3")
    entities = [Entity("product", f"{n}", "o", "Kettle", "", stores=STORES) for n in range(20)]
    await records.entities.save(entities)
    ports: dict[Store, Projection] = {store: Waiting(store, _WAITS_S[store], f"{name} {store}") for store in stores}
    began = time.perf_counter()
    await drain(records, ports, limit_s=60)
    took = time.perf_counter() - began
    await records.close()
    return took


def _side_by_side(rounds: int) -> Row:
    all_s: list[float] = []
    slowest_s: list[float] = []
    one_by_one_s: list[float] = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as place:
            home = Path(place)
            all_s.append(asyncio.run(_drained(home, STORES, f"all {number}")))
            each = {store: asyncio.run(_drained(home, (store,), f"{store} {number}")) for store in STORES}
        slowest_s.append(max(each.values()))
        one_by_one_s.append(sum(each.values()))
    return Row(
        what="all stores side by side, each waiting",
        unit="s",
        ours=median(all_s),
        other=median(slowest_s),
        against="the slowest alone",
        most=1.25,
        note=f"one after the other: {median(one_by_one_s):.2f} s",
    )


@contextmanager
def _shop(home: Path) -> Generator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "magicai", "sample-shop", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(home))
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAGICAI_", "PREFECT_"))}
    return {**kept, "MAGICAI_HOME": str(home), "MAGICAI_MODEL": "none", "MAGICAI_IDLE_SECONDS": "60", **more}


def _run(home: Path, shop: str, redis: str) -> tuple[float, float]:
    """Seconds, and those of the processor, that a command takes; what an earlier one left to do is done before."""
    asyncio.run(_caught_up(home))
    environment = _environment(
        home, MAGICAI_CRAWL_ALLOW_HOSTS=shop, MAGICAI_CRAWL_DELAY="0", REDIS_URL=redis, MAGICAI_STORES_ACCEPTED="all"
    )
    words = ["run", "crawl-analyze-generate", f"http://{shop}/", "--json", "--render", "never"]
    began, worked = time.perf_counter(), _worked_s()
    done = subprocess.run(
        [sys.executable, "-m", "magicai", *words], env=environment, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - began, _worked_s() - worked
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr[-2000:])
    return took


async def _caught_up(home: Path) -> None:
    records = sqlite.open(home / "records.sqlite3")
    async with asyncio.timeout(_CAUGHT_UP_S):
        while any([await records.entities.behind(store) for store in STORES]):  # noqa: ASYNC110 - a row rings no bell
            await asyncio.sleep(0.2)
    await records.close()


def _worked_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _late(rounds: int) -> Row:
    on_time: list[tuple[float, float]] = []
    late: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="magicai-late-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        lab = Lab(folder / "lab")
        lab.up(["redis"])
        words = shlex.split(lab.addresses.read_text(encoding="utf-8"), comments=True)
        (url,) = [word.partition("=")[2] for word in words if word.startswith("REDIS_URL=")]
        try:
            with _shop(folder / "shop") as shop, Faulty(url) as proxy:
                _run(folder / "home", shop, proxy.url)  # starts what is started on demand
                for _ in range(rounds):
                    proxy.heal()
                    on_time.append(_run(folder / "home", shop, proxy.url))
                    proxy.delay(LATE_S)
                    late.append(_run(folder / "home", shop, proxy.url))
                    proxy.heal()  # so that what was left behind is caught up with before the next
        finally:
            lab.down()
    ours, other = (tuple(median(part) for part in zip(*some, strict=True)) for some in (late, on_time))
    return Row(
        what="a run with Redis two seconds late",
        unit="s",
        ours=ours[0],
        other=other[0],
        against="the same with Redis on time",
        most=1.1,
        note=f"sample shop, no model; the whole command; processor {ours[1]:.2f} s against {other[1]:.2f} s",
    )


def rows(_: Path, *, quick: bool) -> list[Row]:
    """Both comparisons."""
    return [_side_by_side(1 if quick else 3), _late(1 if quick else 5)]
