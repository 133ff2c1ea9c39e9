"""Schedules of users in Prefect's own server."""

from datetime import datetime
from typing import Any

import pytest

from integrations.prefect.planned_runs import PrefectSchedules
from magicai.errors import Invalid
from magicai.settings import Settings
from magicai.values.ids import new_id
from tests.codes import says
from tests.house import House, until


def deployed(house: House, workflow: str) -> str:
    """The id of a workflow's deployment."""
    flow = house.prefect("POST", "/flows/", {"name": workflow})["id"]
    return house.prefect("POST", "/deployments/", {"name": "magicai", "flow_id": flow})["id"]


@pytest.mark.usefixtures("server")
async def test_the_next_times_are_those_for_which_runs_are_planned(house: House) -> None:
    workflow = f"scheduled-{new_id()}"
    deployment = deployed(house, workflow)
    schedules = PrefectSchedules(Settings(home=house.home))
    made = await schedules.add(new_id(), workflow, cron="30 2 * * 1,4", zone="Europe/Berlin", request={})
    house.prefect("POST", f"/deployments/{deployment}/schedule", {"min_runs": 3, "max_runs": 3})

    def planned() -> list[dict[str, Any]]:
        return house.prefect("POST", "/flow_runs/filter", {"deployments": {"id": {"any_": [deployment]}}})

    until(lambda: len(planned()) >= 3)
    starts = sorted(datetime.fromisoformat(run["expected_start_time"]) for run in planned())
    assert [datetime.fromisoformat(time) for time in made.next_times] == starts[:3]
    await schedules.remove(made.name)


@pytest.mark.usefixtures("server")
async def test_a_schedule_that_was_paused_goes_on_with_its_parameters(house: House) -> None:
    workflow = f"paused-{new_id()}"
    deployment = deployed(house, workflow)
    schedules = PrefectSchedules(Settings(home=house.home))
    made = await schedules.add(new_id(), workflow, cron="0 7 * * *", zone="Europe/Berlin", request={"max_pages": 5})
    await schedules.switch(made.name, active=False)
    (paused,) = [one for one in await schedules.listed() if one.name == made.name]
    assert (paused.active, paused.next_times, paused.request) == (False, [], {"max_pages": 5})
    await schedules.switch(made.name, active=True)
    assert [one for one in await schedules.listed() if one.name == made.name] == [made]
    # As Prefect's own page pauses one; and parameters that are given are taken, even if they are none.
    its = f"/deployments/{deployment}/schedules/{made.schedule_id}"
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"active": False}, {"request": {"max_pages": 5}}),
        ({"parameters": {}}, {}),
    ]
    for change, parameters in changes:
        house.prefect("PATCH", its, change)
        (kept,) = house.prefect("GET", f"/deployments/{deployment}")["schedules"]
        assert (kept["active"], kept["parameters"]) == (False, parameters)
    await schedules.remove(made.name)


@pytest.mark.usefixtures("server")
async def test_what_prefect_would_never_start_is_refused(house: House) -> None:
    schedules = PrefectSchedules(Settings(home=house.home))
    with pytest.raises(Invalid, check=says("schedule_never_due", cron="0 0 30 2 *")):
        await schedules.next_times("0 0 30 2 *", "UTC")
    with pytest.raises(Invalid, check=says("schedule_invalid", cron="61 7 * * *", zone="UTC")):
        await schedules.next_times("61 7 * * *", "UTC")
