"""Runs carried out by Prefect: an attempt is a process that runs the flow and reports to Prefect's server.

Talks to the server over its REST API: a command that only looks need not import Prefect.
"""

import contextlib
import os
import socket
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

import httpx
import psutil

from integrations.runs import environment, ondemand
from magicai.domain.run import Attempt, Run, RunStatus
from magicai.errors import NotFound, Temporary
from magicai.settings import Settings

_STATUS = {
    "COMPLETED": RunStatus.COMPLETED,
    "FAILED": RunStatus.FAILED,
    "CRASHED": RunStatus.FAILED,
    "CANCELLED": RunStatus.CANCELLED,
    "CANCELLING": RunStatus.CANCELLED,
}
# A process's start as psutil gives it differs by a clock tick between two readings.
_SAME_START_US = 2_000_000
# Attempts outlive the command that started them; Python warns of a Popen that is forgotten while its process lives.
_children: "dict[str, subprocess.Popen[bytes]]" = {}


class PrefectRuns:
    """Starts attempts on this machine, and looks after them."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home

    async def start(self, run: Run) -> None:
        """Begin an attempt at a run, in a process of its own, and return at once."""
        path = log_path(self._home, run.run_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            _children[run.run_id] = self._spawn(run.run_id, log)

    def starting(self, run_id: str) -> bool:
        """Whether the process that `start` began still lives; True of what another process began."""
        child = _children.get(run_id)
        return child is None or child.poll() is None

    async def stop(self, attempt: Attempt) -> None:
        """End an attempt's process and its children, whatever it is doing."""
        process = _process(attempt)
        if process is None:
            return
        family = [process, *process.children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.terminate()
        _, left = psutil.wait_procs(family, timeout=2)
        for member in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()

    def alive(self, attempt: Attempt) -> bool | None:
        """Whether its process lives; None where it is another machine's."""
        if attempt.host != socket.gethostname():
            return None
        return _process(attempt) is not None

    async def link(self, flow_run_id: str | None) -> str | None:
        """Where an operator sees it, logged in once (the front page for None); None while no server runs."""
        server = ondemand.running(self._home)
        if server is None:
            return None
        path = self._ask("POST", f"{server.base}/login-links")["path"]
        return f"{server.base}{path}" + (f"?next=/runs/flow-run/{flow_run_id}" if flow_run_id else "")

    async def fate(self, flow_run_id: str) -> RunStatus | None:
        """How Prefect says that it ended; None where it does not know, or no server runs."""
        server = ondemand.running(self._home)
        if server is None:
            return None
        with contextlib.suppress(NotFound):
            state = self._ask("GET", f"{server.url}/flow_runs/{flow_run_id}")["state"]
            return _STATUS.get(state["type"]) if state else None
        return None

    async def crashed(self, flow_run_id: str, why: str) -> None:
        """Tell Prefect that an attempt's process is gone; nothing while no server runs."""
        server = ondemand.running(self._home)
        if server is None:
            return
        state = {"type": "CRASHED", "name": "Crashed", "message": why}
        with contextlib.suppress(NotFound):
            self._ask("POST", f"{server.url}/flow_runs/{flow_run_id}/set_state", {"state": state, "force": True})

    def _spawn(self, run_id: str, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "flows", run_id],
            env={**environment.clean(os.environ), "MAGICAI_HOME": str(self._home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        user, _, password = environment.credential(self._home).partition(":")
        try:
            answer = httpx.request(method, url, json=body, auth=(user, password), timeout=10, trust_env=False)
        except httpx.HTTPError as exc:
            raise Temporary(f"Prefect's server at {url} did not answer: {exc}") from exc
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise NotFound(f"Prefect's server does not know {url}.")
        if answer.is_error:
            raise Temporary(f"Prefect's server answered {answer.status_code} for {url}: {answer.text[:200]}")
        return answer.json()


def this_process() -> tuple[str, int, int]:
    """Host, pid and start (UTC microseconds) of this process: what an attempt is known by."""
    return socket.gethostname(), os.getpid(), _started_us(psutil.Process())


def _started_us(process: psutil.Process) -> int:
    return int(process.create_time() * 1_000_000)


def _process(attempt: Attempt) -> psutil.Process | None:
    try:
        process = psutil.Process(attempt.pid)
        same = abs(_started_us(process) - attempt.process_started_at) < _SAME_START_US
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def log_path(home: Path, run_id: str) -> Path:
    """Where an attempt's process writes what it would have printed."""
    return home / "logs" / f"{run_id}.log"
