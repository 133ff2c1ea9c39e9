"""The tutorial's second workflow on the page: a form with a file and nested fields, and the panels it declares."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from magicai.runs import registry
from magicai.runs.run import RunStatus
from tests.flows.cutting import attempt
from tests.page.conftest import Open, Place, add_users, settings_of
from tests.page.showing import LIMIT_MS

pytestmark = pytest.mark.timeout(600)
ROWS = "sku,name,price\nTEA-1,Green tea,10\nTEA-2,Black tea,200\nCUP-1,Cup,free\n"


@pytest.fixture(scope="module")
def place(tutorial: None, empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway that knows the tutorial's workflows."""
    home = tmp_path_factory.mktemp("place") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        # A process of its own would not know the tutorial, which this one has put together.
        made.gateway.planning._pool = ThreadPoolExecutor(1)  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        yield made


def test_its_form_plan_panels_decisions_and_export_show_without_a_line_of_its_own(
    show: Open, place: Place, tmp_path: Path
) -> None:
    price_list = tmp_path / "prices.csv"
    price_list.write_text(ROWS)
    workflow, goal = registry.workflow("import-prices"), registry.goal("import-prices")
    with show(path="/workflows/import-prices") as page:
        _fill_in(page, price_list)
        page.get_by_role("button", name="Preview the plan").click()
        page.locator("#plan-title").wait_for()
        assert "Price products" in page.locator(".graph").inner_text()
        page.locator("form .primary").click()
        page.wait_for_url("**/runs/*")
        run_id = page.url.rpartition("/")[2]
        page.get_by_role("button", name="Cancel").wait_for()
        request = workflow.request.model_validate(place.ask(lambda gateway: gateway.records.runs.get(run_id)).request)
        status, _ = place.ask(lambda gateway: attempt(gateway.ports, goal, run_id, request))
        assert status is RunStatus.PARTIAL

        page.locator(".badge.partial").wait_for(timeout=LIMIT_MS)
        page.get_by_text("Waiting for you", exact=True).wait_for()
        page.locator(".notice").get_by_role("link").click()
        assert "CUP-1: 'free' is not a price." in page.locator(".notice li").inner_text()
        page.go_back()
        letter = page.frame_locator("iframe").locator("body")
        letter.get_by_text("2 prices of Fira Ltd. are in, 1 could not be read.").wait_for()
        assert "Dear Ann" in letter.inner_text()
        _look_at_its_panels(page)
        with page.expect_download() as taken:
            page.locator(".dropdown summary", has_text="Download").click()
            page.get_by_role("button", name="prices.csv").click()
        assert taken.value.path().read_text().splitlines()[0] == "sku,name,price,currency,state"
        _share(page, show)

        page.locator("summary", has_text="More").click()
        page.get_by_role("link", name="Duplicate").click()
        page.get_by_text("Filled in from the run").wait_for()
        assert page.get_by_label("Name", exact=True).input_value() == "Fira Ltd."
        assert page.get_by_label("Percent").input_value() == "20"


def _fill_in(page: Any, price_list: Path) -> None:
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Correct 2 values before you run.").wait_for()
    assert page.evaluate("document.activeElement.id") == "field-price_list"
    page.get_by_label("Price list").set_input_files(str(price_list))
    page.get_by_text("Uploaded").wait_for()
    page.get_by_label("Name", exact=True).fill("Fira Ltd.")
    page.get_by_role("button", name="Add to Markups").click()
    page.get_by_label("SKU prefix").fill("TEA")
    page.get_by_label("Percent").fill("20")
    page.locator("form details summary").first.click()
    page.get_by_label("Review from").fill("150")
    page.get_by_role("button", name="Add to Variables").click()
    page.get_by_label("Variables: name 1").fill("buyer")
    page.get_by_label("Variables: value 1").fill("Ann")


def _look_at_its_panels(page: Any) -> None:
    page.get_by_role("tab", name="To review").click()
    page.wait_for_url("**/to-review")
    row = page.locator(".queue li").filter(has_text="Black tea")
    assert "€240.00" in row.inner_text()
    row.get_by_role("button", name="Reject").click()
    row.get_by_label("Reason").fill("Too dear")
    row.locator("form .primary").click()
    page.get_by_text("Nothing is waiting for you.").wait_for()
    page.get_by_text("Waiting for you", exact=True).wait_for(state="detached")
    page.get_by_role("tab", name="Prices").click()
    assert page.locator("td").all_inner_texts()[:4] == ["TEA-1", "Green tea", "€12.00", "published"]
    page.get_by_role("tab", name="Chart").click()
    page.locator(".chart canvas").wait_for()
    page.get_by_role("tab", name="Rows").click()
    page.get_by_text("CUP-1: 'free' is not a price.").last.wait_for()
    page.get_by_role("button", name="Run failed items again").wait_for()
    page.get_by_role("tab", name="Files").click()
    assert page.locator(".files a").all_inner_texts() == ["prices.csv", "prices.json", "letter.md"]
    page.get_by_role("tab", name="Steps").click()
    page.locator(".node.done").first.wait_for()
    # A tab is a place: it is there again after a reload, and one back is the one before.
    page.go_back()
    page.reload()
    page.locator(".files a").first.wait_for()


def _share(page: Any, show: Open) -> None:
    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_label("Link", exact=True)
    link.wait_for()
    address = link.input_value()
    with show(None, path=address) as stranger:
        body = stranger.frame_locator("iframe").locator("body")
        body.get_by_text("2 prices of Fira Ltd. are in").wait_for()
        assert stranger.get_by_role("tab").all_inner_texts() == ["Letter", "Prices", "Chart", "Files"]
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke").wait_for(state="detached")
    assert page.request.get(address.replace("/shared/", "/api/shared/")).status == HTTPStatus.NOT_FOUND
    page.get_by_role("button", name="Close").click()
