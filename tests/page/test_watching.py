"""A run that is watched: what it tells, a line that breaks, an end that is one."""

from typing import Any

import pytest

from magicai.runs.run import RunStatus
from tests.page.conftest import Open, Place, Seeded
from tests.page.cutting import Line

pytestmark = pytest.mark.timeout(600)
STEPS: list[dict[str, Any]] = [
    {"name": name, "needs": [], "reason": ""} for name in ("crawl_shops", "save_products", "analyse_shops")
]
PROBLEM = {"where": "shop", "what": "Could not connect to x.", "way_out": "Check the address.", "temporary": False}


def test_a_line_that_breaks_says_so_comes_back_and_misses_nothing(show: Open, place: Place) -> None:
    run_id, attempt = place.begin()
    place.tell(attempt, "plan", revision=1, reason="r", steps=STEPS)
    with Line(place.port) as line, show("ann", f"/runs/{run_id}", url=line.url) as page:
        page.locator(".log li").nth(1).wait_for()
        for number in range(3):
            line.cut()
            page.get_by_text("Connection lost.").wait_for()
            place.tell(attempt, "finding", "crawl_shops", words=f"found while it was cut, {number}")
            line.mend()
            page.get_by_text("Connection lost.").wait_for(state="detached")
            page.locator(".log").get_by_text(f"found while it was cut, {number}").wait_for()
        line.cut()
        place.finish(attempt, RunStatus.FAILED)
        line.mend()
        page.locator(".badge.failed").wait_for()
        told = page.locator(".log .finding").all_inner_texts()
        assert [text.rpartition(" ")[2] for text in told] == ["0", "1", "2"], "each once, in order"


def test_a_failed_run_says_why_once_and_leaves_nothing_waiting(show: Open, place: Place) -> None:
    run_id, attempt = place.begin()
    place.tell(attempt, "plan", revision=1, reason="r", steps=STEPS)
    place.tell(attempt, "step", "crawl_shops", state="started")
    place.tell(attempt, "problem", "crawl_shops", problem=PROBLEM, missing=True)
    place.tell(attempt, "step", "crawl_shops", state="failed", why="Could not connect to x. Check the address.")
    place.tell(attempt, "failure", problem=PROBLEM)
    place.finish(attempt, RunStatus.FAILED, problems=[PROBLEM])
    with show("ann", f"/runs/{run_id}") as page:
        page.locator(".badge.failed").wait_for()
        page.locator(".log").get_by_text("The run has ended: Failed").wait_for()
        assert page.locator(".log li").filter(has_text="Could not connect to x.").count() == 1
        assert page.locator(".notice li").filter(has_text="Could not connect to x.").count() == 1
        assert page.get_by_text("waiting", exact=True).count() == 0


def test_a_cancelled_runs_step_is_cancelled_and_nothing_of_it_failed(show: Open, seeded: Seeded) -> None:
    with show("ann", f"/runs/{seeded.cancelled}") as page:
        page.locator(".badge.cancelled").wait_for()
        page.locator(".log").get_by_text("Crawl shops · cancelled").wait_for()
        page.locator(".log").get_by_text("Cancel requested").wait_for()
        assert page.locator(".node, .log, .badge").get_by_text("failed").count() == 0
        page.locator(".node.cancelled").first.wait_for()
        assert page.locator(".node.cancelled").count() == 1
        assert page.locator(".node.not_begun").count() >= 3


def test_cancel_is_heard_and_said(show: Open, place: Place) -> None:
    run_id, attempt = place.begin()
    place.tell(attempt, "plan", revision=1, reason="r", steps=STEPS)
    place.tell(attempt, "step", "crawl_shops", state="started")
    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Cancelling").wait_for()
        assert place.ask(lambda gateway: gateway.records.runs.beat(attempt)), "its process hears of it"
        place.tell(attempt, "step", "crawl_shops", state="cancelled")
        place.finish(attempt, RunStatus.CANCELLED)
        page.locator(".badge.cancelled").wait_for()
        page.get_by_role("button", name="Resume").wait_for()


def test_progress_is_never_taken_back(show: Open, place: Place) -> None:
    run_id, attempt = place.begin()
    place.tell(attempt, "plan", revision=1, reason="r", steps=STEPS)
    with show("ann", f"/runs/{run_id}") as page:
        bar = page.get_by_role("progressbar", name="Progress of the run")
        place.tell(attempt, "progress", "crawl_shops", 60.0, done=6, total=10, unit="pages", extra={})
        page.get_by_text("60%").wait_for()
        place.tell(attempt, "progress", "crawl_shops", 40.0, done=7, total=10, unit="pages", extra={})
        page.get_by_text("7 / 10").or_(page.locator(".tiles").get_by_text("7", exact=True)).first.wait_for()
        assert bar.get_attribute("value") == "60"
    place.finish(attempt, RunStatus.FAILED)
