"""`magicai up`, and what goes on in it."""

import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

from tests.house import House, Trace, until

READY = "Ctrl-C ends everything."
STEPS = "/deployments/name/take-steps/magicai"


@contextmanager
def up(house: House, *, restarts: int = 0) -> Generator["subprocess.Popen[str]"]:
    """Everything, once it is there; the test ends it."""
    with house.start("up", MAGICAI_WORKERS="2", MAGICAI_RUN_RESTARTS=str(restarts)) as process:
        assert process.stderr is not None
        until(lambda: READY in process.stderr.readline() or process.poll() is not None)  # pyright: ignore[reportOptionalMemberAccess]
        yield process


def begin(house: House, trace: Trace) -> str:
    """Start a run as Prefect's page does; answers the flow run's id."""
    deployment = house.prefect("GET", STEPS)["id"]
    asked = {"parameters": {"request": {"trace": str(trace)}}, "state": {"type": "SCHEDULED"}}
    return house.prefect("POST", f"/deployments/{deployment}/create_flow_run", asked)["id"]


def flow_run_of(house: House, flow_run_id: str) -> dict[str, Any]:
    """A flow run, as Prefect shows it."""
    return house.prefect("GET", f"/flow_runs/{flow_run_id}")


def last_state(house: House, flow_run_id: str) -> dict[str, Any] | None:
    """The state in which a flow run has ended; None while it has not."""
    state = flow_run_of(house, flow_run_id)["state"]
    return state if state["type"] in ("FAILED", "COMPLETED", "CRASHED") else None


def in_database(house: House) -> dict[str, str]:
    """The states of flow runs by id, whether or not a server runs."""
    with closing(sqlite3.connect(house.home / "prefect/prefect.db")) as database:
        return dict(database.execute("SELECT id, state_type FROM flow_run").fetchall())
