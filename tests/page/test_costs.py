"""Costs on the page: by day and group, by run, and as a file."""

import csv

import pytest

from tests.page.conftest import Open, Place
from tests.page.subjects import add_costs

pytestmark = pytest.mark.timeout(600)


def test_costs_are_shown_by_day_group_and_run_and_saved_as_a_file(show: Open, place: Place) -> None:
    run_id = place.ask(add_costs)
    with show("ann", "/settings/costs") as page:
        page.get_by_role("img", name="Chart: Costs by day").wait_for()
        tiles = page.locator(".tiles").first
        assert "≈ $0.0032" in tiles.inner_text()  # 0.002 + 0.001 + 4 * 0.00005
        page.get_by_text("Show as a table").click()
        days = page.get_by_role("region", name="Costs by day").locator("tbody tr")
        assert days.count() == 30
        assert days.last.locator("td").all_inner_texts() == ["$0.003", "$0.0002"]
        page.get_by_label("Group by").select_option("model")
        groups = page.get_by_role("region", name="Model", exact=True).locator("tbody tr")
        page.get_by_role("rowheader", name="openai:gpt-4o-mini").wait_for()
        assert groups.first.locator("th, td").all_inner_texts() == ["openai:gpt-4o", "2", "2,400", "$0.0021"]
        page.get_by_label("Period").select_option("lastMonth")
        page.get_by_text("No calls in this period.").first.wait_for()
        page.get_by_label("Period").select_option("7")
        rows = page.get_by_role("region", name="Costs by run").locator("tbody tr")
        rows.nth(1).wait_for()
        assert [row.locator("td").last.inner_text() for row in rows.all()] == ["≈ $0.003", "$0.0002"]
        with page.expect_download() as saved:
            page.get_by_role("button", name="Export CSV").click()
        with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
        assert [(one["run"], one["amount"], one["estimated"]) for one in found] == [
            (run_id, "0.003", "yes"), ("", "0.0002", "no"),
        ]  # fmt: skip
        rows.first.get_by_role("link").click()
        page.wait_for_url(f"**/runs/{run_id}")


def test_nobody_sees_costs_of_others(show: Open, place: Place) -> None:
    place.ask(add_costs)
    with show("bob", "/settings/costs") as page:
        page.get_by_text("No calls in this period.").first.wait_for()
        assert page.locator(".chart, tbody tr").count() == 0
