"""Starting a run in a warm process against Prefect's own process worker: the same flow, server, client and machine.

The flow does nothing (a backup without a folder), so what is measured is the start. Both workers may ask the server
every half second, and the other one is halted where many runs at once are measured; Prefect's starts
`python -m integrations.prefect.attempt` for each run, as it did for us before. How a run is getting on is
asked for over one connection, and rarely enough to leave the server to the workers.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil

from benchmarks.table import Row
from integrations.prefect import environment, server_on_demand
from tests.e2e.everything import READY

_FLOW, _OTHER = "backup", "plain"
_LIMIT_S = 300.0
_LOOK_S, _LOOK_AT_MANY_S = 0.02, 0.2
_SETTLE_S = 2.0
_ENDS_S = 60.0
_GOAL_S = 0.5
# By process: its seconds, and its parent.
_Spent = dict[int, tuple[float, int]]
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Seconds from asking for a run until it runs; runs a second, and processor time a run, when many are asked for."""
    del data
    singles, many, rounds = (1, 4, 1) if quick else (11, 16, 3)
    with (
        tempfile.TemporaryDirectory() as folder,
        _up(home := Path(folder, "home")) as server,
        _plain_worker(home, server),
    ):
        bench = _Bench(home, server)
        ours = bench.ask("GET", f"/deployments/name/{_FLOW}/magicai")
        sides = {"ours": ours["id"], "theirs": _plain_deployment(bench, ours)}
        for deployment in sides.values():
            for _ in range(3):  # each warm process has its first run, which makes its connections
                bench.start(deployment)
        starts: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(singles):
            for side, deployment in sides.items():
                starts[side].append(bench.start(deployment))
        taken: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
        for _ in range(rounds):
            for side, deployment in sides.items():
                with bench.alone(side):
                    taken[side].append(bench.all(deployment, many))
    against = "Prefect's process worker"
    middle = {side: median(found) for side, found in starts.items()}
    rate = {side: many / median(seconds for seconds, _ in found) for side, found in taken.items()}
    spent = {side: 1000 * median(spent for _, spent in found) / many for side, found in taken.items()}
    yield Row(
        "a run's start", "s", middle["ours"], _GOAL_S, "the goal", most=1, note=f"{against}: {middle['theirs']:.2f} s"
    )
    yield Row(f"{many} runs at once", "runs/s", rate["ours"], rate["theirs"], against)
    yield Row("a run's processor time, server and all", "ms", spent["ours"], spent["theirs"], against)


class _Bench:
    """Asks for runs, over one connection."""

    def __init__(self, home: Path, server: server_on_demand.Server) -> None:
        self._home = home
        user, _, password = environment.credential(home).partition(":")
        self._client = httpx.Client(base_url=server.url, auth=(user, password), timeout=60, trust_env=False)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the server answers."""
        return self._client.request(method, path, json=body).raise_for_status().json()

    def start(self, deployment: str) -> float:
        """Seconds until a new run runs; waits for its end."""
        begun = time.perf_counter()
        flow_run = self._create(deployment)
        running = None
        while (state := self._states([flow_run])[0]) not in _ENDED:
            if running is None and state == "RUNNING":
                running = time.perf_counter() - begun
            _patience(begun, _LOOK_S)
        return running if running is not None else time.perf_counter() - begun

    @contextlib.contextmanager
    def alone(self, side: str) -> Generator[None]:
        """Nobody but one side's worker asks the server."""
        other = "prefect" if side == "ours" else "integrations.prefect.warm"
        (worker,) = [process for process in self._processes() if other in process.cmdline()]
        worker.suspend()
        try:
            yield
        finally:
            worker.resume()
            time.sleep(_SETTLE_S)

    def all(self, deployment: str, count: int) -> tuple[float, float]:
        """Seconds until so many runs have ended that were asked for at once, and processor seconds of all processes."""
        begun, before = time.perf_counter(), self._spent()
        flow_runs = [self._create(deployment) for _ in range(count)]
        wanted = {"flow_runs": {"id": {"any_": flow_runs}, "state": {"type": {"any_": _ENDED}}}}
        while self.ask("POST", "/flow_runs/count", wanted) < count:
            _patience(begun, _LOOK_AT_MANY_S)
        return time.perf_counter() - begun, _since(before, self._spent())

    def _create(self, deployment: str) -> str:
        asked: dict[str, Any] = {"state": {"type": "SCHEDULED"}, "parameters": {}}
        return self.ask("POST", f"/deployments/{deployment}/create_flow_run", asked)["id"]

    def _states(self, flow_runs: Sequence[str]) -> list[str]:
        found = self.ask("POST", "/flow_runs/filter", {"flow_runs": {"id": {"any_": list(flow_runs)}}})
        return [one["state"]["type"] for one in found]

    def _spent(self) -> _Spent:
        """What this installation's processes have spent, and those that they have seen end."""
        spent: _Spent = {}
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                spent[process.pid] = sum(process.cpu_times()[:4]), process.ppid()
        return spent

    def _processes(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("MAGICAI_HOME") == str(self._home):
                    found.append(process)
        return found


def _since(before: _Spent, now: _Spent) -> float:
    """Processor seconds between two looks; what ended unseen by a parent of ours is in neither."""
    there = sum(seconds for pid, (seconds, parent) in before.items() if pid in now or parent in now)
    return sum(seconds for seconds, _ in now.values()) - there


def _patience(begun: float, look_s: float) -> None:
    if time.perf_counter() - begun > _LIMIT_S:
        raise TimeoutError(f"it took longer than {_LIMIT_S:g} s")
    time.sleep(look_s)


@contextlib.contextmanager
def _up(home: Path) -> Generator[server_on_demand.Server]:
    """Everything that `magicai up` starts."""
    variables = {**environment.clean(os.environ), "MAGICAI_HOME": str(home), "MAGICAI_MODEL": "none"}
    log, begun = home.parent / "up.log", time.perf_counter()
    with _process([sys.executable, "-m", "magicai", "up", "--no-open"], variables, log) as process:
        while READY not in (said := log.read_text(encoding="utf-8")):
            if process.poll() is not None:
                raise RuntimeError(f"magicai up ended: {said[-2000:]}")
            _patience(begun, _LOOK_AT_MANY_S)
        server = server_on_demand.running(home)
        assert server is not None, "it did not start"
        yield server


@contextlib.contextmanager
def _plain_worker(home: Path, server: server_on_demand.Server) -> Generator[None]:
    """Prefect's process worker, on a pool of its own."""
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    pool = {"name": _OTHER, "type": "process", "base_job_template": template}
    server_on_demand.ask(home, "POST", f"{server.url}/work_pools/", pool)
    variables = environment.client(home, server.url, os.environ)
    words = [sys.executable, "-m", "prefect", "worker", "start", "--pool", _OTHER]
    with _process(words, variables, home.parent / "plain-worker.log"):
        yield


def _plain_deployment(bench: _Bench, ours: Mapping[str, Any]) -> str:
    """The same flow for the other worker; answers the deployment's id."""
    wanted: dict[str, Any] = {
        "name": _OTHER,
        "flow_id": ours["flow_id"],
        "entrypoint": ours["entrypoint"],
        "pull_steps": [],
        "work_pool_name": _OTHER,
        "job_variables": {"command": "python -m integrations.prefect.attempt"},
    }
    return bench.ask("POST", "/deployments/", wanted)["id"]


@contextlib.contextmanager
def _process(words: list[str], variables: Mapping[str, str], log: Path) -> Generator[subprocess.Popen[bytes]]:
    """A process that writes to a file what it says: a pipe that nobody reads stops it once it is full."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            words, env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
