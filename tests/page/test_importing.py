"""The tutorial's second workflow on the page: a form with a file and nested fields, and the panels it declares."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from magicai.api.routes import workflows
from magicai.runs import catalogue
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
    routes = workflows.router.routes
    before = list(routes)
    del routes[1:]  # those of the workflows that there were when this process began; the first lists them
    workflows.add_workflows()
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        yield made
    routes[:] = before


def test_a_form_takes_a_file_and_nested_fields_and_panels_show_what_came_out(
    show: Open, place: Place, tmp_path: Path
) -> None:
    price_list = tmp_path / "prices.csv"
    price_list.write_text(ROWS)
    workflow, goal = catalogue.workflow("import-prices"), catalogue.goal("import-prices")
    with show("ann", "/workflows/import-prices") as page:
        page.get_by_label("Price list").set_input_files(str(price_list))
        page.get_by_label("Name", exact=True).fill("Fira Ltd.")
        page.get_by_label("Markups").fill('[{"prefix": "TEA", "percent": 20}]')
        page.locator("form details summary").first.click()
        page.get_by_label("Review from").fill("150")
        page.get_by_label("Variables").fill("buyer=Ann")
        if folder := os.environ.get("MAGICAI_TEST_PICTURES"):
            page.screenshot(path=f"{folder}/form.png", full_page=True)
        page.locator("form .primary").click()
        page.wait_for_url("**/runs/*")
        run_id = page.url.rpartition("/")[2]
        request = workflow.request.model_validate(place.ask(lambda gateway: gateway.records.runs.get(run_id)).request)
        status, _ = place.ask(lambda gateway: attempt(gateway.ports, goal, run_id, request))
        assert status is RunStatus.PARTIAL

        page.locator(".badge.partial").wait_for(timeout=LIMIT_MS)
        assert "CUP-1: 'free' is no price." in page.locator(".notice").inner_text()
        letter = page.frame_locator("iframe").locator("body")
        letter.get_by_text("2 prices of Fira Ltd. are in, 1 could not be read.").wait_for()
        assert "Dear Ann" in letter.inner_text()
        page.get_by_role("tab", name="To review").click()
        assert page.locator("td").all_inner_texts() == ["TEA-2", "Black tea", "240.00"]
        page.get_by_role("tab", name="Prices").click()
        assert page.locator("td").all_inner_texts()[:4] == ["TEA-1", "Green tea", "12.00", "published"]
        page.get_by_role("tab", name="Files").click()
        assert page.locator(".files a").all_inner_texts() == ["prices.csv", "prices.json", "letter.md"]
        page.get_by_role("tab", name="Course").click()
        page.get_by_text("CUP-1: 'free' is no price.").last.wait_for()
        if folder := os.environ.get("MAGICAI_TEST_PICTURES"):
            page.screenshot(path=f"{folder}/run.png", full_page=True)
