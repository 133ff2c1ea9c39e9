"""When runs start by themselves: seen before a schedule is added, in the list, and kept while it is paused."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.kept_schedules import KeptSchedules
from tests.page.conftest import Open, Place, Seeded
from tests.page.showing import PHONE

WORDS = {
    "en": {
        "more": "More", "schedule": "Schedule", "repeats": "Repeats", "week": "Weekly", "thursday": "Thursday",
        "zone": "Time zone", "time": "Time", "cron": "Custom (cron)", "expression": "Cron expression",
        "when": "Weekly on Monday and Thursday at 07:00 (Europe/Berlin)",
        "wrong": "There is no time zone 'Mars'. Use a name such as Europe/Berlin.",
        "fields": "The number of fields in '0 7' is 2, not 5.",
        "add": "Add schedule", "added": "The schedule is active.", "manage": "Manage schedules",
        "pause": "Pause", "paused": "Paused", "activate": "Activate",
    },
    "zh": {
        "more": "更多", "schedule": "定时运行", "repeats": "频率", "week": "每周", "thursday": "星期四",
        "zone": "时区", "time": "时间", "cron": "自定义（cron）", "expression": "cron 表达式",
        "when": "每周一、周四 07:00（Europe/Berlin）",
        "wrong": "没有时区 Mars。 请使用 Asia/Shanghai 这样的名称。",
        "fields": "0 7 有 2 个字段，而不是 5 个。",
        "add": "添加定时计划", "added": "定时计划已启用。", "manage": "管理定时计划",
        "pause": "暂停", "paused": "已暂停", "activate": "启用",
    },
}  # fmt: skip


@pytest.fixture
def kept(place: Place) -> Iterator[KeptSchedules]:
    """The schedules of the gateway, which starts no server of Prefect's."""
    made = KeptSchedules()
    vars(place.gateway.ports)["schedules"] = made
    yield made
    del vars(place.gateway.ports)["schedules"]


def moments(shown: Any) -> list[datetime]:
    """What the times that are shown stand for."""
    return [datetime.fromisoformat(one.get_attribute("datetime")) for one in shown.locator("time").all()]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_schedule_shows_its_next_three_times_before_and_after_it_is_added(
    show: Open, seeded: Seeded, kept: KeptSchedules, language: str
) -> None:
    words = WORDS[language]
    with show("ann", f"/runs/{seeded.failed}", language=language, viewport=PHONE) as page:
        page.locator("summary", has_text=words["more"]).click()
        page.get_by_role("button", name=words["schedule"], exact=True).click()
        dialog = page.get_by_role("dialog")
        assert dialog.get_by_label(words["zone"]).input_value() == "Europe/Oslo", "the browser's own"
        dialog.get_by_label(words["zone"]).fill("Mars")
        dialog.get_by_text(words["wrong"]).wait_for()
        dialog.get_by_label(words["zone"]).fill("Europe/Berlin")
        dialog.get_by_label(words["repeats"]).select_option(words["cron"])
        dialog.get_by_label(words["expression"]).fill("0 7")
        dialog.get_by_text(words["fields"]).wait_for()
        dialog.get_by_label(words["repeats"]).select_option(words["week"])
        dialog.get_by_label(words["thursday"]).check()
        dialog.get_by_text(words["when"]).wait_for()
        previewed = moments(dialog)
        assert len(previewed) == 3
        assert all(one == one.replace(hour=7, minute=0) and one.weekday() in {0, 3} for one in previewed)
        assert all(one.utcoffset() == one.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() for one in previewed)
        assert dialog.locator("time").first.inner_text().endswith("07:00")
        dialog.get_by_role("button", name=words["add"]).click()
        dialog.get_by_text(words["added"]).wait_for()
        dialog.get_by_role("link", name=words["manage"]).click()
        row = page.locator("li", has_text=words["when"])
        row.wait_for()
        assert moments(row) == previewed
        (added,) = kept.kept.values()
        assert (added.cron, added.zone) == ("0 7 * * 1,4", "Europe/Berlin")
        row.get_by_role("button", name=words["pause"]).click()
        row.get_by_role("button", name=words["activate"]).wait_for()
        row.get_by_text(words["paused"]).wait_for()
        assert moments(row) == []
        row.get_by_role("button", name=words["activate"]).click()
        row.locator("time").first.wait_for()
        assert moments(row) == previewed
        assert list(kept.kept.values()) == [added], "with the parameters of the run"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
