"""When Prefect starts the runs of a schedule, in a zone whose clocks change on 29 March and 25 October 2026."""

from datetime import datetime
from typing import Any

import pytest

from integrations.prefect.times import next_times

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("cron", "start", "times"),
    [
        # Daily, by the clock of the zone, whatever its offset.
        ("0 7 * * *", "2026-03-28T00:00Z", ["28T07:00:00+01:00", "29T07:00:00+02:00", "30T07:00:00+02:00"]),
        ("0 7 * * *", "2026-10-24T00:00Z", ["24T07:00:00+02:00", "25T07:00:00+01:00", "26T07:00:00+01:00"]),
        # At an hour that is left out: an hour later; at one that comes twice: the first time alone.
        ("30 2 * * *", "2026-03-28T00:00Z", ["28T02:30:00+01:00", "29T03:30:00+02:00", "30T02:30:00+02:00"]),
        ("30 2 * * *", "2026-10-24T12:00Z", ["25T02:30:00+02:00", "26T02:30:00+01:00", "27T02:30:00+01:00"]),
        ("0 * * * *", "2026-10-25T00:00Z", ["25T02:00:00+02:00", "25T03:00:00+01:00", "25T04:00:00+01:00"]),
    ],
)
async def test_clocks_that_change_move_no_run(cron: str, start: str, times: list[str]) -> None:
    found = await next_times({"cron": cron, "timezone": BERLIN}, 3, datetime.fromisoformat(start))
    assert found == [f"{start[:8]}{time}" for time in times]


async def test_the_last_day_of_a_month_is_its_own_and_a_31st_comes_where_there_is_one() -> None:
    start = datetime.fromisoformat("2026-01-01T00:00Z")
    for cron, days in (("0 7 L * *", ["01-31", "02-28", "03-31"]), ("0 7 31 * *", ["01-31", "03-31", "05-31"])):
        found = await next_times({"cron": cron, "timezone": "UTC"}, 3, start)
        assert found == [f"2026-{day}T07:00:00+00:00" for day in days]


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        ({"cron": "0 0 30 2 *", "timezone": "UTC"}, []),
        ({"cron": "61 0 * * *", "timezone": "UTC"}, None),
        ({"cron": "0 0 * * *", "timezone": "Mars/Olympus"}, None),
        ({"interval": 86_400.0, "anchor_date": "2020-01-01T00:00:00Z"}, ["2026-01-01T00:00:00+00:00"]),
    ],
)
async def test_what_is_never_due_has_no_times_and_what_is_no_schedule_is_told_apart(
    rule: dict[str, Any], times: list[str] | None
) -> None:
    assert await next_times(rule, 1, datetime.fromisoformat("2026-01-01T00:00Z")) == times
