"""The page in a real browser: from the first visit to the first report, and what may come in between."""

import socket
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from tests.e2e.up.conftest import Shop
from tests.e2e.visiting import PASSWORD, fill, opened, start
from tests.flows.corner_shop import PRODUCTS
from tests.house import House, until

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def finished(browser: Any, link: str, login: dict[str, Any], shop: Shop) -> str:
    """The first run, from the form to its report."""
    with opened(browser, link, login) as page:
        fill(page, shop.url)
        page.get_by_role("button", name="Preview the plan").click()
        page.get_by_role("heading", name="What the run would do").wait_for()
        assert page.locator(".node").count() >= 5
        shop.door.clear()
        run_id = start(page, shop.url)
        page.locator(".node.started progress").first.wait_for()
        shop.door.set()
        page.locator(".badge.completed").wait_for()
        report = page.frame_locator("iframe.report")
        report.locator("h1").filter(has_text=shop.host).wait_for()
        report.get_by_role("heading", name="Main findings").wait_for()
        return run_id


def test_first_visit_leads_to_a_first_report(browser: Any, link: str, login: dict[str, Any], finished: str) -> None:
    with opened(browser, link, login, f"/runs/{finished}") as page:
        page.get_by_role("tab", name="Prices").click()
        page.locator(".chart canvas").wait_for()
        page.get_by_role("tab", name="Products").click()
        page.get_by_role("searchbox", name="Search").fill("lamp")
        rows = page.locator("tbody tr")
        until(lambda: 0 < rows.count() < len(PRODUCTS))  # the table follows what is typed
        shown = rows.count()
        page.get_by_role("button", name="Price", exact=True).click()
        page.locator("tbody button").first.click()
        assert page.locator(".sources a").first.get_attribute("href").startswith("http://127.0.0.1:")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV").click()
        assert len(saved.value.path().read_text(encoding="utf-8-sig").splitlines()) == shown + 1


def test_what_a_shop_writes_stays_text(browser: Any, link: str, login: dict[str, Any], finished: str) -> None:
    evil = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"

    def poisoned(route: Any) -> None:
        answer = route.fetch()
        result = answer.json()
        result["crawl_data"]["products"][0]["name"] = evil
        result["crawl_data"]["products"][0]["url"] = "javascript:document.title='owned'"
        route.fulfill(response=answer, json=result)

    def poisoned_home(route: Any) -> None:
        answer = route.fetch()
        home = answer.json()
        home["latest"] = [{**one, "findings": [evil], "finding_messages": []} for one in home["latest"]]
        route.fulfill(response=answer, json=home)

    with opened(browser, link, login) as page:
        page.route("**/result", poisoned)
        page.route("**/api/home", poisoned_home)
        page.goto("/")
        page.locator(".findings li").filter(has_text="<script>").wait_for()
        assert "owned" not in page.title()
        page.goto(f"/runs/{finished}")
        page.get_by_role("tab", name="Products").click()
        row = page.get_by_role("row").filter(has_text="<script>")
        row.wait_for()
        assert row.locator("th a").get_attribute("href") is None
        assert "owned" not in page.title()


def test_another_user_sees_nothing_of_it(browser: Any, link: str, login: dict[str, Any], finished: str) -> None:
    with opened(browser, link, login, "/settings/users") as page:
        form = page.locator("form").filter(has_text="Role")
        form.get_by_label("Name").fill("bob")
        form.get_by_label("Password").fill(PASSWORD)
        form.get_by_role("button", name="Add a user").click()
        page.locator("li").filter(has_text="bob").wait_for()
    with opened(browser, link, None, f"/runs/{finished}") as page:
        page.get_by_label("Name").fill("bob")
        page.get_by_label("Password").fill("a wrong password")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").filter(has_text="There is no run").wait_for()
        page.goto("/")
        page.get_by_role("heading", name="Your first report is a minute away").wait_for()
        page.get_by_role("navigation").get_by_role("link", name="Runs", exact=True).click()
        page.get_by_role("heading", name="No runs yet").wait_for()


# The gateway may be back before the test looks.
_WATCH_FOR_LOSS = """() => {
  window.loss = new Promise((seen) => {
    const look = () => { const said = document.querySelector(".line .notice"); if (said) seen(said.textContent); };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  });
}"""


def test_connection_comes_back_and_cancel_stops_the_run(
    browser: Any, link: str, login: dict[str, Any], shop: Shop, everything: House, finished: str
) -> None:
    with opened(browser, link, login) as page:
        shop.door.clear()
        start(page, shop.url)
        page.locator(".log li").nth(1).wait_for()
        page.evaluate(_WATCH_FOR_LOSS)
        gateways = everything.running("magicai.api")
        for gateway in gateways:
            gateway.kill()
        psutil.wait_procs(gateways, timeout=30)
        with pytest.raises(OSError, match="in use"):  # the page's port stays the page's meanwhile
            socket.create_server(("127.0.0.1", urlsplit(link).port or 0))
        assert "Connection lost." in page.evaluate("window.loss")
        page.get_by_text("Connection lost.").wait_for(state="detached")
        page.locator(".badge.processing").wait_for()
        with page.expect_response("**/cancel") as accepted:
            page.get_by_role("button", name="Cancel").click()
        assert accepted.value.status == 202
        page.locator(".badge.cancelled").wait_for()
        shop.door.set()
        page.get_by_role("button", name="Resume").wait_for()
        page.get_by_role("navigation").get_by_role("link", name="Runs", exact=True).click()
        page.locator(".run").nth(1).wait_for()


def tabbed(page: Any, until: str) -> None:
    """Go on with the tabulator until something is so."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(until):
            return
    pytest.fail(f"the tabulator does not lead to: {until}")


def test_by_keyboard_alone(browser: Any, link: str, login: dict[str, Any], finished: str) -> None:
    with opened(browser, link, login) as page:
        page.goto("/workflows/crawl-analyze-generate")
        page.get_by_label("Shop", exact=True).wait_for()
        page.locator(".skip").focus()
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        tabbed(page, "document.activeElement.tagName === 'TEXTAREA'")
        page.keyboard.type("ftp://shop.example")
        tabbed(page, "document.activeElement.textContent.trim() === 'Run'")
        page.keyboard.press("Enter")
        page.get_by_role("alert").filter(has_text="only http: and https: are supported").wait_for()
        page.goto(f"/runs/{finished}")
        page.get_by_role("tab", name="Report").focus()
        page.keyboard.press("ArrowRight")
        assert page.get_by_role("tab", name="Prices").get_attribute("aria-selected") == "true"
