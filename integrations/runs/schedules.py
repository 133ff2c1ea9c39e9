"""What Prefect starts by itself, and how a run tells which schedule started it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from integrations.runs import ondemand
from magicai.errors import Temporary

_KINDS = ("CronSchedule", "IntervalSchedule", "RRuleSchedule")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a deployment.

    Attributes:
        slug: what it is called in its deployment; one that was made in Prefect's page has none.
        when: in words of Prefect's.
    """

    schedule_id: str
    workflow: str
    slug: str | None
    when: str
    active: bool

    @property
    def name(self) -> str:
        """What it is bound by: deploying again makes it anew, with another id; those without slug are gone then."""
        return f"{self.workflow}/{self.slug}" if self.slug else self.schedule_id


def listed(home: Path, server: ondemand.Server) -> list[Schedule]:
    """All schedules, by workflow and name.

    Raises:
        Temporary: the server does not answer.
    """
    flows = {flow["id"]: flow["name"] for flow in _pages(home, f"{server.url}/flows/filter")}
    found = [
        Schedule(one["id"], flows[deployment["flow_id"]], one["slug"], _when(one["schedule"]), one["active"])
        for deployment in _pages(home, f"{server.url}/deployments/filter")
        for one in deployment["schedules"]
    ]
    return sorted(found, key=lambda one: (one.workflow, one.name))


def names_of(workflow: str, kind: str | None, schedule_id: str, shown: str | None) -> tuple[str, ...]:
    """Names of the schedule that made a flow run, the surest first; none where something else made it.

    Args:
        workflow: its flow.
        kind: of what made it, as Prefect's server has it; whoever asks for a flow run can't say so.
        schedule_id: of the schedule.
        shown: its slug, or its kind where it has none.
    """
    if kind != "SCHEDULE":
        return ()
    return (schedule_id,) if shown is None or shown in _KINDS else (schedule_id, f"{workflow}/{shown}")


def _pages(home: Path, url: str) -> Iterator[Mapping[str, Any]]:
    offset = 0
    while True:
        try:
            answer = ondemand.ask(home, "POST", url, {"limit": _MOST, "offset": offset})
            answer.raise_for_status()
        except httpx.HTTPError as exc:
            raise Temporary(f"Prefect's server at {url} did not answer: {exc}") from exc
        page = answer.json()
        yield from page
        offset += len(page)
        if len(page) < _MOST:
            return


def _when(schedule: Mapping[str, Any]) -> str:
    zone = schedule.get("timezone") or "UTC"
    if "cron" in schedule:
        return f"{schedule['cron']} ({zone})"
    return f"every {schedule['interval']:g} s" if "interval" in schedule else f"{schedule['rrule']} ({zone})"
