"""What Prefect starts by itself, and how a run tells which schedule started it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from magicai.errors import Temporary

_KINDS = ("CronSchedule", "IntervalSchedule", "RRuleSchedule")
_MOST = 200
# Asks Prefect's server: a method, a path and a body.
Ask = Callable[[str, str, object], httpx.Response]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a deployment.

    Attributes:
        slug: what it is called in its deployment; one that was made in Prefect's page has none.
    """

    schedule_id: str
    workflow: str
    slug: str | None
    active: bool

    @property
    def name(self) -> str:
        """What it is bound by: deploying again makes it anew, with another id.

        One that was made in Prefect's page has no slug at first, and its first id as slug from then on.
        """
        if self.slug is None or _is_id(self.slug):
            return self.slug or self.schedule_id
        return f"{self.workflow}/{self.slug}"


def deployed(ask: Ask) -> list[tuple[str, Schedule, Mapping[str, Any]]]:
    """All schedules by workflow and name: each with its deployment's id, and as Prefect has it.

    Raises:
        Temporary: the server does not answer.
    """
    flows = {flow["id"]: flow["name"] for flow in pages(lambda body: ask("POST", "/flows/filter", body))}
    found = [
        (deployment["id"], schedule_of(flows[deployment["flow_id"]], one), one)
        for deployment in pages(lambda body: ask("POST", "/deployments/filter", body))
        for one in deployment["schedules"]
    ]
    return sorted(found, key=lambda one: (one[1].workflow, one[1].name))


def schedule_of(workflow: str, one: Mapping[str, Any]) -> Schedule:
    """A schedule as Prefect's server has it."""
    return Schedule(one["id"], workflow, one["slug"], one["active"])


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
    if shown is None or shown in _KINDS:
        return (schedule_id,)
    return (schedule_id, shown if _is_id(shown) else f"{workflow}/{shown}")


def pages(ask: Callable[[object], httpx.Response]) -> Iterator[Mapping[str, Any]]:
    """All that a filter of Prefect's server finds.

    Raises:
        Temporary: the server does not answer.
    """
    offset = 0
    while True:
        try:
            answer = ask({"limit": _MOST, "offset": offset})
            answer.raise_for_status()
        except httpx.HTTPError as exc:
            raise Temporary("prefect_unreachable", reason=exc) from exc
        page = answer.json()
        yield from page
        offset += len(page)
        if len(page) < _MOST:
            return


def _is_id(slug: str) -> bool:
    try:
        UUID(slug)
    except ValueError:
        return False
    return True
