"""Hands runs to Prefect's work pool, where a warm worker takes them; only the API's: others carry an environment."""

import json
from pathlib import Path
from typing import Any

from integrations.runs import environment, ondemand
from integrations.runs.process import find, this_process
from magicai.domain.plan import Priority
from magicai.domain.run import Run
from magicai.domain.run_names import name_of

# What a worker of this machine writes of itself into Prefect's folder.
RECORD = "worker.json"
DEPLOYMENT = "magicai"
QUEUES = {Priority.HIGH: "high", Priority.NORMAL: "default", Priority.LOW: "crawlers"}
_AHEAD, _WITHOUT_WORKER = 2, 2
_CREATED = (200, 201)
_FAILED = ("FAILED", "CRASHED")


def deliver(home: Path, run: Run, priority: Priority) -> str | None:
    """Have a worker carry a run out, if one is there; answers the flow run by which one will, or None.

    The same attempt again is the same flow run.
    """
    server = ondemand.running(home)
    if server is None or not works(home):
        return None
    found = ondemand.ask(home, "GET", f"{server.url}/deployments/name/{run.workflow}/{DEPLOYMENT}")
    if found.is_error:
        return None
    asked: dict[str, Any] = {
        "name": name_of(run),
        "parameters": {"request": run.request, "run_id": run.run_id},
        "idempotency_key": f"{run.run_id}:{run.attempts}",
        "work_queue_name": QUEUES[priority],
        "state": {"type": "SCHEDULED"},
    }
    made = ondemand.ask(home, "POST", f"{server.url}/deployments/{found.json()['id']}/create_flow_run", asked)
    # The same key answers with a flow run that failed before the attempt began, too: nobody will carry that out.
    taken = made.status_code in _CREATED and made.json()["state"]["type"] not in _FAILED
    return made.json()["id"] if taken else None


def works(home: Path) -> bool:
    """Whether a warm worker of this machine lives."""
    told = _told(home)
    return bool(told) and find(told["pid"], told["started"]) is not None


def room(home: Path) -> int:
    """How many runs may be handed over at a time: where a worker lives, a few more than it carries out at a time.

    So the next ones are there when one ends, and one user's do not stand before another's for long.
    """
    return int(_told(home).get("size", 1)) + _AHEAD if works(home) else _WITHOUT_WORKER


def tell(home: Path, size: int) -> None:
    """Let others know that this process is a warm worker, which carries out so many runs at a time."""
    _, pid, started = this_process()
    path = environment.private_folder(environment.prefect_home(home)) / RECORD
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps({"pid": pid, "started": started, "size": size}))
    draft.replace(path)


def _told(home: Path) -> dict[str, int]:
    try:
        told = json.loads((environment.prefect_home(home) / RECORD).read_text())
        return {name: int(told[name]) for name in ("pid", "started", "size")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
