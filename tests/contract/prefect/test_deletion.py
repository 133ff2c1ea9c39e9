"""What Prefect is told to forget of a person, on the session's one server."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from integrations.prefect.orchestrator import PrefectOrchestrator
from magicai.settings import Settings
from magicai.values.ids import new_id
from tests.house import House, until

_EVERY_DAY = {"interval": 86_400.0, "anchor_date": "2026-01-01T00:00:00Z", "timezone": "UTC"}


def deployed(house: House, workflow: str) -> str:
    """A deployment with two schedules, each with runs planned."""
    flow = house.prefect("POST", "/flows/", {"name": workflow})["id"]
    schedules = [{"schedule": _EVERY_DAY, "active": True, "slug": slug} for slug in ("theirs", "ours")]
    told = {"name": "magicai", "flow_id": flow, "schedules": schedules}
    deployment = house.prefect("POST", "/deployments/", told)["id"]
    house.prefect("POST", f"/deployments/{deployment}/schedule", {"min_runs": 2, "max_runs": 2})
    return deployment


def planned(house: House, deployment: str) -> dict[str, set[str]]:
    """Flow runs that wait, by the schedule that made them."""
    asked = {"deployments": {"id": {"any_": [deployment]}}}
    found: dict[str, set[str]] = {}
    for run in house.prefect("POST", "/flow_runs/filter", asked):
        found.setdefault(run["created_by"]["id"], set()).add(run["id"])
    return found


@pytest.mark.usefixtures("server")
async def test_flow_runs_that_ended_long_ago_go_with_all_that_is_kept_of_them(house: House) -> None:
    flow = house.prefect("POST", "/flows/", {"name": f"old-{new_id()}"})["id"]
    made: dict[str, str] = {}
    for then in ("2020-01-01", "2022-01-01"):
        made[then] = house.prefect("POST", "/flow_runs/", {"flow_id": flow, "state": {"type": "COMPLETED"}})["id"]
        with closing(sqlite3.connect(house.home / "prefect/prefect.db")) as database, database:
            database.execute("UPDATE flow_run SET end_time = ? WHERE id = ?", (f"{then} 00:00:00.000000", made[then]))
        message = {"name": "x", "level": 20, "message": "x", "timestamp": f"{then}T00:00:00Z"}
        house.prefect("POST", "/logs/", [{**message, "flow_run_id": made[then]}])
    in_2021 = 1_609_459_200_000_000
    assert await PrefectOrchestrator(Settings(home=house.home)).prune(before=in_2021) == 1
    left = house.prefect("POST", "/flow_runs/filter", {"flows": {"id": {"any_": [flow]}}})
    assert [one["id"] for one in left] == [made["2022-01-01"]]
    logs = {"logs": {"flow_run_id": {"any_": [*made.values()]}}}
    assert {one["flow_run_id"] for one in house.prefect("POST", "/logs/filter", logs)} == {made["2022-01-01"]}


@pytest.mark.usefixtures("server")
async def test_a_schedule_goes_with_what_it_has_planned_and_no_other(house: House) -> None:
    workflow = f"forgotten-{new_id()}"
    deployment = deployed(house, workflow)
    until(lambda: len(planned(house, deployment)) == 2)
    schedules: list[dict[str, Any]] = house.prefect("GET", f"/deployments/{deployment}")["schedules"]
    ours = next(schedule["id"] for schedule in schedules if schedule["slug"] == "ours")
    runs = PrefectOrchestrator(Settings(home=house.home))
    await runs.delete([], [], [f"{workflow}/theirs", "nobody/theirs"])
    left = house.prefect("GET", f"/deployments/{deployment}")["schedules"]
    assert [one["id"] for one in left] == [ours]
    assert set(planned(house, deployment)) == {ours}
