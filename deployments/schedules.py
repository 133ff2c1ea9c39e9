"""What operators changed of schedules in Prefect's user interface, over a deployment that makes all of them anew."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from integrations.prefect.schedules import pages
from magicai.errors import Permanent

Ask = Callable[[str, str, object], httpx.Response]
Schedules = dict[str, list[dict[str, Any]]]
_FIELDS = ("schedule", "active", "parameters")


def shown(ask: Ask) -> Schedules:
    """All schedules, by their deployment's id: slug, rhythm, whether it is on, parameters."""
    return {deployment["id"]: [_shown(one) for one in deployment["schedules"]] for deployment in _deployments(ask)}


def bring_back(ask: Ask, before: Schedules, made: Schedules, now: Schedules) -> None:
    """Put back what an operator added, changed or removed; what nobody changed is as the new definition has it.

    Args:
        ask: Prefect's server: method, path, body.
        before: what there was just now.
        made: what the last deployment had made of its own definition.
        now: what this one has made.

    Raises:
        Permanent: the server refuses one.
    """
    for deployment, schedules in before.items():
        if deployment not in now:
            continue
        own = {one["slug"]: one for one in made.get(deployment, [])}
        there = {one["slug"]: one for one in now[deployment]}
        same = {one["id"]: one for one in now[deployment]}  # of deployments that are not ours: they are not made anew
        path, kept = f"/deployments/{deployment}/schedules", {schedule["slug"] for schedule in schedules}
        for slug in own.keys() & there.keys() - kept:
            _accepted(ask("DELETE", f"{path}/{there[slug]['id']}", None))
        for schedule in schedules:
            if _fields_of(schedule) == _fields_of(own.get(schedule["slug"], {})):
                continue
            # One that was made in the page has no slug. Its id is what its owner is bound by, and comes never again.
            slug = schedule["slug"] or schedule["id"]
            wanted = {**_fields_of(schedule), "slug": slug}
            present = same.get(schedule["id"]) or there.get(slug)
            if present is None:
                _accepted(ask("POST", path, [wanted]))
            elif _fields_of(present) != _fields_of(schedule):
                _accepted(ask("PATCH", f"{path}/{present['id']}", wanted))


def _deployments(ask: Ask) -> Iterator[Mapping[str, Any]]:
    return pages(lambda body: ask("POST", "/deployments/filter", body))


def _shown(schedule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: schedule.get(name) for name in ("id", "slug", *_FIELDS)}


def _fields_of(schedule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: schedule.get(name) for name in _FIELDS}


def _accepted(answer: httpx.Response) -> None:
    if answer.is_error and answer.status_code != HTTPStatus.CONFLICT:
        raise Permanent("schedule_restore_failed", status=answer.status_code, reason=answer.text[:200])
