"""Starting a run in a warm process against Prefect's own process worker: the same flow, server, client and machine.

The flow does nothing (a backup without a folder), so what is measured is the start. Both workers ask the server every
half second. Prefect's starts `python -m flows` for each run, as it did for us before.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.table import Row
from integrations.runs import environment, ondemand

_FLOW, _OTHER = "backup", "plain"
_LIMIT_S = 180.0
_LOOK_S = 0.02
_ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Seconds from asking for a run until it runs, and runs a second when many are asked for at once."""
    del data
    singles, many = (1, 4) if quick else (9, 16)
    with tempfile.TemporaryDirectory() as folder, _up(Path(folder)) as server, _plain_worker(Path(folder), server):
        home = Path(folder)
        ours = ondemand.ask(home, "GET", f"{server.url}/deployments/name/{_FLOW}/magicai").json()
        theirs = _plain_deployment(home, server, ours)
        sides = {"ours": ours["id"], "theirs": theirs}
        for deployment in sides.values():
            _start(home, server, deployment)
        starts: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(singles):
            for side, deployment in sides.items():
                starts[side].append(_start(home, server, deployment))
        rates = {side: many / _all(home, server, deployment, many) for side, deployment in sides.items()}
    against = "Prefect's process worker"
    middle = {side: median(found) for side, found in starts.items()}
    yield Row("a run's start", "s", middle["ours"], middle["theirs"], against, most=1 / 5)
    yield Row(f"{many} runs at once", "runs/s", rates["ours"], rates["theirs"], against, least=10)


def _start(home: Path, server: ondemand.Server, deployment: str) -> float:
    """Seconds until a new run runs; waits for its end."""
    begun = time.perf_counter()
    flow_run = _create(home, server, deployment)
    running = None
    while (state := _state(home, server, flow_run)) not in _ENDED:
        if running is None and state == "RUNNING":
            running = time.perf_counter() - begun
        _patience(begun)
    return running if running is not None else time.perf_counter() - begun


def _all(home: Path, server: ondemand.Server, deployment: str, count: int) -> float:
    """Seconds until so many runs have ended that were asked for at once."""
    begun = time.perf_counter()
    left = {_create(home, server, deployment) for _ in range(count)}
    while left:
        left = {one for one in left if _state(home, server, one) not in _ENDED}
        _patience(begun)
    return time.perf_counter() - begun


def _patience(begun: float) -> None:
    if time.perf_counter() - begun > _LIMIT_S:
        raise TimeoutError("a run did not end")
    time.sleep(_LOOK_S)


def _create(home: Path, server: ondemand.Server, deployment: str) -> str:
    asked: dict[str, Any] = {"state": {"type": "SCHEDULED"}, "parameters": {}}
    return ondemand.ask(home, "POST", f"{server.url}/deployments/{deployment}/create_flow_run", asked).json()["id"]


def _state(home: Path, server: ondemand.Server, flow_run: str) -> str:
    return ondemand.ask(home, "GET", f"{server.url}/flow_runs/{flow_run}").json()["state"]["type"]


@contextlib.contextmanager
def _up(home: Path) -> Generator[ondemand.Server]:
    """Everything that `magicai up` starts."""
    variables = {**environment.clean(os.environ), "MAGICAI_HOME": str(home), "MAGICAI_MODEL": "none"}
    with _process([sys.executable, "-m", "magicai", "up", "--no-open"], variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Ctrl-C ends everything" in line:
                break
        server = ondemand.running(home)
        assert server is not None, "it did not start"
        yield server


@contextlib.contextmanager
def _plain_worker(home: Path, server: ondemand.Server) -> Generator[None]:
    """Prefect's process worker, on a pool of its own."""
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    pool = {"name": _OTHER, "type": "process", "base_job_template": template}
    ondemand.ask(home, "POST", f"{server.url}/work_pools/", pool)
    variables = environment.client(home, server.url, os.environ)
    with _process([sys.executable, "-m", "prefect", "worker", "start", "--pool", _OTHER], variables):
        yield


def _plain_deployment(home: Path, server: ondemand.Server, ours: Mapping[str, Any]) -> str:
    """The same flow for the other worker; answers the deployment's id."""
    wanted: dict[str, Any] = {
        "name": _OTHER,
        "flow_id": ours["flow_id"],
        "entrypoint": ours["entrypoint"],
        "pull_steps": [],
        "work_pool_name": _OTHER,
        "job_variables": {"command": "python -m flows"},
    }
    return ondemand.ask(home, "POST", f"{server.url}/deployments/", wanted).json()["id"]


@contextlib.contextmanager
def _process(words: list[str], variables: Mapping[str, str]) -> "Generator[subprocess.Popen[str]]":
    with subprocess.Popen(
        words,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=60)
