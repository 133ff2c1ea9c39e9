from pathlib import Path

import httpx
import pytest

from integrations.prefect import server_on_demand, work_pool
from magicai.runs.plan import Priority
from magicai.runs.run import Origin, Run, RunStatus

RUN = Run(
    run_id="run-1",
    owner_id="ann",
    workflow="w",
    request={},
    origin=Origin.API,
    status=RunStatus.QUEUED,
    created_at=1,
)
SERVER = server_on_demand.Server("http://127.0.0.1:1/api", 1)


@pytest.mark.parametrize(("state", "here"), [("SCHEDULED", ""), ("RUNNING", ""), ("FAILED", "x"), ("CRASHED", "x")])
def test_a_run_whose_flow_run_failed_before_its_attempt_began_is_not_taken_for_delivered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, here: str
) -> None:
    def running(_: Path) -> server_on_demand.Server:
        return SERVER

    def ask(*_: object) -> httpx.Response:
        return httpx.Response(200, json={"id": "one", "state": {"type": state}})

    monkeypatch.setattr(server_on_demand, "running", running)
    monkeypatch.setattr(server_on_demand, "ask", ask)
    work_pool.announce_worker(tmp_path, 1)
    assert work_pool.submit(tmp_path, RUN, Priority.NORMAL) == (None if here else "one")
