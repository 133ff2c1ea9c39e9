"""A product's numbers and brand as its page shows them, beside what stands only in markup."""

import json
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.extraction.shown_labels import labelled_sku, listing_id
from magicai.shops.merging import merge
from magicai.shops.product import Product


def product_of(
    shown: str, stated: dict[str, Any] | None = None, url: str = "https://shop.example/product/lamp"
) -> Product:
    data = {"@type": "Product", "name": "Lamp", "offers": {"price": "12.00", "priceCurrency": "EUR"}, **(stated or {})}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if stated is not None else ""
    page = (
        f"<html lang=en><title>Lamp</title><body>{script}<main><h1>Lamp</h1>{shown}"
        "<p class=price>€12.00</p><button>Add to basket</button></main>"
    )
    (product,) = merge(read_page(page.encode(), url=url, content_type="text/html").observations, "")
    return product


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SKU: MS044BW", "MS044BW"), ("Item # TA224626", "TA224626"), ("Item #:\n13945617", "13945617"),
        ("Item 3928", "3928"), ("Art.-Nr.: 77-3066", "77-3066"), ("Artikelnr. 100234", "100234"),
        ("ASIN\nB00N150YS4", "B00N150YS4"),
        ("Код товара: 129034", "129034"), ("Артикул 4411-20", "4411-20"), ("商品編號：DYAB12-A9009", "DYAB12-A9009"),
        ("货号: 88123", "88123"), ("品番 KX-4410", "KX-4410"), ("Varenr.: [24512506]", "24512506"),
        ("Product Sku: 42412205 ; Color Code: 070", "42412205"), ("Item no: HP-77", "HP-77"),
        ("Style: casual", None), ("Item: Regular", None), ("in this style 2017 shows", None), ("Item\n1\nof\n1", None),
        ("Item model number 6012", None),
        ("Usa el código: VERANO2024", None), ("Item: 100% cotton", None), ("Article: 100 ml", None),
        ("Style: 1950s", None), ("Ref: 2024/05", None), ("Use код: SALE2024", None), ("Código: AB-4410", "AB-4410"),
        ("Pots\nItem: SB00260\nRed", "SB00260"),
    ],
)  # fmt: skip
def test_a_label_and_digits_make_a_number(text: str, number: str | None) -> None:
    assert labelled_sku(text) == number


def test_a_number_that_stands_only_in_markup_yields_to_a_shown_one() -> None:
    assert product_of("<p>Item # 40528810</p>", {"sku": "5301079"}).sku == "40528810"
    assert product_of("<p>Item # 40528810</p>", {"sku": "Item # 40528810"}).sku == "40528810"
    assert product_of("<p>5301079</p><p>Item # 40528810</p>", {"sku": "5301079"}).sku == "5301079"
    assert product_of("", {"sku": "5301079"}).sku == "5301079"


def test_the_id_of_an_address_is_a_sku_only_where_the_page_repeats_it() -> None:
    address = "https://shop.example/lamp/CE5145.html"
    shown, silent = product_of("<p>Grey (CE5145)</p>", url=address), product_of("<p>Grey</p>", url=address)
    assert (shown.sku, shown.listing_id) == ("CE5145", "CE5145")
    assert (silent.sku, silent.listing_id) == (None, "CE5145")
    assert silent.provenance["listing_id"].url == address


@pytest.mark.parametrize(
    ("url", "name", "token"),
    [
        ("https://shop.example/dp/B01KLOA1PI", "Camera", "B01KLOA1PI"),
        ("https://shop.example/p?skuId=5577872", "AirPods", "5577872"),
        ("https://shop.example/bike-2017", "Street Bike", None),
        ("https://shop.example/lexmark-ms317dn", "Lexmark MS317dn Printer", None),
        ("https://shop.example/lamp", "Lamp", None),
    ],
)
def test_the_id_of_an_address_is_no_year_and_no_part_of_the_name(url: str, name: str, token: str | None) -> None:
    assert listing_id(url, name) == token


@pytest.mark.parametrize(
    "shown",
    [
        "<ul><li><span>BRAND</span><span>John Boos</span></li></ul>",
        "<table><tr><th>Brand Name</th><td><a href='/x'>John Boos</a></td></tr></table>",
        "<p>See <a href='/brands/john-boos'>John Boos</a></p>",
    ],
)
def test_a_label_or_the_page_of_a_brand_names_it(shown: str) -> None:
    assert product_of(shown).brand == "John Boos"


def test_an_address_or_a_bare_number_is_no_brand() -> None:
    assert product_of("", {"brand": "/search?q=fira"}).brand is None
    assert product_of("", {"brand": {"name": "4248"}}).brand is None


def test_of_several_things_called_brands_only_one_of_the_name_is_taken() -> None:
    other = "<ul><li class=brand>Mark and Sons</li><li class=brand>Oak Sisters</li></ul>"
    assert product_of(other).brand is None
