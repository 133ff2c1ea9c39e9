"""What integrations/prefect/server_patches.py changes in Prefect's server: it holds, and nothing else differs."""

import asyncio
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.prefect import environment, server_on_demand
from tests.house import KEPT, House

_COUNT = """
import asyncio, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from prefect.server import models, schemas
from prefect.server.database import provide_database_interface
from integrations.prefect import server_patches

if "changed" in sys.argv:
    server_patches.read_related_at_once()
asked = []
event.listen(Engine, "before_cursor_execute", lambda conn, cursor, said, *_: asked.append(said))

async def main():
    database = provide_database_interface()
    await database.create_db()
    core, workers = schemas.core, models.workers
    async with database.session_context(begin_transaction=True) as session:
        flow = await models.flows.create_flow(session, core.Flow(name="one"))
        pool = await workers.create_work_pool(session, schemas.actions.WorkPoolCreate(name="pool", type="x"))
        flow_run = core.FlowRun(flow_id=flow.id, work_queue_id=pool.default_queue_id, state=schemas.states.Scheduled())
        made = (await models.flow_runs.create_flow_run(session, flow_run)).id
        deployment = core.Deployment(name="d", flow_id=flow.id, work_queue_id=pool.default_queue_id)
        deployed = (await models.deployments.create_deployment(session, deployment)).id

    async def count(read, *given):
        asked.clear()
        async with database.session_context() as session:
            found = await read(session, *given)
            queue = getattr(found, "work_queue", found)
            print(queue.name, queue.work_pool.name, sum(said.startswith("SELECT") for said in asked))

    await count(models.flow_runs.read_flow_run, made)
    await count(models.deployments.read_deployment, deployed)
    await count(workers.read_work_queue, pool.default_queue_id)

asyncio.run(main())
"""


# A deployment's schedules are many, and so a question of their own.
@pytest.mark.parametrize(("words", "questions"), [(["changed"], ["1", "2", "1"]), ([], ["4", "4", "2"])])
def test_flow_runs_deployments_and_queues_are_read_with_what_belongs_to_them(
    words: list[str], questions: list[str], served: House, tmp_path: Path
) -> None:
    shutil.copy(environment.prefect_home(served.home) / KEPT, tmp_path / "prefect.db")  # to make one takes long
    done = subprocess.run(
        [sys.executable, "-c", _COUNT, *words],
        env={
            **environment.clean(os.environ),
            "PREFECT_HOME": str(tmp_path),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split() for line in done.stdout.splitlines()] == [["default", "pool", count] for count in questions]


def test_prefects_checks_of_a_request_hand_it_on_themselves(tmp_path: Path) -> None:
    script = """
import asyncio, os
from prefect.server.api.server import create_app
from integrations.prefect import server_patches

app = create_app()
(api,) = [one.app for one in app.routes if getattr(one, "path", None) == "/api"]
print(*[one.cls.__name__ for one in api.user_middleware])
server_patches.hand_on_directly(app)
print(*[one.cls.__name__ for one in api.user_middleware])
"""
    variables = {
        **environment.clean(os.environ),
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_SERVER_API_AUTH_STRING": "a:b",
    }
    done = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    before, after = (line.split() for line in done.stdout.splitlines())
    assert before.count("BaseHTTPMiddleware") == 2
    assert after == [name.replace("BaseHTTPMiddleware", "_Check") for name in before]


def test_what_routes_ask_for_is_found_where_they_run(tmp_path: Path) -> None:
    script = """
import asyncio, threading
import httpx
from fastapi import Depends, FastAPI
from integrations.prefect import server_patches

app = FastAPI()

def provided() -> int:
    return threading.get_ident()

@app.get("/")
async def route(thread: int = Depends(provided)) -> bool:
    return thread == threading.get_ident()

async def ask() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        print((await client.get("/")).text)

asyncio.run(ask())
server_patches.provide_on_the_loop()
asyncio.run(ask())
"""
    variables = {**environment.clean(os.environ), "PREFECT_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["false", "true"]


def test_a_flow_run_is_told_with_its_queue_and_pool(house: House, server: server_on_demand.Server) -> None:
    pool = "told-with"
    house.prefect("POST", "/work_pools/", {"name": pool, "type": "process"})
    flow = house.prefect("POST", "/flows/", {"name": "contract"})["id"]
    asked = {"name": pool, "flow_id": flow, "work_pool_name": pool, "entrypoint": "x.y"}
    deployment = f"/deployments/{house.prefect('POST', '/deployments/', asked)['id']}"
    made = house.prefect("POST", f"{deployment}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    bare = house.prefect("POST", "/flow_runs/", {"flow_id": flow, "state": {"type": "SCHEDULED"}})["id"]
    wanted = {"flow_runs": {"id": {"any_": [made["id"], bare]}}}
    found = {one["id"]: one for one in house.prefect("POST", "/flow_runs/filter", wanted)}
    for one in (made, found[made["id"]], house.prefect("GET", f"/flow_runs/{made['id']}")):
        assert (one["work_pool_name"], one["work_queue_name"], one["state"]["type"]) == (pool, "default", "SCHEDULED")
    assert (found[bare]["work_pool_name"], found[bare]["state"]["type"]) == (None, "SCHEDULED")
    house.prefect("DELETE", deployment)
    house.prefect("DELETE", f"/work_pools/{pool}")


@pytest.mark.parametrize("credential", [None, ("magicai", "wrong"), ("other", "")])
@pytest.mark.parametrize("path", ["/flow_runs/filter", "/flows/", "/admin/settings", "/variables/name/health"])
def test_without_the_password_nothing_is_told(
    credential: tuple[str, str] | None, path: str, server: server_on_demand.Server
) -> None:
    with httpx.Client(base_url=server.url, trust_env=False, auth=credential) as stranger:
        assert stranger.get(path).status_code == 401
        assert stranger.post(path, json={}).status_code == 401
        assert stranger.get("/health").status_code == 200


def test_a_body_without_a_content_type_is_taken_for_json(house: House, server: server_on_demand.Server) -> None:
    user, _, password = environment.credential(house.home).partition(":")
    with httpx.Client(base_url=server.url, trust_env=False, auth=(user, password)) as older:
        assert older.post("/flow_runs/count", content=b"{}").status_code == 200


@pytest.mark.parametrize("claimed", [False, True])
async def test_what_a_worker_sets_aside_is_told_again_when_its_time_has_come(
    house: House, server: server_on_demand.Server, *, claimed: bool
) -> None:
    flow = (await asyncio.to_thread(house.prefect, "POST", "/flows/", {"name": "contract"}))["id"]
    asked = {"flow_id": flow, "state": {"type": "SCHEDULED"}}
    made = (await asyncio.to_thread(house.prefect, "POST", "/flow_runs/", asked))["id"]
    then = datetime.now(UTC) + timedelta(hours=1)
    later = {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": then.isoformat()}}}
    if claimed:
        await asyncio.to_thread(house.prefect, "POST", f"/flow_runs/{made}/set_state", {"state": {"type": "PENDING"}})
    answer = await asyncio.to_thread(house.prefect, "POST", f"/flow_runs/{made}/set_state", later)
    assert answer["status"] == "ACCEPT"
    flow_run = await asyncio.to_thread(house.prefect, "GET", f"/flow_runs/{made}")
    assert datetime.fromisoformat(flow_run["next_scheduled_start_time"]) == then


def test_parameters_and_variables_are_still_held_against_their_schemas(
    house: House, server: server_on_demand.Server
) -> None:
    flow = house.prefect("POST", "/flows/", {"name": "contract"})["id"]
    schema = {"type": "object", "properties": {"pages": {"type": "integer"}}}
    asked = {"name": "held", "flow_id": flow, "parameter_openapi_schema": schema, "enforce_parameter_schema": True}
    path = f"/deployments/{house.prefect('POST', '/deployments/', asked)['id']}"

    def create(pages: object) -> int:
        wanted = {"parameters": {"pages": pages}, "state": {"type": "COMPLETED"}}
        return server_on_demand.ask(house.home, "POST", f"{server.url}{path}/create_flow_run", wanted).status_code

    assert [create(pages) for pages in (1, "many", 2, "more")] == [201, 409, 201, 409]
    # One that is no schema is found each time.
    bad = {**asked, "name": "bad", "parameter_openapi_schema": {"type": "nonsense"}}
    answers = [
        server_on_demand.ask(house.home, "POST", f"{server.url}/deployments/", bad).status_code for _ in range(2)
    ]
    assert answers == [422, 422]
    house.prefect("DELETE", path)


def test_fifty_who_create_at_once_are_all_answered_and_the_same_key_makes_one(
    house: House, server: server_on_demand.Server
) -> None:
    flow = house.prefect("POST", "/flows/", {"name": "contract"})["id"]

    def create(number: int) -> tuple[int, Any]:
        # Each key comes twice, in the same instant.
        wanted = {"flow_id": flow, "state": {"type": "COMPLETED"}, "idempotency_key": f"{house.home}:{number // 2}"}
        answer = server_on_demand.ask(house.home, "POST", f"{server.url}/flow_runs/", wanted)
        return answer.status_code, answer.json().get("id")

    with ThreadPoolExecutor(50) as many:
        answers = list(many.map(create, range(100)))
    assert {status for status, _ in answers} <= {200, 201}
    assert [one for _, one in answers[::2]] == [one for _, one in answers[1::2]]
    assert len({one for _, one in answers}) == 50
