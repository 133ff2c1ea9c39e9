"""`magicai up`, and what goes on in it."""

import sqlite3
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from tests.house import House, Trace

READY = "To stop it, press Ctrl-C."
STEPS = "/deployments/name/take-steps/magicai"
Variables = Mapping[str, str]
NONE: Variables = {}


@contextmanager
def up(
    house: House, *, workers: int = 1, restarts: int = 0, said: list[str] | None = None, variables: Variables = NONE
) -> Generator["subprocess.Popen[str]"]:
    """Everything, once it is there; the test ends it.

    Args:
        house: where.
        workers: how many runs go on at once.
        restarts: how often a run that dies goes on by itself.
        said: gets the lines that are said until everything is there.
        variables: more of its environment.
    """
    ours = {"MAGICAI_WORKERS": str(workers), "MAGICAI_RUN_RESTARTS": str(restarts)}
    with house.start("up", **ours, **variables) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if said is not None:
                said.append(line)
            if READY in line:
                break
        yield process


def deploy(house: House, *, killed: bool = False) -> int:
    """Make the deployments as `magicai up` does; answers how that ended, where it is killed midway.

    Args:
        house: where.
        killed: with SIGKILL, between Prefect's command line and the schedules that are put back.
    """
    code = [
        "import asyncio, os, signal",
        "from deployments import deploying",
        "from integrations.prefect import environment, server_on_demand",
        "from magicai.settings import load",
        "home = load().home",
        "server = server_on_demand.ensure(home, idle_s=600)",
        "kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)",
        *(["deploying.schedules.bring_back = kill"] if killed else []),
        "made = environment.client(home, server.url, os.environ)",
        "asyncio.run(deploying.deploy(home, server, made))",
    ]
    words = [sys.executable, "-c", "\n".join(code)]
    return subprocess.run(words, cwd=house.folder, env=house.variables, timeout=240, check=False).returncode


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
