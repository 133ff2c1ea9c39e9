from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.prefect import server_on_demand
from integrations.prefect.planned_runs import PrefectSchedules
from magicai.errors import Conflict, Invalid, NotFound
from magicai.settings import Settings
from tests.codes import says

# Of cron expressions the next times; of what is none, nothing.
TIMES = {"0 7 * * *": ["2026-12-03T07:00:00+01:00"], "0 0 30 2 *": []}


class Server:
    """Prefect's server, as far as schedules ask it."""

    base = url = ""

    def __init__(self) -> None:
        self.schedules: list[dict[str, Any]] = []

    def running(self, _home: Path) -> "Server":
        return self

    def ask(self, _home: Path, method: str, url: str, body: Any = None) -> httpx.Response:  # noqa: PLR0911 - a route each
        match method, url.split("/")[1:]:
            case "POST", ["flows", "filter"]:
                return answer(200, json=[{"id": "f", "name": "crawl"}])
            case "POST", ["deployments", "filter"]:
                return answer(200, json=[{"id": "d", "flow_id": "f", "schedules": self.schedules}])
            case "GET", ["deployments", "name", workflow, "magicai"]:
                return answer(200, json={"id": "d"}) if workflow == "crawl" else answer(404)
            case "POST", ["times"]:
                return answer(200, json={"times": [TIMES.get(one["cron"]) for one in body["schedules"]]})
            case "POST", ["deployments", "d", "schedules"]:
                self.schedules.append({"id": f"s{len(self.schedules)}", **body[0]})
                return answer(201, json=self.schedules[-1:])
            case "PATCH", ["deployments", "d", "schedules", its]:
                next(schedule for schedule in self.schedules if schedule["id"] == its).update(body)
                return answer(204)
            case "DELETE", ["deployments", "d", "schedules", its]:
                self.schedules = [schedule for schedule in self.schedules if schedule["id"] != its]
                return answer(204)
            case other:
                raise AssertionError(other)


def answer(status: int, json: Any = None) -> httpx.Response:
    """An answer of Prefect's server."""
    return httpx.Response(status, json=json, request=httpx.Request("POST", "http://prefect"))


def nothing_runs(_home: Path) -> None:
    """No server."""


async def test_schedules_are_added_switched_and_removed_by_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setattr(server_on_demand, "running", server.running)
    monkeypatch.setattr(server_on_demand, "ask", server.ask)
    schedules = PrefectSchedules(Settings(home=tmp_path))
    name = "01a220ba-8b59-74b9-9e88-c507386a5880"
    made = await schedules.add(name, "crawl", cron="0 7 * * *", zone="Europe/Oslo", request={"max_pages": 5})
    assert (made.name, made.workflow, str(made.when)) == (name, "crawl", "Daily at 07:00 (Europe/Oslo)")
    assert made.next_times == ["2026-12-03T07:00:00+01:00"]
    assert server.schedules[0]["parameters"] == {"request": {"max_pages": 5}}
    assert await schedules.listed() == [made]
    await schedules.switch(name, active=False)
    assert await schedules.listed() == [replace(made, active=False, next_times=[])]
    await schedules.switch(name, active=True)
    assert await schedules.listed() == [made]
    with pytest.raises(Invalid, match="'no' in 'UTC' is not a schedule"):
        await schedules.add("x", "crawl", cron="no", zone="UTC", request={})
    with pytest.raises(Invalid, check=says("schedule_never_due", cron="0 0 30 2 *")):
        await schedules.add("x", "crawl", cron="0 0 30 2 *", zone="UTC", request={})
    with pytest.raises(Conflict, match="No deployment starts other"):
        await schedules.add("x", "other", cron="0 7 * * *", zone="UTC", request={})
    await schedules.remove(name)
    assert await schedules.listed() == []
    with pytest.raises(NotFound, match="no schedule"):
        await schedules.remove(name)


async def test_whoever_looks_for_schedules_starts_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_on_demand, "running", nothing_runs)
    schedules = PrefectSchedules(Settings(home=tmp_path))
    assert await schedules.listed() == []
    with pytest.raises(Conflict, match="not running"):
        await schedules.add("x", "crawl", cron="0 7 * * *", zone="UTC", request={})


async def test_what_was_made_in_prefect_s_page_is_listed_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setattr(server_on_demand, "running", server.running)
    monkeypatch.setattr(server_on_demand, "ask", server.ask)
    rules: list[dict[str, Any]] = [{"interval": 86_400.0}, {"rrule": "FREQ=DAILY", "timezone": "Europe/Oslo"}]
    server.schedules = [
        {"id": str(place), "slug": f"{place}", "schedule": rule, "active": False, "parameters": {}}
        for place, rule in enumerate(rules)
    ]
    found = await PrefectSchedules(Settings(home=tmp_path)).listed()
    assert [(str(one.when), one.cron) for one in found] == [
        ("Every 86400 s (UTC)", ""),
        ("FREQ=DAILY (Europe/Oslo)", ""),
    ]
