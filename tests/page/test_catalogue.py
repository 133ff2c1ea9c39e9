"""Products on the page: a grid of any length, filters, editing with undo, contradictions, categories of shops."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from magicai.api.gateway import Gateway
from magicai.catalogue.categories.mapping import Mapping, Sample, mapping_entity, mapping_id
from magicai.catalogue.product import Category, Origin, OriginKind, Stated, Values
from magicai.stores.relay import drain
from tests.page.conftest import Open, Place

KETTLES = ("Kitchen", "Kettles")
COUNT = 240


def stated(number: int, source: str = "a.csv", price: str = "") -> Stated:
    values = Values(
        name=f"Kettle {number:03} of steel",
        brand=("Fira", "Havn")[number % 2],
        sku=f"K{number}",
        price=Decimal(price or f"{number + 5}.50"),
        currency="EUR",
        shop="shop.example",
        category=KETTLES,
        description="A kettle for tea.",
    )
    origin = Origin(kind=OriginKind.FILE, source=source, place=f"{source}, row {number}", at=1)
    return Stated(values=values, origin=origin)


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
        await drain(gateway.records, {"search": gateway.ports.search}, limit_s=30)

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
        page.get_by_label("Brand").select_option("Fira")
        page.wait_for_url("**brand=Fira**")
        page.get_by_role("searchbox").fill("kettle 010")
        page.wait_for_url("**words=**")
        page.wait_for_function("document.querySelectorAll('.product-card').length === 1")


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
        page.get_by_role("tab", name="Versions").click()
        keep(page, "versions.png")
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_text("undo").or_(page.get_by_text("Version 4")).first.wait_for()


def test_a_category_is_mapped_once_and_its_products_follow(show: Open) -> None:
    with show(path="/products/categories") as page:
        page.get_by_role("button", name="Map", exact=True).click()
        page.get_by_role("button", name="Tea Kettles").click()
        page.get_by_text(f"{COUNT} products changed.").wait_for()
        keep(page, "categories.png")
