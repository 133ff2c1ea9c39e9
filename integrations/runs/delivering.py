"""Hands runs to Prefect's work pool, where a warm worker takes them; only the API's: others carry an environment."""

import json
from pathlib import Path
from typing import Any

from integrations.runs import environment, ondemand
from integrations.runs.process import find, this_process
from magicai.domain.plan import Priority
from magicai.domain.run import Run

# What a worker of this machine writes of itself into Prefect's folder.
RECORD = "worker.json"
DEPLOYMENT = "magicai"
QUEUES = {Priority.HIGH: "high", Priority.NORMAL: "default", Priority.LOW: "crawlers"}
_CREATED = (200, 201)
_FAILED = ("FAILED", "CRASHED")


def deliver(home: Path, run: Run, priority: Priority) -> bool:
    """Have a worker carry a run out, if one is there; answers whether one will.

    The same attempt again is the same flow run.
    """
    server = ondemand.running(home)
    if server is None or not works(home):
        return False
    found = ondemand.ask(home, "GET", f"{server.url}/deployments/name/{run.workflow}/{DEPLOYMENT}")
    if found.is_error:
        return False
    asked: dict[str, Any] = {
        "parameters": {"request": run.request, "run_id": run.run_id},
        "idempotency_key": f"{run.run_id}:{run.attempts}",
        "work_queue_name": QUEUES[priority],
        "state": {"type": "SCHEDULED"},
    }
    made = ondemand.ask(home, "POST", f"{server.url}/deployments/{found.json()['id']}/create_flow_run", asked)
    # The same key answers with a flow run that failed before the attempt began, too: nobody will carry that out.
    return made.status_code in _CREATED and made.json()["state"]["type"] not in _FAILED


def works(home: Path) -> bool:
    """Whether a warm worker of this machine lives."""
    try:
        told = json.loads((environment.prefect_home(home) / RECORD).read_text())
        return find(told["pid"], told["started"]) is not None
    except (OSError, ValueError, KeyError, TypeError):
        return False


def tell(home: Path) -> None:
    """Let others know that this process is a warm worker."""
    _, pid, started = this_process()
    path = environment.private_folder(environment.prefect_home(home)) / RECORD
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"pid": pid, "started": started}))
    draft.replace(path)
