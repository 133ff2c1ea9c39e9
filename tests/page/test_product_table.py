"""The table of products: cells edited in place, orders, saved views, ten thousand rows, and what a viewer sees."""

import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from magicai.accounts.identity import WorkspaceRole
from magicai.api.gateway import Gateway
from magicai.catalogue.editing import edit
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from tests.members import join
from tests.page.conftest import Open, Place, add_users, settings_of
from tests.page.showing import PHONE

pytestmark = pytest.mark.timeout(600)
COUNT = 10_000


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway with products of ann's, whom bob visits."""
    home = tmp_path_factory.mktemp("table") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        made.ask(_add_products)
        yield made


async def _add_products(gateway: Gateway) -> None:
    await join(gateway.records, "id-ann", "id-bob", WorkspaceRole.VIEWER)
    for start in range(0, COUNT, 500):
        await gateway.ports.catalogue.catalogue.save(
            "id-ann", "r", [_stated(number) for number in range(start, start + 500)]
        )


def _stated(number: int) -> SourceStatement:
    values = Values(
        name=f"Pot {number:05}", sku=f"P{number}", brand=("Fira", "Havn")[number % 2], currency="EUR",
        price=Decimal(COUNT - number),
    )  # fmt: skip
    return SourceStatement(
        values=values, origin=Origin(kind=OriginKind.FILE, source="a.csv", place=f"a.csv, row {number}", at=1)
    )


def keep(page: Any, name: str) -> None:
    """A picture, where somebody wants to look at it."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOK"):
        page.screenshot(path=str(Path(folder) / name))


def first_names(page: Any, first: str) -> list[str]:
    """The first names, once this one is the first."""
    page.locator(".line .name").first.get_by_text(first).wait_for()
    return [str(name).strip() for name in page.locator(".line .name").all_inner_texts()[:2]]


def test_a_failed_cell_covers_no_row_and_what_was_typed_stays(show: Open, place: Place) -> None:
    async def change(gateway: Gateway) -> None:
        catalogue = gateway.ports.catalogue
        (first,) = await catalogue.catalogue.listed("id-ann", sort="name", descending=False, where={}, limit=1)
        await edit(catalogue, first.product_id, {"sku": "Q0"}, owner_id="id-ann")

    with show(path="/products?view=table&sort=name") as page:
        assert first_names(page, "Pot 00000") == ["Pot 00000", "Pot 00001"]
        lines = page.locator(".line")
        place.ask(change)
        lines.first.get_by_role("button", name="Brand").click()
        cell = lines.first.get_by_role("textbox")
        cell.fill("Typed")
        cell.press("Enter")
        page.get_by_role("alert").wait_for()
        keep(page, "failed-cell.png")
        page.wait_for_function(
            "() => { const [one, two] = [...document.querySelectorAll('.line')].map((e) => e.getBoundingClientRect());"
            " return two.top >= one.bottom - 1 && one.height > 100; }"
        )
        page.evaluate("window.scrollTo(0, 5600)")
        page.get_by_text("Pot 00120").first.wait_for()
        page.evaluate("window.scrollTo(0, 0)")
        assert lines.first.get_by_role("textbox").input_value() == "Typed"
        page.get_by_label("Sort by").first.select_option("-name")
        first_names(page, "Pot 09999")
        page.get_by_text("1 edited cell is not saved.").wait_for()
        page.get_by_role("link", name="Shops", exact=True).first.click()
        page.wait_for_url("**/shops")
        page.go_back()
        page.get_by_text("1 edited cell is not saved.").wait_for()
        page.get_by_label("Sort by").first.select_option("name")
        first_names(page, "Pot 00000")
        assert lines.first.get_by_role("textbox").input_value() == "Typed"


def test_columns_sort_and_a_view_is_saved_and_shared(show: Open, place: Place) -> None:
    with show(path="/products?view=table") as page:
        page.locator(".line").first.wait_for()
        heads = page.locator(".heads")
        heads.get_by_role("button", name="Price").click()
        assert first_names(page, "Pot 09999") == ["Pot 09999", "Pot 09998"]
        keep(page, "sorted.png")
        heads.get_by_role("button", name="Price").click()
        first_names(page, "Pot 00000")
        page.get_by_role("combobox", name="Completeness").select_option("incomplete")
        page.wait_for_url("**completeness=incomplete**")
        page.get_by_role("button", name="Save view").click()
        page.get_by_label("Name of the view").fill("Dear first")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="Delete saved view").wait_for()
        shared = page.url
        page.goto("/products")
        page.get_by_role("link", name="Dear first").click()
        page.wait_for_url(shared)
        first_names(page, "Pot 00000")
        keep(page, "view.png")
    with show(path=shared.removeprefix(place.url), viewport=PHONE) as page:
        first_names(page, "Pot 00000")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep(page, "phone.png")


def test_ten_thousand_rows_scroll_and_only_those_in_view_are_drawn(show: Open) -> None:
    with show(path="/products?view=table&sort=name") as page:
        page.locator(".line").first.wait_for()
        last = page.locator(".line .name", has_text=f"Pot {COUNT - 1:05}")
        for _ in range(1_000):
            page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
            page.wait_for_timeout(100)
            if last.count():
                break
        last.wait_for()
        assert page.locator(".line").count() < 100


def test_a_viewer_sees_no_button_that_changes_a_product(show: Open, place: Place) -> None:
    async def first(gateway: Gateway) -> str:
        page = await gateway.records.entities.listed("id-ann", "catalogue_product", limit=1)
        return page.items[0].entity_id

    product_id = place.ask(first)
    with show("ann", f"/products/items/{product_id}") as page:
        page.get_by_role("button", name="Delete", exact=True).wait_for()
    with show("bob", f"/products/items/{product_id}", workspace="id-ann") as page:
        page.get_by_role("tab", name="Product").wait_for()
        names = page.locator(".page button").all_inner_texts()
        assert not {"Edit", "Delete"} & {str(name).strip() for name in names}, names
