"""What was decided, on the page: why, why not, how good it was, and how it is forgotten."""

import re
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from tests.page.conftest import Open, Place, Seeded

pytestmark = pytest.mark.timeout(600)


def ratings(place: Place, run_id: str) -> list[float]:
    """What people have told of a run's decisions."""

    async def told(gateway: Gateway) -> list[float]:
        made = await gateway.records.decisions.of_run(run_id)
        return [reward.value for one in made for reward in one.rewards if reward.kind == "rating"]

    return place.ask(told)


def test_a_run_says_why_not_and_leads_to_what_is_known(show: Open, seeded: Seeded) -> None:
    with show("ann", f"/runs/{seeded.runs[-1]}") as page:
        page.locator("#tab-why").click()
        choice = page.locator(".reasons li", has_text="Concurrency")
        choice.get_by_text(re.compile(r"^Why not ")).click()
        assert choice.locator("tbody tr").count() == 3
        assert "quality" in choice.get_by_text("Reward").inner_text()
        choice.get_by_role("link", name="What is known: Concurrency").click()
        page.get_by_role("heading", name="Concurrency").wait_for()
        page.locator(".chart canvas").wait_for()
        assert page.evaluate("document.activeElement.id") == "crawl_shops.concurrency"


def test_a_run_is_rated_by_keyboard_and_the_rating_stays(show: Open, place: Place, seeded: Seeded) -> None:
    run_id = seeded.cancelled  # the one whose decisions take ratings
    with show("ann", f"/runs/{run_id}/why") as page:
        stars: Any = page.get_by_role("radio", name="1 of 5 stars")
        stars.focus()
        page.keyboard.press("Space")
        page.get_by_text("Your rating is saved.").wait_for()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.get_by_text("Your rating is saved.").wait_for()
        page.reload()
        page.get_by_role("radio", name="4 of 5 stars", checked=True).wait_for()
    assert set(ratings(place, run_id)) == {0.75}


def test_decisions_are_forgotten_once_it_is_confirmed(show: Open, place: Place) -> None:
    with show("ann", "/insights") as page:
        forget = page.get_by_role("button", name="Forget my decisions")
        forget.click()
        page.get_by_role("button", name="Cancel").click()
        page.locator("article .reasons").first.wait_for()
        forget.click()
        page.get_by_role("button", name="Forget", exact=True).click()
        page.get_by_text("No decisions yet").wait_for()
        page.get_by_text(re.compile(r"^\d+ decisions deleted\.$")).wait_for()

    async def left(gateway: Gateway) -> int:
        return len(await gateway.records.decisions.listed(owner_id="id-ann"))

    assert place.ask(left) == 0
