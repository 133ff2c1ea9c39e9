"""Runs executed by Prefect: an attempt is a process that runs the flow and reports to Prefect's server.

This module uses the server's REST API, so that a command that only reads need not import Prefect.
"""

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

import httpx
import psutil

from integrations.prefect import environment, server_on_demand
from integrations.prefect.failure import read_failure
from integrations.prefect.work_pool import OVER, submit
from integrations.processes import lifeline
from integrations.processes.process import end, find, started_us, this_process
from magicai.errors import MagicError, NotFound, Temporary
from magicai.ports import LostAttempt
from magicai.runs.plan import Priority
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.settings import Settings

_log = logging.getLogger(__name__)

_STATUS = {
    "COMPLETED": RunStatus.COMPLETED,
    "FAILED": RunStatus.FAILED,
    "CRASHED": RunStatus.FAILED,
    "CANCELLED": RunStatus.CANCELLED,
    "CANCELLING": RunStatus.CANCELLED,
    "PAUSED": RunStatus.CANCELLED,  # suspended: Prefect would start it anew, so the run ends, and can be resumed
}
_STATE = {
    RunStatus.COMPLETED: ("COMPLETED", "Completed"),
    RunStatus.PARTIAL: ("COMPLETED", "Partial"),
    RunStatus.CANCELLED: ("CANCELLED", "Cancelled"),
    RunStatus.FAILED: ("CRASHED", "Crashed"),
}
_GOING_ON = ("PENDING", "RUNNING", "CANCELLING")
_RUN, _HOST, _PID, _STARTED = "magicai.run", "magicai.host", "magicai.pid", "magicai.started"
# How long a process may take to label its flow run, on a slow machine.
_SILENT_S = 60.0
_GRACE_S = 2.0
_MOST_LOST = 200


class Child(subprocess.Popen[bytes]):
    """The process of an attempt, which outlives the command that started it."""

    def __del__(self) -> None:
        """Close the pipe; Popen's own finalizer warns if the process is still running."""
        if self.stdout is not None:
            self.stdout.close()


class PrefectOrchestrator:
    """Starts and monitors attempts on this machine."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._home = settings, settings.home
        self._delivered: dict[str, str] = {}  # flow runs by run
        self._children: dict[str, subprocess.Popen[bytes]] = {}  # until their end is seen
        self._failures: dict[str, MagicError] = {}  # until the run is started again, or closed
        self.restarts = settings.run_restarts

    async def start(self, run: Run) -> None:
        """Start an attempt at a run, in its own process or a warm worker's, and return at once."""
        self._see_ends()
        self._failures.pop(run.run_id, None)
        self._delivered.pop(run.run_id, None)
        # A run started by a command has that command's environment, which a worker lacks.
        if run.origin is not Origin.CLI and await asyncio.to_thread(self._deliver, run):
            return
        with environment.open_log(log_path(self._home, run.run_id)) as log:
            self._children[run.run_id] = self._spawn(run.run_id, log)

    def failure(self, run_id: str) -> MagicError | None:
        """Return why the process that `start` began failed; None while it runs or if it succeeded."""
        self._see_ends()
        return self._failures.get(run_id)

    async def ended_before_attempt(self, waiting: Collection[str]) -> Mapping[str, RunStatus]:
        """Return how flow runs ended whose runs still wait for an attempt: cancelled, or killed before it began."""
        self._delivered = {run: flow_run for run, flow_run in self._delivered.items() if run in waiting}
        server = await self._server() if self._delivered else None
        if server is None:
            return {}
        wanted = {"flow_runs": {"id": {"any_": list(self._delivered.values())}}}
        there = await self._ask("POST", f"{server.url}/flow_runs/filter", wanted)
        states = {one["id"]: await self._end_if_silent(server, one) for one in there}
        # Deleting a deployment deletes its waiting flow runs; their runs must be executed all the same.
        ends = {run: states.get(flow_run, "CRASHED") for run, flow_run in self._delivered.items()}
        statuses = {run: _STATUS[end] for run, end in ends.items() if end in OVER}
        # One that ended well, an operator's word say, has carried out nothing, either.
        return {run: status if status is RunStatus.CANCELLED else RunStatus.FAILED for run, status in statuses.items()}

    async def abort(self, run_id: str) -> None:
        """End the process that `start` began."""
        child = self._children.get(run_id)
        if child is not None and child.poll() is None:
            with suppress(psutil.NoSuchProcess):
                started = started_us(psutil.Process(child.pid))
                await asyncio.to_thread(end, (child.pid, started), grace_s=_GRACE_S, at_once=True)

    async def wait(self, run_id: str, *, limit_s: float) -> bool:
        """Wait for the process that `start` began, and return whether it has ended."""
        child = self._children.get(run_id)
        if child is None:
            return True
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(child.wait, limit_s)
        self._see_ends()
        return child.returncode is not None

    async def stop(self, attempt: Attempt) -> None:
        """End an attempt's process and its children."""
        if attempt.host == socket.gethostname():
            process_identity = (attempt.pid, attempt.process_started_at)
            await asyncio.to_thread(end, process_identity, grace_s=_GRACE_S, at_once=True)
        self._see_ends()
        self._failures.pop(attempt.run_id, None)

    def alive(self, attempt: Attempt) -> bool | None:
        """Return whether its process is running; None if it is another machine's."""
        if attempt.host != socket.gethostname():
            return None
        return find(attempt.pid, attempt.process_started_at) is not None

    async def link(self, flow_run_id: str | None) -> str | None:
        """Return a single-use login link to a flow run's page (None: the front page); None if no server is running."""
        server = await self._server()
        if server is None:
            return None
        path = (await self._ask("POST", f"{server.base}/login-links"))["path"]
        return f"{server.base}{path}" + (f"?next=/runs/flow-run/{flow_run_id}" if flow_run_id else "")

    async def final_status(self, flow_run_id: str) -> RunStatus | None:
        """Return the final status in Prefect; None if it has none, or no server is running."""
        server = await self._server()
        return None if server is None else _STATUS.get(await self._state(server, flow_run_id) or "")

    async def lost_attempts(self) -> list[LostAttempt]:
        """Return attempts that Prefect shows as running though their process is gone; none if no server is running.

        A flow run that never became an attempt is rescheduled for Prefect's worker, or marked as crashed.
        """
        server = await self._server()
        if server is None:
            return []
        wanted = {"flow_runs": {"state": {"type": {"any_": _GOING_ON}}}, "limit": _MOST_LOST}
        found: list[LostAttempt] = []
        for flow_run in await self._ask("POST", f"{server.url}/flow_runs/filter", wanted):
            labels = flow_run["labels"]
            waits = flow_run["state"]["type"] == "PENDING"  # any labels are those of an earlier process
            if _HOST not in labels or waits:
                if _silent(flow_run):
                    await self._again(server, flow_run)
            elif labels[_HOST] == socket.gethostname() and not _lives(flow_run):
                found.append(LostAttempt(flow_run["id"], labels.get(_RUN)))
        return found

    async def close_attempt(self, flow_run_id: str, status: RunStatus, why: str, *, waiting: bool = True) -> None:
        """Report to Prefect how an attempt ended that can't report itself; does nothing if no server is running."""
        server = await self._server()
        if server is None:
            return
        flow_run = await self._flow_run(server, flow_run_id)
        state = flow_run["state"]["type"] if flow_run and flow_run["state"] else None
        if (state == "PENDING" and not waiting) or (state == "RUNNING" and _lives(flow_run or {})):
            return  # it was redelivered just now
        # Prefect marks whatever is ended by a signal as crashed, even if a user requested it.
        stopped = status is RunStatus.CANCELLED and state == "CRASHED"
        if state not in _GOING_ON and not stopped:
            return  # Prefect knows, or is about to redeliver it
        kind, name = _STATE[status]
        await self._set_state(server, f"flow_runs/{flow_run_id}", kind, name, why)
        steps = {"flow_runs": {"id": {"any_": [flow_run_id]}}, "task_runs": {"state": {"type": {"any_": _GOING_ON}}}}
        for step in await self._ask("POST", f"{server.url}/task_runs/filter", steps):
            await self._set_state(server, f"task_runs/{step['id']}", "CRASHED", "Crashed", why)

    async def delete(self, flow_runs: Sequence[str], runs: Sequence[str], schedules: Sequence[str]) -> None:
        """Remove ended attempts with everything that Prefect keeps of them, logs of runs, and schedules."""
        for run_id in runs:
            log_path(self._home, run_id).unlink(missing_ok=True)
        await self._forget({"flow_runs": [*flow_runs], "schedules": [*schedules]})

    async def prune(self, *, before: int) -> int:
        """Remove attempts that ended before a time (UTC microseconds), and return how many."""
        return await self._forget({"before": before})

    async def _forget(self, told: Mapping[str, object]) -> int:
        there = (environment.prefect_home(self._home) / "prefect.db").exists()
        if not there and not self._settings.prefect_database:
            return 0
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "integrations.prefect.deletion"],
            env=environment.server(self._settings, 0, os.environ),
            cwd=environment.prefect_home(self._home),
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Temporary("flow_runs_not_deleted", reason=done.stderr.strip()[-300:])
        return int(done.stdout.split()[-1])

    async def _end_if_silent(self, server: server_on_demand.Server, flow_run: dict[str, Any]) -> str:
        """End a flow run that was taken long ago and opened no attempt, and return the type of its state.

        Its process may live: a warm one lives on after a fault, and carries out others.
        """
        state = flow_run["state"]["type"]
        if state not in _GOING_ON or not _silent(flow_run):
            return state
        end = "CANCELLED" if state == "CANCELLING" else "CRASHED"
        why = f"No attempt began within {_SILENT_S:.0f} s."
        await self._set_state(server, f"flow_runs/{flow_run['id']}", end, end.capitalize(), why)
        return end

    def _deliver(self, run: Run) -> bool:
        """Submit a run to a worker, and return whether it is left to that, or to the next try."""
        from magicai.runs import registry

        declared = registry.declared_of(run)
        priority = Priority.NORMAL if declared is None else declared.priority(declared.parameters(run.request))[0]
        try:
            flow_run = submit(self._home, run, priority)
        except httpx.HTTPError as exc:
            # Should a worker have it after all, the next attempt is the same flow run.
            self._failures[run.run_id] = Temporary("run_not_accepted", run_id=run.run_id, reason=exc)
            return True
        if flow_run is not None:
            self._delivered[run.run_id] = flow_run
        return flow_run is not None

    async def _state(self, server: server_on_demand.Server, flow_run_id: str) -> str | None:
        flow_run = await self._flow_run(server, flow_run_id)
        return flow_run["state"]["type"] if flow_run and flow_run["state"] else None

    async def _flow_run(self, server: server_on_demand.Server, flow_run_id: str) -> dict[str, Any] | None:
        with suppress(NotFound):
            return await self._ask("GET", f"{server.url}/flow_runs/{flow_run_id}")
        return None

    async def _again(self, server: server_on_demand.Server, flow_run: dict[str, Any]) -> None:
        path = f"flow_runs/{flow_run['id']}"
        if flow_run["deployment_id"] and flow_run["state"]["type"] == "PENDING":
            await self._set_state(server, path, "SCHEDULED", "Scheduled", "The worker ended before the run started.")
        else:
            await self._set_state(server, path, "CRASHED", "Crashed", "Its process ended before the run started.")

    async def _set_state(self, server: server_on_demand.Server, path: str, kind: str, name: str, message: str) -> None:
        state = {"type": kind, "name": name, "message": message}
        with suppress(NotFound):
            await self._ask("POST", f"{server.url}/{path}/set_state", {"state": state, "force": True})

    def _see_ends(self) -> None:
        """Close the pipes of ended processes, and record why they failed."""
        for run_id, child in list(self._children.items()):
            if (status := child.poll()) is None:
                continue
            del self._children[run_id]
            assert child.stdout is not None
            with child.stdout as pipe:
                if status:
                    self._failures[run_id] = read_failure(pipe.read()) or Temporary(
                        "run_process_ended", run_id=run_id, status=status, log_path=log_path(self._home, run_id)
                    )

    def _spawn(self, run_id: str, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        return Child(
            [sys.executable, "-m", "integrations.prefect.attempt", run_id],
            env={
                **environment.clean(os.environ),
                "MAGICAI_HOME": str(self._home.absolute()),
                **lifeline.inherited_variables(),  # a process started by the gateway of `magicai up` ends with it
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # it reports its failure there; what it prints goes to the log
            stderr=log,
            start_new_session=True,
        )

    async def _server(self) -> server_on_demand.Server | None:
        return await asyncio.to_thread(server_on_demand.running, self._home)

    async def _ask(self, method: str, url: str, body: object = None) -> Any:
        try:
            answer = await asyncio.to_thread(server_on_demand.ask, self._home, method, url, body)
        except httpx.HTTPError as exc:
            raise Temporary("prefect_unreachable", reason=exc) from exc
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise NotFound("prefect_path_not_found", url=url)
        if answer.is_error:
            raise Temporary("prefect_path_error_status", status=answer.status_code, url=url, reason=answer.text[:200])
        return answer.json()


def labels(run_id: str | None) -> dict[str, Any]:
    """Return a flow run's labels, by which its process can be found."""
    host, pid, started = this_process()
    return {_HOST: host, _PID: pid, _STARTED: started, **({_RUN: run_id} if run_id else {})}


def log_path(home: Path, run_id: str) -> Path:
    """Return the path of a run's log, which has what its attempts print."""
    return home / "logs" / f"{run_id}.log"


def _lives(flow_run: dict[str, Any]) -> bool:
    """Whether the process in a flow run's labels is this machine's and running."""
    named = flow_run["labels"]
    return named.get(_HOST) == socket.gethostname() and find(named[_PID], named[_STARTED]) is not None


def _silent(flow_run: dict[str, Any]) -> bool:
    """Whether a flow run has had enough time to label its process."""
    since = datetime.fromisoformat(flow_run["state"]["timestamp"])
    return (datetime.now(UTC) - since).total_seconds() > _SILENT_S
