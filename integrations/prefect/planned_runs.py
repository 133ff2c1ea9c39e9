"""Schedules in our Prefect server, as users add and change them."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from integrations.prefect import server_on_demand
from integrations.prefect.schedules import Schedule, deployed, schedule_of
from integrations.prefect.work_pool import DEPLOYMENT
from magicai.errors import Conflict, Invalid, NotFound, Temporary
from magicai.ports.schedules import PlannedRuns
from magicai.runs.run import JSON
from magicai.settings import Settings

_UP = "Start `magicai up`."


class PrefectSchedules:
    """The schedules of our deployments."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def listed(self, *, start: bool = False) -> list[PlannedRuns]:
        """All of them, by workflow and name; none while nothing starts them."""
        home, port, idle_s = self._settings.home, self._settings.prefect_port, self._settings.idle_seconds
        if start:
            await asyncio.to_thread(server_on_demand.ensure, home, port=port, idle_s=idle_s)
        elif server_on_demand.running(home) is None:
            return []
        return [_shown(one, raw) for _, one, raw in await asyncio.to_thread(deployed, self._ask)]

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        """Add one."""
        wanted = {
            "active": True,
            "slug": name,
            "schedule": {"cron": cron, "timezone": zone},
            "parameters": {"request": request},
        }
        made = await asyncio.to_thread(self._add, workflow, wanted)
        return _shown(schedule_of(workflow, made), made)

    async def switch(self, name: str, *, active: bool) -> None:
        """Switch it on or off."""
        await asyncio.to_thread(self._change, name, "PATCH", {"active": active})

    async def remove(self, name: str) -> None:
        """Remove it."""
        await asyncio.to_thread(self._change, name, "DELETE", None)

    def _ask(self, method: str, path: str, body: object) -> httpx.Response:
        """Ask the server; whoever only looks starts none.

        Raises:
            Conflict: none is running.
            Temporary: it does not answer.
        """
        home = self._settings.home
        server = server_on_demand.running(home)
        if server is None:
            raise Conflict("prefect_scheduler_not_running")
        try:
            return server_on_demand.ask(home, method, f"{server.url}{path}", body)
        except httpx.HTTPError as exc:
            raise Temporary("prefect_unreachable", reason=exc) from exc

    def _add(self, workflow: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        found = self._ask("GET", f"/deployments/name/{workflow}/{DEPLOYMENT}", None)
        if found.status_code == HTTPStatus.NOT_FOUND:
            raise Conflict("schedule_deployment_not_found", workflow=workflow)
        made = self._ask("POST", f"/deployments/{_accepted(found)['id']}/schedules", [wanted])
        if made.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            rhythm = wanted["schedule"]
            raise Invalid("schedule_invalid", cron=rhythm["cron"], zone=rhythm["timezone"])
        return _accepted(made)[0]

    def _change(self, name: str, method: str, body: object) -> None:
        place = next(((where, one) for where, one, _ in deployed(self._ask) if name == one.name), None)
        if place is None:
            raise NotFound("schedule_not_found", schedule_id=name)
        where, one = place
        answer = self._ask(method, f"/deployments/{where}/schedules/{one.schedule_id}", body)
        if answer.status_code != HTTPStatus.NOT_FOUND:  # somebody else has removed it since
            _accepted(answer)


def _accepted(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise Temporary("prefect_error_status", status=answer.status_code, reason=answer.text[:200])
    return answer.json() if answer.content else None


def _shown(one: Schedule, raw: Mapping[str, Any]) -> PlannedRuns:
    parameters: dict[str, Any] = raw.get("parameters") or {}
    return PlannedRuns(one.schedule_id, one.name, one.workflow, one.when, one.active, parameters.get("request") or {})
