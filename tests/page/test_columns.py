"""How a file is read is seen on the page before it runs, changed there, and used by the run."""

from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Open, Place
from tests.page.showing import PHONE
from tests.page.test_knowledge import picture

pytestmark = pytest.mark.timeout(600)
ROWS = "Bezeichnung;Kosten;Nr;Lager\n" + "".join(
    f"Kanne {n} aus Steinzeug;{n},50 EUR;K-{n};{n}\n" for n in range(1, 15)
)


def complaints(page: Any, axe: str) -> list[str]:
    """What axe finds, and what sticks out."""
    page.evaluate(axe)
    told = page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations'] })")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{one['id']}: {node['html'][:160]}" for one in told["violations"] for node in one["nodes"]]
    return [*found, *([f"sticks out by {wide} pixels"] if wide > 0 else [])]


def choose(page: Any, file: Path) -> None:
    """Name a file in the form, and ask for its preview."""
    page.locator("form details summary").first.click()
    page.locator("#field-file").set_input_files(str(file))
    page.get_by_text("own.csv").first.wait_for()


def test_columns_are_seen_changed_and_given_to_the_run(show: Open, place: Place, axe: str, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(ROWS)
    with show(path="/workflows/product-list") as page:
        choose(page, file)
        page.get_by_role("button", name="Preview the file").click()
        page.get_by_role("heading", name="How own.csv is read").wait_for()
        kosten = page.get_by_role("combobox", name="Kosten")
        assert kosten.input_value() == ""
        assert page.get_by_role("combobox", name="Bezeichnung").input_value() == "name"
        kosten.select_option(label="Price")
        page.get_by_text("You chose this").wait_for()
        page.get_by_role("cell", name="14.50").wait_for(state="detached")
        page.get_by_role("cell", name="1.50", exact=True).wait_for()
        assert page.get_by_role("row").count() == 11
        page.get_by_text("14 rows were read, all of the file.").wait_for()
        picture(page, "columns")
        assert complaints(page, axe) == []
        page.locator("form .primary").click()
        page.wait_for_url("**/runs/*")
        run_id = page.url.rpartition("/")[2]
    run = place.ask(lambda gateway: gateway.records.runs.get(run_id))
    assert run.request["columns"] == {"Kosten": "price"}


def test_the_preview_fits_a_phone_in_chinese_and_says_what_a_remembered_mapping_did(
    show: Open, place: Place, axe: str, tmp_path: Path
) -> None:
    from magicai.runs.column_mappings import remember, source_of_header

    source = source_of_header(ROWS.partition("\n")[0].split(";"))
    kept = {"owner_id": "id-ann", "reader": "product-list", "source": source, "file": "own.csv"}
    place.ask(lambda gateway: remember(gateway.records, columns={"Kosten": "price", "Lager": "ignore"}, **kept))
    file = tmp_path / "own.csv"
    file.write_text(ROWS)
    with show(path="/workflows/product-list", language="zh", viewport=PHONE) as page:
        choose(page, file)
        page.get_by_role("button", name="预览文件").click()
        page.get_by_role("heading", name="own.csv 的读取方式").wait_for()
        page.get_by_text("已沿用您之前为此来源所做的选择。").wait_for()
        assert page.get_by_role("combobox", name="Lager").input_value() == "ignore"
        picture(page, "columns-phone")
        assert complaints(page, axe) == []
        page.get_by_role("button", name="不再沿用").click()
        page.get_by_text("已沿用您之前为此来源所做的选择。").wait_for(state="detached")
        assert page.get_by_role("combobox", name="Kosten").input_value() == ""
