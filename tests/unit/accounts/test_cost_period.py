"""The days that costs are shown of."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from magicai.accounts.cost_period import period_of
from magicai.errors import Invalid
from magicai.values.times import HOUR_US, to_us
from tests.codes import says

NOW = to_us(datetime(2026, 12, 2, 23, 30, tzinfo=UTC))


def test_without_days_it_is_the_last_ones_of_the_zone() -> None:
    found = period_of(None, None, 30, "Asia/Tokyo", NOW)
    assert (found.from_day, found.to_day) == (date(2026, 11, 4), date(2026, 12, 3))
    assert period_of(None, date(2026, 3, 1), 1, "UTC", NOW).days == [date(2026, 3, 1)]
    assert len(period_of(date(2026, 11, 30), None, 30, "UTC", NOW).days) == 3


@pytest.mark.parametrize(
    ("zone", "days", "hours"),
    [
        ("Europe/Berlin", (date(2026, 3, 28), date(2026, 3, 30)), [24, 23, 24]),
        ("America/Santiago", (date(2026, 9, 5), date(2026, 9, 6)), [24, 23]),  # the hour after midnight is left out
        ("Pacific/Apia", (date(2011, 12, 29), date(2011, 12, 31)), [24, 0, 24]),  # a day is
        ("UTC", (date.max, date.max), [24]),
        ("Asia/Kathmandu", (date.min, date.min), [24]),
    ],
)
def test_days_are_as_long_as_their_zone_has_them(zone: str, days: tuple[date, date], hours: list[int]) -> None:
    bounds = period_of(*days, 30, zone, NOW).bounds
    assert [(end - begin) // HOUR_US for begin, end in pairwise(bounds)] == hours


def test_what_is_no_period_is_refused_by_its_values() -> None:
    reversed_days = says("first_day_after_last", from_day="2026-12-03", to_day="2026-12-02")
    with pytest.raises(Invalid, check=reversed_days):
        period_of(date(2026, 12, 3), date(2026, 12, 2), 30, "UTC", NOW)
    assert len(period_of(date(2025, 10, 29), date(2026, 12, 2), 30, "UTC", NOW).days) == 400
    too_long = says("too_many_days", from_day="2025-10-28", to_day="2026-12-02", days=401, maximum=400)
    with pytest.raises(Invalid, check=too_long):
        period_of(date(2025, 10, 28), date(2026, 12, 2), 30, "UTC", NOW)
    with pytest.raises(Invalid, check=says("unknown_time_zone", name="Europe/Atlantis")):
        period_of(None, None, 30, "Europe/Atlantis", NOW)
    assert period_of(None, date.min, 30, "UTC", NOW).days == [date.min]
