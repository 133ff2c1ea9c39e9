"""Everything is killed in turn while runs go on: each ends in a true state, and nothing is done twice."""

import json
import os
import signal
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import BaseModel

from integrations.open import Ports
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.accounts.users import local_user
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, RunStatus
from tests.e2e.everything import up
from tests.house import House, Trace, until

STEPS = ("one", "two", "three", "four")


class Steps(BaseModel):
    """What `take-steps` is asked."""

    trace: str
    pages: int = 3


def queued(house: House, folder: Path, many: int) -> dict[str, Trace]:
    """Runs as the API accepts them, by id; each waits in its second step."""
    made: dict[str, Trace] = {}

    async def add(ports: Ports) -> None:
        for number in range(many):
            trace = Trace(_folder(folder / str(number)))
            trace.hold("step_two")
            owner = ports.settings.owner
            run = await accept(ports.records, "take-steps", Steps(trace=str(trace)), owner_id=owner, origin=Origin.API)
            made[run.run_id] = trace

    house.ask(add)
    return made


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def done(house: House, run_id: str) -> set[str]:
    """The steps whose results are kept."""
    events = house.ask(lambda ports: ports.records.runs.events(run_id))
    return {str(event.current_task) for event in events if event.kind == "step" and event.data["state"] == "done"}


def process(house: House, module: str) -> psutil.Process:
    """The one that runs a module."""
    return until(lambda: next(iter(house.running(module)), None))


def kill(house: House, module: str) -> None:
    """Kill it, and wait until there is another one."""
    killed = process(house, module)
    killed.kill()
    until(lambda: process(house, module).pid != killed.pid)


@pytest.mark.parametrize("many", [4, pytest.param(10, marks=pytest.mark.nightly)])
def test_each_run_ends_in_a_true_state_and_nothing_is_done_twice(alone: House, tmp_path: Path, many: int) -> None:
    with up(alone, workers=2, restarts=2) as everything:
        traces = queued(alone, tmp_path, many)
        until(lambda: sum(trace.count("begun step_two") for trace in traces.values()) == 2)

        victim = next(run_id for run_id, trace in traces.items() if trace.count("begun step_two"))
        # The third goes on beside the second; killed between its end and its record, it would rightly be done again.
        until(lambda: "step_three" in done(alone, victim))
        os.kill(alone.attempt(victim).pid, signal.SIGKILL)
        kill(alone, "magicai.api")
        kill(alone, "integrations.prefect.warm")
        kill(alone, "integrations.prefect.server")

        for trace in traces.values():
            trace.release("step_two")
        until(lambda: all(alone.row(run_id).status.ended for run_id in traces))
        ended = {run_id: alone.row(run_id) for run_id in traces}
        assert {run.status for run in ended.values()} == {RunStatus.COMPLETED}
        assert ended[victim].attempts == 2
        for trace in traces.values():
            assert [trace.count(f"ended step_{step}") for step in STEPS] == [1, 1, 1, 1]

        going_on = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING", "SCHEDULED"]}}}}
        until(lambda: not _ours(alone, going_on, traces))
        assert shown(alone, list(traces)) == dict.fromkeys(traces, "completed")
        everything.send_signal(signal.SIGINT)
        everything.communicate(timeout=60)
    until(lambda: not alone.left())


def _ours(house: House, wanted: object, traces: dict[str, Trace]) -> list[str]:
    found = house.prefect("POST", "/flow_runs/filter", wanted)
    return [one["id"] for one in found if one["labels"].get("magicai.for") in traces]


def shown(house: House, run_ids: list[str]) -> dict[str, str]:
    """The statuses that the API shows."""

    async def key(ports: Ports) -> str | None:
        user = await local_user(ports.records.identities, ports.settings.owner)
        made = await add_key(ports.records.identities, user, "tests", frozenset(Scope), days=None, once=None)
        return made[1]

    url = json.loads((house.home / "gateway.json").read_text())["url"]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {house.ask(key)}"}, timeout=60) as client:
        answers = {run_id: client.get(f"/api/runs/{run_id}") for run_id in run_ids}
    return {run_id: answer.json()["status"] for run_id, answer in answers.items()}
