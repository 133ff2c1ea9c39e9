"""Kill at random moments stores, relays, workers and runs: `python -m benchmarks.reliability [--kills N]`.

Starts a lab of its own (docs/how-to/test-servers.md) and prints the figures of docs/explanation/reliability.md. Exit
status 0 if nothing was lost or doubled and all stores agree with the records in the end.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reliability import matrix, prefect_calls
from benchmarks.reliability.attempts import Attempts, Judged
from benchmarks.reliability.installation import addresses
from benchmarks.reliability.roles import OWNER, after, cheap
from integrations.open import open_ports
from magicai.ports import Projection
from magicai.stores.entity import STORES, Store
from magicai.stores.reconcile import Reconciled, reconcile
from tests.lab.lab import Lab
from tests.lab.servers import SERVERS

WORKERS, RELAYS = 3, 2
_LIMIT_S = 900.0
_PAUSE_S = 3.0
_BETWEEN_S = (0.2, 1.5)
# How often each is hit; a server on a JVM takes ten seconds and more to come back.
_WEIGHTS = {
    "worker": 34,
    "relay": 30,
    "run": 12,
    "redis": 12,
    "chroma": 10,
    "postgresql": 8,
    "s3": 0,
    "neo4j": 4,
    "elasticsearch": 3,
}
_PLAYS: dict[str, Store] = {"redis": "cache", "chroma": "vectors", "neo4j": "graph", "elasticsearch": "search"}
_HOW = {"kill": 70, "pause": 20, "wipe": 10}


@dataclass(slots=True)
class Figures:
    """What is counted."""

    hits: Counter[str] = field(default_factory=Counter[str])
    acknowledged: int = 0
    lost: int = 0
    double: int = 0
    caught_up_s: float = 0.0
    first: Reconciled | None = None
    second: Reconciled | None = None
    emptied: list[str] = field(default_factory=list[str])
    runs: Judged | None = None


class Roles:
    """Workers and relays, each started again when it was killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one: worker-N or relay-N."""
        kind, _, number = name.partition("-")
        words = [sys.executable, "-m", "benchmarks.reliability.roles", kind]
        words += [number, str(self.notes(int(number)))] if kind == "worker" else []
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self, name: str) -> None:
        """As kill -9 does."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def kill_all(self, kind: str) -> None:
        """Kill all of a kind; of any kind where none is named."""
        for name in [name for name in self._running if name.startswith(kind)]:
            self.kill(name)

    def notes(self, worker: int) -> Path:
        """Where a worker notes what was acknowledged."""
        return self._folder / f"acknowledged-{worker}"


def _hit(lab: Lab, roles: Roles, attempts: Attempts, target: str, how: str, drawn: random.Random) -> str:
    if target == "run":
        attempts.kill()
        return "run kill"
    if target in ("worker", "relay"):
        name = f"{target}-{drawn.randrange(WORKERS if target == 'worker' else RELAYS)}"
        roles.kill(name)
        roles.start(name)
        return f"{target} kill"
    if target == "postgresql" and how == "wipe":
        how = "kill"  # the truth itself
    if how == "pause":
        lab.pause(target)
        time.sleep(_PAUSE_S)
        lab.resume(target)
    elif how == "wipe":
        lab.wipe(target)
    else:
        lab.kill(target)
        time.sleep(drawn.uniform(0, _PAUSE_S))
        lab.start(target)
    return f"{target} {how}"


async def _shown(store: Store) -> str:
    """How much of what the records hold a store has seen."""
    async with open_ports() as ports:
        behind = await ports.records.entities.behind(store)
        there = len(await ports.records.entities.all(store, limit=10_000_000))
        return f"{store} when it was emptied: {there - behind} of {there}"


async def _wait_until_caught_up() -> None:
    async with open_ports() as ports:
        until = time.monotonic() + _LIMIT_S
        while time.monotonic() < until:
            behind = [await ports.records.entities.behind(store) for store in STORES]
            if not any(behind):
                return
            await asyncio.sleep(0.2)


async def _judge(figures: Figures, roles: Roles) -> None:
    async with open_ports() as ports:
        cheap(ports)
        records = ports.records
        there = {
            one.entity_id: one.entity.title
            for store in STORES[:1]
            for one in await records.entities.all(store, limit=10_000_000)
            if one.entity is not None
        }
        keys = Counter(run.request["key"] for run in await records.runs.listed(owner_id=OWNER, limit=10_000_000))
        figures.double = sum(times - 1 for times in keys.values())
        for worker in range(WORKERS):
            done = roles.notes(worker).read_bytes().count(b"\n")
            figures.acknowledged += done
            figures.lost += sum(f"{worker}-{number}" not in keys for number in range(done))
            mine = {key: title for key, title in there.items() if key.startswith(f"{worker}-")}
            # The write that was cut in the end may be there, whole or in parts that are each whole.
            figures.lost += sum(key not in mine and key != f"{worker}-{done - 1}-0" for key in after(worker, done))
        projections: dict[Store, Projection] = {store: ports.projection(store) for store in STORES}
        figures.first = await reconcile(records, projections)
        figures.second = await reconcile(records, projections)


def main() -> int:
    """Kill, and count."""
    if sys.argv[1:2] == ["matrix"]:
        return matrix.main(sys.argv[2:])
    if sys.argv[1:2] == ["prefect"]:
        return prefect_calls.main(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stores", nargs="*", default=["postgresql", *_PLAYS])
    parser.add_argument("--lab", type=Path, help="a lab that runs; it is left running")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # what was started ends with this process
    drawn = random.Random(wanted.seed)  # noqa: S311 - to be drawn again the same
    with tempfile.TemporaryDirectory(prefix="magicai-reliability-") as place:
        folder = Path(place)
        folder.chmod(0o755)  # the lab's servers run in an account of their own
        lab = Lab(wanted.lab or folder / "lab", say=lambda words: print(words, file=sys.stderr))
        missing = lab.up(wanted.stores) if wanted.stores else {}
        servers = [name for name in wanted.stores if name not in missing]
        try:
            figures = _measure(lab, folder, servers, wanted.kills, drawn)
        finally:
            if wanted.lab is None:
                lab.down()
    return _tell(figures, servers)


def _measure(lab: Lab, folder: Path, servers: list[str], kills: int, drawn: random.Random) -> Figures:
    for name in [name for name in os.environ if name.startswith("MAGICAI_")]:
        del os.environ[name]
    os.environ |= {"MAGICAI_HOME": str(folder / "home"), "MAGICAI_STORES_ACCEPTED": "all"}
    own = {SERVERS[name].variable for name in servers}
    variables = {name: value for name, value in addresses(lab).items() if name in own} if servers else {}
    os.environ |= variables
    figures, roles, attempts = Figures(), Roles(folder), Attempts(folder / "runs", variables)
    names = [f"worker-{n}" for n in range(WORKERS)] + [f"relay-{n}" for n in range(RELAYS)]
    try:
        attempts.begin()
        for name in names:
            roles.start(name)
        targets = [name for name in _WEIGHTS if name in (*servers, "worker", "relay", "run")]
        for number in range(kills):
            time.sleep(drawn.uniform(*_BETWEEN_S))
            (target,) = drawn.choices(targets, [_WEIGHTS[name] for name in targets])
            (how,) = drawn.choices(list(_HOW), list(_HOW.values()))
            if how == "wipe" and target in _PLAYS:
                figures.emptied.append(asyncio.run(_shown(_PLAYS[target])))
            hit = _hit(lab, roles, attempts, target, how, drawn)
            figures.hits[hit] += 1
            print(f"{number + 1}: {hit}", file=sys.stderr, flush=True)
        roles.kill_all("worker")
        began = time.monotonic()
        asyncio.run(_wait_until_caught_up())
        figures.caught_up_s = time.monotonic() - began
        print(f"caught up after {figures.caught_up_s:.0f} s", file=sys.stderr, flush=True)
        roles.kill_all("relay")
        attempts.end()
        asyncio.run(_judge(figures, roles))
        figures.runs = attempts.judge()
    finally:
        roles.kill_all("")
        attempts.close()
    return figures


def _tell(figures: Figures, servers: list[str]) -> int:
    assert figures.first is not None
    assert figures.second is not None
    assert figures.runs is not None
    print(f"servers: {', '.join(servers) or 'none'}; the other stores embedded")
    print(f"kills and pauses: {figures.hits.total()}: {dict(figures.hits)}; load {os.getloadavg()[1]:.1f}")
    print("\n".join(figures.emptied))
    print(f"writes acknowledged: {figures.acknowledged}")
    print(f"lost: {figures.lost}")
    print(f"double: {figures.double}")
    print(f"caught up after: {figures.caught_up_s:.1f} s")
    for name, found in (("first", figures.first), ("second", figures.second)):
        stores: dict[Store, str] = {store: str(one) for store, one in found.stores.items()}
        print(f"{name} reconcile: {found.differences} differences, {found.repaired} repaired; {stores}")
    runs = figures.runs
    print(f"whole runs: {runs.begun}, {runs.killed} kills, gone on with {runs.resumed} times; wrong: {runs.wrong}")
    print(f"their reconcile: {runs.first.differences} differences, then {runs.second.differences}")
    wrong = figures.lost or figures.double or runs.wrong
    return int(bool(wrong or any(one.differences or one.down for one in (figures.second, runs.second))))


if __name__ == "__main__":
    sys.exit(main())
