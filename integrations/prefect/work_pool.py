"""Submits runs to Prefect's work pool, where a warm worker takes them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from integrations.prefect import environment, server_on_demand
from integrations.processes.process import find, this_process
from magicai.private import private_folder
from magicai.runs.plan import Priority
from magicai.runs.run import Run
from magicai.runs.views.names import name_of

# What a worker of this machine writes of itself into Prefect's folder.
RECORD = "worker.json"
DEPLOYMENT = "magicai"
# The work pool's name, and the type of its workers.
POOL = "magicai"
TYPE = "magicai"
# A label: of the run that a flow run was made for. One that a schedule or Prefect's form made has none.
MADE_FOR = "magicai.for"
QUEUES = {Priority.HIGH: "high", Priority.NORMAL: "default", Priority.LOW: "crawlers"}
# One of those ahead is always for another user than the one who has all others.
_AHEAD, _WITHOUT_WORKER = 3, 2
_CREATED = (200, 201)
# Of flow runs that nothing carries out any more.
OVER = ("COMPLETED", "CANCELLED", "FAILED", "CRASHED")


def submit(home: Path, run: Run, priority: Priority) -> str | None:
    """Submit a run to a worker if there is one, and return the id of its flow run, else None.

    The same attempt again is the same flow run, unless that has ended without the attempt.

    Raises:
        httpx.HTTPError: the server did not answer, or failed, and it is unknown whether it has the flow run.
    """
    server = server_on_demand.running(home)
    if server is None or not has_worker(home):
        return None
    place = _deployment_of(home, server, run)
    if place is None:
        return None
    deployment, variables = place
    asked: dict[str, Any] = {
        "name": name_of(run),
        "tags": tags_of(run),
        "labels": {MADE_FOR: run.run_id},
        "parameters": parameters_of(run),
        "idempotency_key": f"{run.run_id}:{run.attempts}",
        "work_queue_name": QUEUES[priority],
        "state": {"type": "SCHEDULED"},
        "job_variables": variables,
    }
    while True:
        made = _create_flow_run(home, server, deployment, asked)
        if made is None:
            return None
        if made["state"]["type"] not in OVER:
            return made["id"]
        asked["idempotency_key"] = f"{run.run_id}:{run.attempts}:{made['id']}"


def _create_flow_run(
    home: Path, server: server_on_demand.Server, deployment: str, asked: Mapping[str, Any]
) -> dict[str, Any] | None:
    try:
        answer = server_on_demand.ask(home, "POST", f"{server.url}/deployments/{deployment}/create_flow_run", asked)
        if answer.is_server_error:
            answer.raise_for_status()
    except httpx.HTTPError:
        # The response may be lost after the flow run was created: a worker will take that.
        by_key = {"flow_runs": {"idempotency_key": {"any_": [asked["idempotency_key"]]}}}
        found = server_on_demand.ask(home, "POST", f"{server.url}/flow_runs/filter", by_key).raise_for_status().json()
        if not found:
            raise
        return found[0]
    return answer.json() if answer.status_code in _CREATED else None


def parameters_of(run: Run) -> dict[str, Any]:
    """What its flow is called with."""
    return {"request": run.request}


def tags_of(run: Run) -> list[str]:
    """What its flow runs are found by in Prefect's user interface: its workflow, owner, and itself.

    What people typed is in the name of the flow run, and in no tag: tags are listed for all to choose from.
    """
    return [run.workflow, f"owner: {run.owner_id}", f"run: {run.run_id}"]


def _deployment_of(home: Path, server: server_on_demand.Server, run: Run) -> tuple[str, Mapping[str, Any]] | None:
    """The deployment that a run goes to, and the variables it has there: those of the attempt before, if it had any."""
    if run.flow_run_id is not None:
        before = server_on_demand.ask(home, "GET", f"{server.url}/flow_runs/{run.flow_run_id}")
        if before.is_server_error:
            before.raise_for_status()
        if before.is_success and before.json()["deployment_id"]:
            return before.json()["deployment_id"], before.json()["job_variables"] or {}
    found = server_on_demand.ask(home, "GET", f"{server.url}/deployments/name/{run.workflow}/{DEPLOYMENT}")
    if found.is_server_error:
        found.raise_for_status()
    return (found.json()["id"], {}) if found.is_success else None


def has_worker(home: Path) -> bool:
    """Whether a warm worker of this machine lives."""
    record = _worker_record(home)
    return bool(record) and find(record["pid"], record["started"]) is not None


def capacity(home: Path) -> int:
    """How many runs may be handed over at a time: where a worker lives, a few more than it carries out at a time.

    So the next ones are there when one ends, and one user's do not stand before another's for long.
    """
    return places(home) + (_AHEAD if has_worker(home) else 0)


def places(home: Path) -> int:
    """How many runs are carried out at a time."""
    return int(_worker_record(home).get("size", 1)) if has_worker(home) else _WITHOUT_WORKER


def announce_worker(home: Path, size: int) -> None:
    """Let others know that this process is a warm worker, which carries out so many runs at a time."""
    _, pid, started = this_process()
    path = private_folder(environment.prefect_home(home)) / RECORD
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"pid": pid, "started": started, "size": size}))
    draft.replace(path)


def _worker_record(home: Path) -> dict[str, int]:
    try:
        record = json.loads((environment.prefect_home(home) / RECORD).read_text())
        return {name: int(record[name]) for name in ("pid", "started", "size")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
