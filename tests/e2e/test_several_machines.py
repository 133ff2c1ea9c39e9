"""Two installations whose Prefect servers share a PostgreSQL and a Redis: their workers share what there is to do."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from integrations.prefect import server_on_demand
from tests.e2e.everything import READY, STEPS
from tests.house import House, Trace, until
from tests.servers import address, namespace

MANY = 4


@pytest.fixture
def shared() -> Iterator[dict[str, str]]:
    """A database of its own, and a Redis; the database goes afterwards."""
    records, redis, name = address("postgresql"), address("redis"), namespace()
    with psycopg.connect(records, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield {
            "MAGICAI_PREFECT_DATABASE": f"{records.rpartition('/')[0]}/{name}",
            "MAGICAI_PREFECT_REDIS": f"{redis.rpartition('/')[0]}/9",
            "MAGICAI_WORKERS": "1",
        }
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.timeout(600)
def test_two_servers_on_one_database_and_one_of_them_is_killed(
    house: House, shared: dict[str, str], tmp_path: Path
) -> None:
    one, two = House(house.folder, tmp_path / "one"), House(house.folder, tmp_path / "two")
    traces: list[Trace] = []
    for number in range(MANY):
        (tmp_path / str(number)).mkdir()
        traces.append(Trace(tmp_path / str(number)))
        traces[-1].hold("step_one")
    with one.start("up", **shared) as first:
        assert first.stderr is not None
        until(lambda: READY in first.stderr.readline())  # pyright: ignore[reportOptionalMemberAccess]
        with two.start("up", **shared) as second:
            assert second.stderr is not None
            until(lambda: READY in second.stderr.readline())  # pyright: ignore[reportOptionalMemberAccess]
            deployment = one.prefect("GET", STEPS)["id"]
            for trace in traces:
                asked = {"parameters": {"request": {"trace": str(trace)}}, "state": {"type": "SCHEDULED"}}
                one.prefect("POST", f"/deployments/{deployment}/create_flow_run", asked)

            until(lambda: sum(trace.count("begun step_one") for trace in traces) == 2)
            assert [len(machine.runs()) for machine in (one, two)] == [1, 1], "each machine carries one out"

            killed = until(lambda: server_on_demand.running(one.home))
            os.kill(killed.pid, signal.SIGKILL)
            for trace in traces:
                trace.release("step_one")
            until(lambda: all(trace.count("ended step_four") for trace in traces))
            assert {trace.count("ended step_four") for trace in traces} == {1}
            with psycopg.connect(shared["MAGICAI_PREFECT_DATABASE"], autocommit=True) as database:
                ended = "SELECT state_type FROM flow_run WHERE deployment_id = %s"
                until(lambda: database.execute(ended, [deployment]).fetchall() == [("COMPLETED",)] * MANY)
            again = until(lambda: server_on_demand.running(one.home))
            assert again.pid != killed.pid, "the server that was killed is there again"
            second.kill()
        first.kill()
    for machine in (one, two):
        until(lambda machine=machine: not machine.left())
