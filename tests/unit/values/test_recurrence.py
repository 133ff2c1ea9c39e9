from typing import Any

import pytest

from magicai.errors import Invalid
from magicai.values.recurrence import Every, Recurrence, cron_of, recurrence, recurrence_of, when
from tests.codes import says


@pytest.mark.parametrize(
    ("asked", "cron", "english", "chinese"),
    [
        (Recurrence(Every.HOUR, ":30"), "30 * * * *", "Hourly at :30", "每小时第 30 分"),
        (Recurrence(Every.DAY, "07:00"), "0 7 * * *", "Daily at 07:00", "每天 07:00"),
        (Recurrence(Every.WEEKDAY, "18:05"), "5 18 * * 1-5", "Weekdays at 18:05", "周一至周五 18:05"),
        (Recurrence(Every.WEEK, "06:30", ("sun",)), "30 6 * * 0", "Weekly on Sunday at 06:30", "每周日 06:30"),
        (
            Recurrence(Every.WEEK, "06:30", ("mon", "thu", "sun")),
            "30 6 * * 0,1,4",
            "Weekly on Monday, Thursday and Sunday at 06:30",
            "每周一、周四、周日 06:30",
        ),
        (Recurrence(Every.MONTH, "23:59", ("28",)), "59 23 28 * *", "Monthly on day 28 at 23:59", "每月 28 日 23:59"),
        (
            Recurrence(Every.MONTH, "00:00", ("last",)),
            "0 0 L * *",
            "Monthly on the last day at 00:00",
            "每月最后一天 00:00",
        ),
    ],
)
def test_it_is_the_same_in_cron_and_in_words(asked: Recurrence, cron: str, english: str, chinese: str) -> None:
    assert recurrence(asked.every, asked.at, asked.on[::-1]) == asked, "days may come in any order"
    assert (asked.cron, recurrence_of(cron)) == (cron, asked)
    said = when(cron, "Europe/Berlin")
    assert (str(said), said.in_language("zh")) == (f"{english} (Europe/Berlin)", f"{chinese}（Europe/Berlin）")


@pytest.mark.parametrize(
    ("cron", "english"),
    [
        ("00 07 * * MON-FRI", "Weekdays at 07:00"),
        ("0 7 * * 5-7", "Weekly on Friday, Saturday and Sunday at 07:00"),
        ("0 7 * * 1,THU", "Weekly on Monday and Thursday at 07:00"),
        ("0 7 * * 0-6", "Daily at 07:00"),
    ],
)
def test_cron_that_somebody_wrote_by_hand_is_read(cron: str, english: str) -> None:
    assert str(when(cron, "UTC")) == f"{english} (UTC)"


@pytest.mark.parametrize(
    "cron", ["*/5 * * * *", "0 7 31 * *", "0 7 1 * 1", "0 * 1 * *", "0 7 * 2 *", "0 7 * * 5#2", "0 7 * * 6-1", "x"]
)
def test_any_other_cron_is_shown_as_it_is(cron: str) -> None:
    assert recurrence_of(cron) is None
    assert str(when(cron, "UTC")) == f"{cron} (UTC)"


@pytest.mark.parametrize(
    ("every", "at", "on", "code", "named"),
    [
        (Every.DAY, "24:00", [], "schedule_time_invalid", {"at": "24:00"}),
        (Every.DAY, "7:5", [], "schedule_time_invalid", {"at": "7:5"}),
        (Every.DAY, "٠٧:٠٠", [], "schedule_time_invalid", {}),
        (Every.DAY, "", [], "schedule_time_invalid", {}),
        (Every.HOUR, "07:30", [], "schedule_minute_invalid", {"at": "07:30"}),
        (Every.WEEK, "07:00", [], "schedule_days_missing", {}),
        (Every.WEEK, "07:00", ["mon", "friday"], "schedule_day_invalid", {"day": "friday"}),
        (Every.MONTH, "07:00", ["31"], "schedule_date_invalid", {"day": "31"}),
        (Every.MONTH, "07:00", ["0"], "schedule_date_invalid", {"day": "0"}),
        (Every.MONTH, "07:00", ["1", "15"], "schedule_date_needed", {"count": 2}),
        (Every.DAY, "07:00", ["mon"], "schedule_days_unused", {"every": "day"}),
    ],
)
def test_what_is_no_time_or_day_is_refused_by_name(
    every: Every, at: str, on: list[str], code: str, named: dict[str, Any]
) -> None:
    with pytest.raises(Invalid, check=says(code, **named)) as caught:
        recurrence(every, at, on)
    assert caught.value.way_out


def test_either_cron_or_a_recurrence_is_asked_for() -> None:
    assert cron_of("", Every.HOUR, "", []) == "0 * * * *"
    assert cron_of(" 0  7 * * 1 ", None, "", []) == "0 7 * * 1"
    with pytest.raises(Invalid, check=says("schedule_time_missing")):
        cron_of("", None, "07:00", [])
    for every, at, on in ((Every.DAY, "", []), (None, "07:00", []), (None, "", ["mon"])):
        with pytest.raises(Invalid, check=says("schedule_time_twice")):
            cron_of("0 7 * * 1", every, at, on)
    with pytest.raises(Invalid, check=says("schedule_cron_fields", cron="0 0 7 * * 1", count=6)):
        cron_of("0 0 7 * * 1", None, "", [])
