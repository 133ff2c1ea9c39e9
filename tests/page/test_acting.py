"""What is done with runs beside starting them: decided about, selected together, scheduled, and told of."""

import json
import re
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.runs.effects import Effect
from magicai.runs.follow_ups import follow_up
from magicai.runs.run import JSON, RunStatus
from tests.page.conftest import Open, Place, Seeded

pytestmark = pytest.mark.timeout(600)


def cut_off(place: Place, run_id: str) -> None:
    """An effect of ann's run, of which nobody knows whether it happened."""

    async def cut(gateway: Gateway) -> None:
        async def send() -> JSON:
            raise OSError("connection reset")

        effect = Effect(gateway.records, kind="notice", owner_id="id-ann", key=run_id, run_id=run_id)
        with pytest.raises(OSError, match="reset"):
            await effect.once(send)

    place.ask(cut)


def test_what_nobody_else_can_tell_is_decided_on_home_and_its_run_resumes(show: Open, place: Place) -> None:
    run_id, attempt = place.begin()
    place.finish(attempt, RunStatus.FAILED)
    cut_off(place, run_id)
    with show("ann") as page:
        waiting = page.get_by_role("list", name="Needs your decision").get_by_role("listitem")
        waiting.get_by_text("may have arrived").wait_for()
        assert waiting.get_by_role("link", name="Show the run").get_attribute("href") == f"/runs/{run_id}"
        waiting.get_by_role("button", name="It arrived").click()
        page.get_by_text("Decided. The run resumes.").wait_for()
        waiting.wait_for(state="detached")
    assert place.ask(lambda gateway: gateway.records.runs.get(run_id)).status is RunStatus.QUEUED


def test_several_runs_are_cancelled_together(show: Open, place: Place) -> None:
    mine = [place.begin()[0] for _ in range(2)]
    with show("ann", "/runs?status=processing") as page:
        page.locator(".choose input").nth(1).wait_for()
        page.get_by_label("Select all 2").check()
        page.get_by_role("button", name="Cancel 2").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel 2").click()
        page.get_by_text("2 of 2 done.").wait_for()
    runs = [place.ask(lambda gateway, one=one: gateway.records.runs.get(one)) for one in mine]
    assert [run.cancel_requested for run in runs] == [True, True]


def test_a_filter_is_an_address_that_can_be_saved(show: Open, place: Place) -> None:
    place.begin()
    with show("ann", "/runs") as page:
        filters = page.get_by_role("navigation", name="Filters")
        filters.get_by_role("link", name="Running").click()
        page.wait_for_url("**/runs?status=processing")
        page.locator("a.run").first.wait_for()
        page.get_by_role("searchbox").fill("nothing like that")
        page.get_by_text("No matching runs").wait_for()
        page.get_by_role("button", name="Save this filter").click()
        page.get_by_role("link", name="Remove filter: nothing like that").click()
        page.locator("a.run").first.wait_for()
        assert page.get_by_role("searchbox").input_value() == ""
        page.reload()
        filters.get_by_role("link", name="nothing like that · Running").click()
        page.get_by_text("No matching runs").wait_for()
        assert page.get_by_role("searchbox").input_value() == "nothing like that"
        page.get_by_role("button", name="Delete saved filter").click()
        filters.get_by_role("link", name="nothing like that").wait_for(state="detached")


def test_the_palette_acts(show: Open, seeded: Seeded, place: Place) -> None:
    def say(page: Any, words: str) -> None:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill(words)
        page.get_by_role("option", name=words).first.wait_for()
        page.keyboard.press("Enter")
        page.get_by_role("combobox").wait_for(state="detached")

    with show("ann", f"/runs/{seeded.cancelled}") as page:
        page.locator(".badge.cancelled").wait_for()
        say(page, "Appearance: Dark")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        say(page, "Run again")
        page.wait_for_url(re.compile(rf"/runs/(?!{seeded.cancelled})"))
        again = page.url.rpartition("/")[2]
        say(page, "Start: Product list")
        page.wait_for_url("**/workflows/product-list")
        say(page, "中文")
        page.get_by_role("button", name="运行", exact=True).wait_for()
    runs = [place.ask(lambda gateway, one=one: gateway.records.runs.get(one)) for one in (seeded.cancelled, again)]
    assert runs[0].request == runs[1].request


def test_a_run_is_scheduled_and_told_of_where_no_page_is_open(show: Open, place: Place) -> None:
    run_id, attempt = place.begin(max_pages=7)
    asked: list[Any] = []

    def take(route: Any) -> None:
        asked.append((route.request.url, route.request.post_data_json))
        route.fulfill(status=201, body=json.dumps({"schedule_id": "s"}))

    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("button", name="Notify me").click()
        page.get_by_role("button", name="Don't notify me").wait_for()
        kept = place.ask(lambda gateway: gateway.records.notices.of_run(run_id, owner_id="id-ann"))
        assert kept is not None
        place.finish(attempt, RunStatus.FAILED)
        page.route("**/api/schedules/crawl-analyze-generate*", take)  # Prefect's server keeps them, and none runs here
        page.locator("summary", has_text="More").click()
        page.get_by_role("button", name="Schedule", exact=True).click()
        page.get_by_label("Repeats").select_option("hour")
        page.get_by_role("button", name="Add schedule").click()
        page.get_by_text("The schedule is active.").wait_for()
    ((url, request),) = asked
    assert "every=hour" in url
    assert request["max_pages"] == 7


def test_a_run_names_those_that_follow_it_and_one_that_waits_says_for_which(show: Open, place: Place) -> None:
    run_id, _ = place.begin()
    request = {"competitor_url": ["https://shop.test/"]}

    async def follow(gateway: Gateway) -> str:
        following = await follow_up(
            gateway.records, "crawl-analyze-generate", request, owner_id="id-ann", after=run_id, key="k", waits=True
        )
        return following.run_id

    following = place.ask(follow)
    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("list", name="Runs that it started").get_by_role("link").click()
        page.wait_for_url(f"**/runs/{following}")
        page.get_by_role("link", name="Waits for another run to end").click()
        page.wait_for_url(f"**/runs/{run_id}")
