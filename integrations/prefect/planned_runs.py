"""Schedules in our Prefect server, as users add and change them."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx

from integrations.prefect import server_on_demand
from integrations.prefect.schedules import Schedule, deployed, schedule_of
from integrations.prefect.work_pool import DEPLOYMENT
from magicai.errors import Conflict, Invalid, NotFound, Temporary
from magicai.messages import Message, say
from magicai.ports.schedules import NEXT_TIMES, PlannedRuns
from magicai.runs.run import JSON
from magicai.settings import Settings
from magicai.values import recurrence


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
        return await asyncio.to_thread(self._listed)

    async def next_times(self, cron: str, zone: str) -> Sequence[str]:
        """The next times of an expression in a time zone."""
        return await asyncio.to_thread(self._next_times, cron, zone)

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        """Add one."""
        wanted = {
            "active": True,
            "slug": name,
            "schedule": _rule(cron, zone),
            "parameters": {"request": request},
        }
        # One that is never due would end the round in which Prefect's server plans all others.
        times = await self.next_times(cron, zone)
        made = await asyncio.to_thread(self._add, workflow, wanted)
        return _shown(schedule_of(workflow, made), made, times)

    async def switch(self, name: str, *, active: bool) -> None:
        """Switch it on or off."""
        await asyncio.to_thread(self._change, name, "PATCH", {"active": active})

    async def remove(self, name: str) -> None:
        """Remove it."""
        await asyncio.to_thread(self._change, name, "DELETE", None)

    def _ask(self, method: str, path: str, body: object, *, of_ours: bool = False) -> httpx.Response:
        """Ask the server; whoever only looks starts none.

        Args:
            of_ours: whether the path is beside Prefect's API, where our own routes are.

        Raises:
            Conflict: none is running.
            Temporary: it does not answer.
        """
        home = self._settings.home
        server = server_on_demand.running(home)
        if server is None:
            raise Conflict("prefect_scheduler_not_running")
        try:
            return server_on_demand.ask(home, method, f"{server.base if of_ours else server.url}{path}", body)
        except httpx.HTTPError as exc:
            raise Temporary("prefect_unreachable", reason=exc) from exc

    def _listed(self) -> list[PlannedRuns]:
        found = [(one, raw) for _, one, raw in deployed(self._ask)]
        due = iter(self._times([raw["schedule"] for one, raw in found if one.active]))
        return [_shown(one, raw, (next(due) or []) if one.active else []) for one, raw in found]

    def _next_times(self, cron: str, zone: str) -> Sequence[str]:
        (times,) = self._times([_rule(cron, zone)])
        if times is None:
            raise Invalid("schedule_invalid", cron=cron, zone=zone)
        if not times:
            raise Invalid("schedule_never_due", cron=cron)
        return times

    def _times(self, rules: Sequence[Mapping[str, Any]]) -> list[list[str] | None]:
        """Of each rule its next times; None of what is none."""
        if not rules:
            return []
        asked = {"schedules": rules, "count": NEXT_TIMES}
        return _accepted(self._ask("POST", "/times", asked, of_ours=True))["times"]

    def _add(self, workflow: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        found = self._ask("GET", f"/deployments/name/{workflow}/{DEPLOYMENT}", None)
        if found.status_code == HTTPStatus.NOT_FOUND:
            raise Conflict("schedule_deployment_not_found", workflow=workflow)
        return _accepted(self._ask("POST", f"/deployments/{_accepted(found)['id']}/schedules", [wanted]))[0]

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


def _rule(cron: str, zone: str) -> JSON:
    return {"cron": cron, "timezone": zone}


def _shown(one: Schedule, raw: Mapping[str, Any], times: Sequence[str]) -> PlannedRuns:
    rule: Mapping[str, Any] = raw["schedule"]
    parameters: JSON = raw.get("parameters") or {}
    zone = rule.get("timezone") or "UTC"
    return PlannedRuns(
        schedule_id=one.schedule_id,
        name=one.name,
        workflow=one.workflow,
        when=_when(rule, zone),
        cron=rule.get("cron", ""),
        zone=zone,
        active=one.active,
        request=parameters.get("request") or {},
        next_times=times,
    )


def _when(rule: Mapping[str, Any], zone: str) -> Message:
    if "interval" in rule:
        return say("schedule_interval", seconds=f"{rule['interval']:g}", zone=zone)
    return recurrence.when(rule.get("cron") or rule["rrule"], zone)
