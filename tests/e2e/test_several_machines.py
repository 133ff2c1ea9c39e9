"""Two machines that share records, every store and Prefect's database: they share what there is to do."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg
import pytest

from integrations.open import Ports, open_ports
from integrations.prefect import server_on_demand
from integrations.store_roles import ADDRESSES, Role
from magicai.settings import Settings
from magicai.stores.entity import Entity
from tests.contract.files.s3_keys import keys_of_s3
from tests.contract.keeping import served
from tests.e2e.everything import READY, STEPS
from tests.house import House, Trace, until
from tests.servers import address, namespace

T = TypeVar("T")
MANY = 4
SERVER_OF: Mapping[Role, str] = {
    "records": "postgresql",
    "cache": "redis",
    "search": "elasticsearch",
    "graph": "neo4j",
    "vectors": "chroma",
    "files": "s3",
}
KETTLE = Entity("product", "kettle", "ann", "Gooseneck kettle", "Boils a litre of water", stores=("search", "graph"))


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Every store on a server, as docs/how-to/several-machines.md has it; all that is on them goes afterwards."""
    keys_of_s3(monkeypatch)
    name = namespace()
    stores = {ADDRESSES[role]: address(server) for role, server in SERVER_OF.items()}
    records, redis = stores["DATABASE_URL"], stores["REDIS_URL"]
    with psycopg.connect(records, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield {
            **stores,
            "MAGICAI_NAMESPACE": name,
            "MAGICAI_STORES_ACCEPTED": "all",
            "MAGICAI_PREFECT_DATABASE": f"{records.rpartition('/')[0]}/{name}",
            "MAGICAI_PREFECT_REDIS": f"{redis.rpartition('/')[0]}/9",
            "MAGICAI_WORKERS": "1",
        }
        asyncio.run(served.forget(served.on_servers(tmp_path / "forget", name)))
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.timeout(600)
def test_two_machines_share_records_and_every_store_and_one_of_their_servers_is_killed(
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
            under_way = ask(one, shared, lambda ports: ports.records.runs.unfinished())
            assert sorted(machine_of(attempt.pid) for _, attempt in under_way) == [str(one.home), str(two.home)], (
                "each machine carries one out, and both see both"
            )

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

            ask(one, shared, lambda ports: ports.records.entities.save([KETTLE]))
            for machine in (one, two):
                find = ask_later(machine, shared, lambda ports: ports.search.search("kettle", owner_id="ann"))
                assert [hit.entity_id for hit in until(find)] == ["kettle"], "whichever machine fed the search"
            second.kill()
        first.kill()
    for machine in (one, two):
        until(lambda machine=machine: not machine.left())


@pytest.mark.timeout(300)
def test_a_second_machine_with_embedded_stores_does_not_start_and_says_why(
    house: House, shared: dict[str, str], tmp_path: Path
) -> None:
    one, two = House(house.folder, tmp_path / "one"), House(house.folder, tmp_path / "two")
    only_records = {**shared, "ELASTICSEARCH_URL": "", "NEO4J_URL": "", "CHROMADB_URL": ""}
    ask(one, only_records, lambda ports: ports.records.check())
    refused = two.run("up", "--no-open", **only_records)
    assert refused.returncode == 1
    assert f"({one.home}) uses the same records, but not the same stores" in refused.stderr
    assert "Set NEO4J_URL, ELASTICSEARCH_URL, CHROMADB_URL to the same address on both machines" in refused.stderr
    assert not two.left()
    assert two.run("stores", "accept", "--take-over", **only_records).returncode == 0
    ask(two, only_records, lambda ports: ports.records.check())


def ask(house: House, variables: Mapping[str, str], question: Callable[[Ports], Awaitable[T]]) -> T:
    """What a machine's ports answer."""

    async def asked() -> T:
        places = {name.removeprefix("MAGICAI_").lower(): value for name, value in variables.items() if value}
        async with open_ports(Settings(home=house.home, **places)) as ports:
            return await question(ports)

    return asyncio.run(asked())


def ask_later(house: House, variables: Mapping[str, str], question: Callable[[Ports], Awaitable[T]]) -> Callable[[], T]:
    return lambda: ask(house, variables, question)


def machine_of(pid: int) -> str:
    return psutil.Process(pid).environ()["MAGICAI_HOME"]
