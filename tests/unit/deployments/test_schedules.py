"""Schedules over a deployment that is made anew; with Prefect's own server in tests/e2e/test_up_schedules.py."""

from typing import Any

import httpx
import yaml

from deployments import definition
from deployments.schedules import bring_back


def schedule(id_: str, slug: str | None, *, active: bool = True) -> dict[str, Any]:
    return {"id": id_, "slug": slug, "schedule": {"cron": "0 6 * * *"}, "active": active, "parameters": {}}


def asked(before: list[dict[str, Any]], made: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[tuple[str, str]]:
    calls: list[tuple[str, str]] = []

    def ask(method: str, path: str, _body: object) -> httpx.Response:
        calls.append((method, path.rpartition("/")[2]))
        return httpx.Response(200)

    bring_back(ask, {"d": before}, {"d": made}, {"d": now})
    return calls


def test_a_deployment_that_was_not_made_anew_is_left_alone() -> None:
    own = [schedule("1", None), schedule("2", None)]
    assert asked(own, [], own) == []


def test_what_was_added_changed_or_removed_is_put_back() -> None:
    made, now = [schedule("1", "a"), schedule("2", "b")], [schedule("3", "a"), schedule("4", "b")]
    assert asked(made, made, now) == []
    assert asked([schedule("1", "a", active=False), schedule("2", "b")], made, now) == [("PATCH", "3")]
    assert asked([*made, schedule("9", None)], made, now) == [("POST", "schedules")]
    assert asked([schedule("1", "a")], made, now) == [("DELETE", "4")]


def test_what_grows_is_removed_every_night() -> None:
    deployed = yaml.safe_load(definition.path().read_text())["deployments"]
    (prune,) = [one for one in deployed if one["entrypoint"] == "flows.prune.prune"]
    assert [one["active"] for one in prune["schedules"]] == [True]
