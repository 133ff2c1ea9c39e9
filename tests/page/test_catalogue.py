"""Products on the page: a grid of any length, filters, editing with undo, contradictions, categories of shops."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.catalogue.categories.mapping import Mapping, Sample, mapping_entity, mapping_id
from magicai.catalogue.inventory.stock import Line
from magicai.catalogue.ports import Interaction
from magicai.catalogue.product import Category, Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.stored_products import change
from magicai.catalogue.texts import AskedText, with_asked
from magicai.runs.run import RunStatus
from magicai.shops.product import Rating, Variant
from magicai.stores.relay import drain
from tests.page.conftest import Open, Place
from tests.page.showing import PHONE

KETTLES = ("Kitchen", "Kettles")
COUNT = 240


def stated(number: int, source: str = "a.csv", price: str = "") -> SourceStatement:
    values = Values(
        name=f"Kettle {number:03} of steel",
        brand=("Fira", "Havn")[number % 2],
        sku=f"K{number}",
        price=Decimal(price or f"{number + 5}.50"),
        currency="EUR",
        shop="shop.example",
        category=KETTLES,
        description="A kettle for tea.",
        rating=Rating(value=4.5, count=12) if number == 7 else None,
        variants=(Variant(name="Steel, 2 l", sku="K7-2"),) if number == 7 else (),
    )
    origin = Origin(kind=OriginKind.FILE, source=source, place=f"{source}, row {number}", at=1)
    return SourceStatement(values=values, origin=origin)


@pytest.fixture(scope="module", autouse=True)
def products(place: Place) -> None:
    async def save(gateway: Gateway) -> None:
        catalogue = gateway.ports.catalogue.catalogue
        await catalogue.save("id-ann", "r", [stated(number) for number in range(COUNT)])
        await catalogue.save("id-ann", "r", [stated(3, "b.csv", "99.00")])
        suggestion = Category(id="hg-11-6", path=("Home & Garden", "Kitchen & Dining", "Tea Kettles"))
        mapping = Mapping(
            mapping_id=mapping_id("id-ann", "shop.example", KETTLES), owner_id="id-ann", shop="shop.example",
            path=KETTLES, products=COUNT, samples=(Sample(name="Kettle 001"),), suggestions=(suggestion,),
        )  # fmt: skip
        await gateway.records.entities.save([mapping_entity(mapping)])
        bought = [Interaction(f"{n}-{sku}", f"c{n}", sku, "purchase", 1) for n in range(4) for sku in ("K5", "K8")]
        await gateway.ports.catalogue.interactions.add("id-ann", bought)
        await gateway.ports.catalogue.inventory.receive("id-ann", "delivery", [Line("K5", 20)], note="delivery 17")
        behind = await drain(gateway.records, {"search": gateway.ports.search}, limit_s=120, ignore_backoff=True)
        assert behind == {"search": 0}

    place.ask(save)


def keep(page: Any, name: str) -> None:
    """A picture, where somebody wants to look at it."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOK"):
        page.screenshot(path=str(Path(folder) / name))


def test_a_grid_shows_what_can_be_seen_and_is_narrowed_down(show: Open) -> None:
    with show(path="/products") as page:
        cards = page.locator(".product-card")
        cards.first.wait_for()
        keep(page, "grid.png")
        assert cards.count() < COUNT / 2
        page.get_by_role("combobox", name="Brand").select_option("Fira")
        page.wait_for_url("**brand=Fira**")
        page.get_by_role("searchbox").fill("kettle 010")
        page.wait_for_url("**words=**")
        cards.nth(1).wait_for(state="detached")
        cards.first.wait_for()  # none is there while others are fetched
        assert cards.count() == 1


def test_an_edit_is_a_version_that_can_be_undone_and_a_contradiction_is_decided(show: Open) -> None:
    with show(path="/products?state=review") as page:
        page.get_by_role("link", name="Kettle 003").click()
        page.get_by_role("heading", name="Sources contradict each other: Price").wait_for()
        keep(page, "review.png")
        page.get_by_role("button", name="99.00 EUR").click()
        page.get_by_role("heading", name="Sources contradict").wait_for(state="detached")
        page.get_by_role("button", name="Edit", exact=True).click()
        page.get_by_label("Brand").fill("Nobody")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("row", name="Brand Nobody").wait_for()
        page.get_by_role("tab", name="Versions").click()
        keep(page, "versions.png")
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_text("Saved as version 4.").wait_for()
        page.get_by_role("tab", name="Product").click()
        page.get_by_role("row", name="Brand Havn").wait_for()
        assert page.get_by_role("row", name="Brand Nobody").count() == 0


def test_a_product_shows_its_rating_variants_and_the_texts_about_it(show: Open, place: Place) -> None:
    asked = AskedText(content_id="c-7", facts="", asked_by="r")

    async def ask_for_text(gateway: Gateway) -> str:
        catalogue = gateway.ports.catalogue
        saved = await catalogue.catalogue.save("id-ann", "r", [stated(7)])
        (product_id,) = [one.product_id for one in saved]
        await change(catalogue, product_id, lambda one: with_asked(one, "faq", asked), owner_id="id-ann")
        return product_id

    with show(path=f"/products/items/{place.ask(ask_for_text)}") as page:
        page.get_by_role("row", name="Rating 4.5 (12 ratings)").wait_for()
        assert page.get_by_role("row", name="Steel, 2 l").inner_text().split("\t")[1] == "K7-2"
        link = page.get_by_role("link", name="FAQ")
        assert link.get_attribute("href") == "/content/texts/c-7"
        keep(page, "whole.png")


def test_a_category_is_mapped_once_and_its_products_follow(show: Open) -> None:
    with show(path="/products/categories") as page:
        page.get_by_role("button", name="Map", exact=True).click()
        page.get_by_role("button", name="Tea Kettles").click()
        page.get_by_text(f"{COUNT} products changed.").wait_for()
        keep(page, "categories.png")


def test_a_product_shows_its_stock_with_its_ledger_and_what_is_bought_with_it(show: Open) -> None:
    with show(path="/products?words=kettle+005", viewport=PHONE) as page:
        page.get_by_role("link", name="Kettle 005").click()
        page.get_by_role("heading", name="Bought together").wait_for()
        page.locator(".suggestions").get_by_role("link", name="Kettle 008").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("tab", name="Stock").click()
        page.get_by_role("cell", name="delivery 17").wait_for()
        page.get_by_label("Movement").select_option("sale")
        page.get_by_label("Quantity").fill("3")
        page.get_by_label("Note").fill("at the fair")
        page.get_by_role("button", name="Record").click()
        row = page.get_by_role("row", name="at the fair")
        row.wait_for()
        assert [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()[1:4]] == ["Sale", "-3", "17"]
        page.get_by_label("Quantity").fill("18")
        page.get_by_role("button", name="Record").click()
        page.get_by_role("alert").wait_for()
        keep(page, "stock.png")


def test_what_failed_is_named_with_what_to_do_and_tried_again_by_one_click(show: Open, place: Place) -> None:
    urls = ["https://shop.example/product/kettle", "https://shop.example/product/none"]
    run_id, attempt = place.begin(workflow="product-list", urls=urls)
    failed = {"url": urls[1], "what": "The page does not exist (404).", "way_out": "Remove the address, or correct it."}
    place.finish(attempt, RunStatus.PARTIAL, failed=[failed], failed_count=1, processed_count=1)
    with show(path="/products/failures", viewport=PHONE) as page:
        page.get_by_text("The page does not exist (404).").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep(page, "failures.png")
        page.get_by_role("button", name="Try 1 again").click()
        page.wait_for_url(f"**/runs/{run_id}")
