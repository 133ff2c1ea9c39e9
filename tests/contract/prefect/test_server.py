"""Prefect's server in a process of our own."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.prefect import server_on_demand
from tests.house import House

# Tells how many objects the collector passes over once others may ask the server, and how many it looks through.
SERVING = """if True:
    import gc, sys
    from integrations.prefect import server

    def told(path, value):
        print(gc.get_freeze_count(), len(gc.get_objects()), flush=True)
        was(path, value)

    was, server.write_json = server.write_json, told
    sys.argv = ["server", "0", "0.1"]
    server.main()
"""


@pytest.mark.usefixtures("server")
def test_the_collector_passes_over_what_the_server_has_loaded(house: House, tmp_path: Path) -> None:
    """It would look through all of Prefect again and again, while runs wait for their answers."""
    alone = house.another(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SERVING],
        cwd=alone.folder,
        env=alone.variables,
        capture_output=True,
        text=True,
        check=True,
    )
    passed_over, looked_through = map(int, done.stdout.split())
    assert passed_over > 20 * looked_through


@pytest.mark.parametrize("credential", [None, ("magicai", "wrong"), ("other", "")])
@pytest.mark.parametrize("path", ["/flow_runs/filter", "/flows/", "/admin/settings", "/variables/name/health"])
def test_without_the_password_nothing_is_told(
    credential: tuple[str, str] | None, path: str, server: server_on_demand.Server
) -> None:
    with httpx.Client(base_url=server.url, trust_env=False, auth=credential, timeout=60) as stranger:
        assert stranger.get(path).status_code == 401
        assert stranger.post(path, json={}).status_code == 401
        assert stranger.get("/health").status_code == 200


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
