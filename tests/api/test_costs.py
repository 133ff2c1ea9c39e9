"""Costs over the API and on the command line: one's own, by day, group and run."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from magicai.ports import ModelCall
from magicai.values.ids import new_id
from magicai.values.times import to_us
from tests.api.conftest import Api
from tests.api.test_both_ways import both

AT = to_us(datetime(2026, 11, 3, 23, 30, tzinfo=UTC))
CALL = ModelCall("", "id-ann", "", "step", "openai:m", AT, 1000, 200, 0.002, 1.5, "ok")
DAYS = {"from_day": "2026-11-01", "to_day": "2026-11-30"}


async def spend(api: Api, **changes: Any) -> None:
    await api.records.model_calls.add(replace(CALL, call_id=new_id(), **changes))


async def got(api: Api, headers: dict[str, str], path: str = "", **query: Any) -> Any:
    answer = await api.http.get(f"/api/costs{path}", headers=headers, params={**DAYS, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_costs_are_ones_own_by_day_of_a_zone_and_by_group(api: Api) -> None:
    ann, bob = await api.bearer("ann"), await api.bearer("bob")
    run = await api.start(ann)
    await spend(api, run_id=run)
    await spend(api, run_id=run, cost=None, outcome="cancelled")
    await spend(api, owner_id="id-bob", run_id=run, cost=7.0)
    found = await got(api, ann, by="workflow")
    assert found["total"] == {
        "calls": 2, "prompt_tokens": 2000, "completion_tokens": 400,
        "cost": {"amount": "0.002", "currency": "USD"}, "estimated": True,
    }  # fmt: skip
    (group,) = found["groups"]
    assert (group["key"], group["name"], group["cost"]["amount"]) == (*["crawl-analyze-generate"] * 2, "0.002")
    assert [day["day"] for day in found["days"]] == ["2026-11-03"]
    assert [day["day"] for day in (await got(api, ann, zone="Europe/Berlin"))["days"]] == ["2026-11-04"]
    (person,) = (await got(api, ann, by="person"))["groups"]
    assert (person["key"], person["name"]) == ("id-ann", "ann")
    bobs = await got(api, bob, by="workflow")
    assert [(one["key"], one["cost"]["amount"]) for one in bobs["groups"]] == [("", "7")]
    (row,) = (await got(api, bob, "/runs"))["items"]
    assert (row["workflow"], row["started"], row["person"]) == (None, None, "bob")


async def test_runs_come_page_by_page_and_as_a_file_that_calculates_nothing(api: Api) -> None:
    ann = await api.bearer("ann")
    runs = [await api.start(ann), await api.start(ann)]
    for run_id in (*runs, ""):
        await spend(api, run_id=run_id, model="=HYPERLINK(1)", cost=0.000_000_5)
    await spend(api, run_id=runs[0], model="local:m", cost=0.0)
    first = await got(api, ann, "/runs", limit=2)
    assert [one["run_id"] for one in first["items"]] == runs[::-1]
    assert first["items"][1]["models"] == ["=HYPERLINK(1)", "local:m"]
    rest = await got(api, ann, "/runs", limit=2, cursor=first["next_cursor"])
    assert ([one["run_id"] for one in rest["items"]], rest["next_cursor"]) == ([None], None)
    answer = await api.http.get("/api/costs/runs.csv", headers=ann, params=DAYS)
    assert "costs-2026-11-01-2026-11-30.csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["run"] for row in rows] == [*runs[::-1], ""]
    assert {**rows[1], "started": ""} == {
        "run": runs[0], "workflow": "crawl-analyze-generate", "started": "", "person": "ann",
        "models": "'=HYPERLINK(1); local:m", "calls": "2", "prompt_tokens": "2000", "completion_tokens": "400",
        "amount": "0.0000005", "currency": "USD", "estimated": "no",
    }  # fmt: skip
    assert rows[1]["started"].endswith("Z")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"from_day": "2026-12-01"}, "2026-12-01"),
        ({"from_day": "2024-01-01"}, "1065 days"),
        ({"zone": "Europe/Atlantis"}, "Europe/Atlantis"),
        ({"by": "colour"}, "by"),
        ({"to_day": "tomorrow"}, "to_day"),
        ({"days": "401"}, "days"),
    ],
)
async def test_what_is_no_period_or_group_is_refused_by_name(api: Api, wrong: dict[str, str], named: str) -> None:
    answer = await api.http.get("/api/costs", headers=await api.bearer(), params={**DAYS, **wrong})
    assert answer.status_code == 422, answer.text
    assert named in answer.text


async def test_the_command_line_shows_groups(api: Api, home: Path) -> None:
    await spend(api, cost=0.00213, at=to_us(datetime.now(UTC)))
    for status, out, err in await both(api, home, "costs", "--by", "model", "--days", "1"):
        assert status == 0, err
        assert [line.split() for line in out.splitlines()] == [
            ["MODEL", "CALLS", "TOKENS", "COST"],
            ["openai:m", "1", "1,200", "$0.0021"],
            ["total", "1", "1,200", "$0.0021"],
        ]


async def test_the_file_of_the_command_line_is_the_same_both_ways(api: Api, home: Path, tmp_path: Path) -> None:
    await spend(api, at=to_us(datetime.now(UTC)))
    file = tmp_path / "costs.csv"
    written: list[str] = []
    for status, _, err in await both(api, home, "costs", "--csv", str(file)):
        assert (status, err) == (0, f"{file}: 1 runs\n")
        written.append(file.read_text(encoding="utf-8-sig"))
    assert written[0] == written[1]
    assert "openai:m,1,1000,200,0.002,USD,no" in written[0]
