"""What came out of runs: products in their thousands, prices over readings, and text that stays text."""

import os
from pathlib import Path
from typing import Any

import pytest

from magicai.shops.product import Product
from tests.page.conftest import SHOP, Open, Place, Seeded
from tests.page.products import read_shop

pytestmark = pytest.mark.timeout(600)
EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def test_what_a_shop_writes_stays_text_wherever_it_is_shown(show: Open, place: Place) -> None:
    evil = {"name": EVIL, "url": "javascript:document.title='owned'", "brand": EVIL, "category": (EVIL,)}
    runs = [read_shop(place, "evil.example", [tea("1", price, **evil)]) for price in ("5.00", "6.00")]
    history = "/shops/evil.example/history"
    with show("ann", f"/runs/{runs[1]}") as page:
        page.get_by_role("tab", name="Products").click()
        row = page.get_by_role("row").filter(has_text="<script>")
        row.wait_for()
        assert row.locator("th a").get_attribute("href") is None
        for path in (f"/shops?older={runs[0]}&newer={runs[1]}", history):
            page.goto(path)
            page.get_by_role("row").filter(has_text="<script>").first.wait_for()
        page.locator("tbody button.plain").click()
        page.locator(".chart canvas").wait_for()
        page.locator(".chart").hover()
        assert "owned" not in page.title()


def test_two_crawls_of_a_shop_are_compared(show: Open, seeded: Seeded) -> None:
    with show("ann", "/shops") as page:
        page.get_by_role("link", name=seeded.shop).click()
        boxes = page.get_by_role("checkbox")
        boxes.nth(1).check()
        boxes.nth(2).check()
        page.get_by_role("link", name="Compare", exact=True).click()
        page.locator("tbody .badge.cheaper").first.wait_for()
        assert "older=" in page.url
        page.locator("tbody th a").first.click()
        page.locator(".chart canvas").wait_for()


def test_everything_is_found_from_the_keyboard_and_runs_by_their_address(show: Open, seeded: Seeded) -> None:
    with show("ann") as page:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search").fill("webhooks")
        page.get_by_role("option", name="Settings · Webhooks", selected=True).wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/settings/webhooks")
        assert page.title() == "Webhooks · Settings · MagicAI"
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search").fill(seeded.failed)
        page.get_by_role("option").filter(has_text="Failed").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/runs/{seeded.failed}")
        page.goto(f"/runs?words={seeded.shop}&status=cancelled")
        page.locator(".run .badge.cancelled").wait_for()
        assert page.locator(".run").count() == 1
        page.get_by_label("Status").select_option("waiting")
        page.get_by_text("No matching runs").wait_for()
        assert "status=waiting" in page.url


def test_a_choice_and_its_reason_are_words_apart(show: Open) -> None:
    with show("ann", "/insights") as page:
        choice = page.locator(".reasons li").first
        choice.wait_for()
        assert choice.inner_text().startswith(f"{choice.locator('strong').inner_text()} ")


def test_prices_are_shown_over_all_readings_beside_a_table_of_them(show: Open, seeded: Seeded) -> None:
    with show("ann", f"/runs/{seeded.runs[-1]}/products") as page:
        page.get_by_role("link", name="Price history").first.click()
        page.get_by_role("link", name="All products").click()
        page.get_by_text("6 crawls, from").wait_for()
        rows = page.locator("tbody tr")
        rows.nth(10).wait_for()
        assert rows.count() <= 50
        page.locator("tbody button.plain").first.click()
        page.locator(".history .chart canvas").wait_for()
        assert page.locator(".history tbody tr").count() == 6
        name = page.locator("tbody th").first.inner_text()
        page.get_by_role("searchbox", name="Search").fill(name)
        rows.nth(1).wait_for(state="detached")
        assert rows.count() == 1
        page.get_by_label("Only changed prices").uncheck()
        page.get_by_role("searchbox", name="Search").fill("no such thing")
        page.get_by_text("No matching products.").wait_for()


def test_a_product_that_is_gone_is_called_so(show: Open, place: Place) -> None:
    run_id = read_shop(place, "gone.example", [tea("1"), tea("2", seen="gone"), tea("3", seen="not_visited")])
    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("tab", name="Products").click()
        rows = page.locator("tbody tr")
        rows.nth(2).wait_for()
        said = {row.locator("th").inner_text(): row.locator("td:has(.dot)").inner_text() for row in rows.all()}
        assert said == {"Tea 1": "In stock", "Tea 2": "Gone", "Tea 3": "Not visited"}
        page.get_by_label("Stock").select_option(label="In stock")
        page.get_by_text("1 of 3 products").wait_for()


def test_a_product_shows_all_that_was_found_of_it(show: Open, place: Place) -> None:
    sizes = [{"name": size, "sku": f"T-{size}", "price": "4.00", "currency": "EUR"} for size in ("50 g", "250 g")]
    whole: dict[str, Any] = {
        "sku": "T", "gtin": "4006381333931", "rating": {"value": 4.5, "count": 12}, "variants": sizes,
        "description": "From the first harvest.", "images": [f"https://{SHOP}/a.jpg", f"https://{SHOP}/b.jpg"],
    }  # fmt: skip
    run_id = read_shop(place, "whole.example", [tea("1", **whole)])
    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("tab", name="Products").click()
        page.get_by_role("button", name="Details of Tea 1").click()
        details = page.locator(".details")
        said = dict(zip(*(details.locator(f".facts {tag}").all_inner_texts() for tag in ("dt", "dd")), strict=True))
        assert said["GTIN"] == "4006381333931"
        assert said["Rating"] == "4.5 (12 ratings)"
        assert said["Description"] == "From the first harvest."
        assert details.get_by_role("link", name="Image 2").get_attribute("href") == f"https://{SHOP}/b.jpg"
        assert details.get_by_role("row").filter(has_text="250 g").inner_text().split("\t")[1] == "T-250 g"
        picture(page, "crawled-product")
        page.get_by_role("searchbox", name="Search").fill("4006381333931")
        page.get_by_text("1 of 1 products").wait_for()


def test_a_report_counts_what_sold_out_and_what_came_back(show: Open, place: Place) -> None:
    def change(kind: str, number: int) -> dict[str, Any]:
        return {"kind": kind, "product_id": f"{number}", "name": f"Tea {number}", "url": ""}

    changes = {
        "since": "2026-01-02T08:00:00Z", "compared": 9, "sold_out": [change("sold_out", n) for n in range(3)],
        "back": [change("back", 4)],
    }  # fmt: skip
    run_id = read_shop(place, "changing.example", [tea("1")], changes)
    with show("ann") as page:
        # What the report itself says is another test's subject.
        page.route("**/document?*", a_document)
        page.goto(f"/runs/{run_id}")
        page.get_by_role("heading", name="Changes at changing.example since 2 Jan 2026").wait_for()
        counts = page.locator(".card", has=page.get_by_role("heading", name="Changes at"))
        said = dict(zip(*(counts.locator(tag).all_inner_texts() for tag in ("dt", "dd")), strict=True))
        assert said["Sold out"] == "3"
        assert said["Back in stock"] == "1"
        assert said["Gone"] == "0"
        picture(page, "report-changes")


def a_document(route: Any) -> None:
    route.fulfill(body="<p>Tea.</p>", content_type="text/html")


def picture(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look at some."""
    if folder := os.environ.get("MAGICAI_PAGE_LOOKS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_ten_thousand_products_are_sorted_and_few_are_drawn(show: Open, place: Place) -> None:
    many = [tea(f"{number:05}", f"{number % 997}.00", name=f"Tea {number}") for number in range(10_000)]
    run_id = read_shop(place, SHOP, many)
    with show("ann", f"/runs/{run_id}") as page:
        page.get_by_role("tab", name="Products").click()
        page.get_by_text("10000 of 10000 products").wait_for()
        assert 10 < page.locator("tbody tr").count() < 60, "those that can be seen are drawn"
        page.get_by_role("button", name="Price").click()
        assert page.locator("tbody .price").first.inner_text() == "€0.00"
        page.keyboard.press("End")
        page.get_by_text("Tea 996", exact=True).wait_for()
        assert page.locator("tbody tr").count() < 60
        page.get_by_role("searchbox", name="Search").fill("tea 9999")
        page.get_by_text("1 of 10000 products").wait_for()


def tea(product_id: str, price: str | None = "5.00", **more: Any) -> Product:
    values: dict[str, Any] = {"id": product_id, "name": f"Tea {product_id}", "url": f"https://{SHOP}/{product_id}"}
    return Product.model_validate({**values, "price": price, "currency": "EUR", "availability": "in_stock", **more})
