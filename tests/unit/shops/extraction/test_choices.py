"""Kinds of one product with a price each, and which of several amounts is the product's price."""

import json
from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.merging import merge
from magicai.shops.product import Availability, Product, Source

HEAD = '<html lang="en-GB"><title>T-shirt</title>'
MAIN = "<body><main><h1>T-shirt</h1>{shown}<button>Add to basket</button></main></body>"


def products(shown: str, head: str = "", stated: Any = None, path: str = "/product/tee") -> list[Product]:
    script = f'<script type="application/ld+json">{json.dumps(stated)}</script>' if stated else ""
    body = (HEAD + head + script + MAIN.format(shown=shown)).encode()
    return merge(read_page(body, url=f"https://shop.example{path}", content_type="text/html").observations, "")


def product(shown: str, head: str = "", stated: Any = None) -> Product:
    (only,) = products(shown, head, stated)
    return only


def kinds(one: Product) -> list[tuple[str, str, str]]:
    return [(kind.name, str(kind.price), kind.availability.value) for kind in one.variants]


def test_options_with_prices_are_kinds_of_the_product() -> None:
    shirt = product(
        "<p class=price>£9.99</p><select><option>Choose</option><option>Small - £9.99</option>"
        "<option>Large (£12.99)</option><option disabled>XL - £8.00</option></select>"
    )
    assert kinds(shirt) == [
        ("Small", "9.99", "in_stock"), ("Large", "12.99", "in_stock"), ("XL", "8.00", "out_of_stock")
    ]  # fmt: skip
    assert shirt.price == Decimal("9.99")


def test_options_of_something_else_are_no_kinds() -> None:
    shown = "<p class=price>£9.99</p><select>{}</select>"
    assert product(shown.format("<option>Standard £4.00</option><option>Express £7.00</option>")).variants == ()
    assert product(shown.format("<option>1 - £9.99</option><option>2 - £19.98</option>")).variants == ()
    assert product(shown.format("<option>None</option><option>Gift wrap +£2.00</option>")).variants == ()


def test_rows_of_a_table_by_size_are_kinds_of_the_product() -> None:
    table = (
        "<table><tr><th>Size</th><th>Item no.</th><th>Price</th></tr><tr><td>S</td><td>TS-101</td><td>£12.00</td></tr>"
        "<tr><td>L</td><td>TS-102</td><td>£9.00</td></tr></table>"
    )
    shirt = product(table)
    assert kinds(shirt) == [("S", "12.00", "unknown"), ("L", "9.00", "unknown")]
    assert [kind.sku for kind in shirt.variants] == ["TS-101", "TS-102"]
    assert shirt.price == Decimal("9.00")
    assert product("<p class=price>£12.00</p>" + table.replace("Size", "Quantity")).variants == ()


@pytest.mark.parametrize(
    ("shown", "price"),
    [
        ("<p>£1.50/unit</p><p><b>£3.00</b></p>", "3.00"),
        ("<p>£1.99 / 100 g</p><p>£3.98</p>", "3.98"),
        ("<p class=price>£3.50<abbr>/</abbr><abbr>unit</abbr></p>", "3.50"),  # all that there is
        ("<p class=price>£10.00 – £20.00</p>", "10.00"),
    ],
)
def test_a_price_of_a_unit_and_the_high_end_of_a_range_are_not_the_price(shown: str, price: str) -> None:
    shirt = product(shown)
    assert (shirt.price, shirt.list_price) == (Decimal(price), None)


def test_the_price_with_tax_wins_where_both_are_shown_and_provenance_says_where_it_stands() -> None:
    stated = {"@type": "Product", "name": "T-shirt", "sku": "TS-100", "offers": {
        "price": "100.00", "priceCurrency": "EUR", "availability": "InStock"}}  # fmt: skip
    net = "<p class=price>100.00 € <small>excl. VAT</small></p>"
    both = product(net + "<p class=price>119.00 € <small>incl. VAT</small></p>", stated=stated)
    assert (both.price, both.provenance["price"].source) == (Decimal("119.00"), Source.PAGE)
    assert product(net, stated=stated).price == Decimal("100.00")


def test_of_offers_in_several_currencies_the_page_s_own_counts() -> None:
    offers = [{"price": "13.00", "priceCurrency": "USD"}, {"price": "10.00", "priceCurrency": "GBP"}]
    stated = {"@type": "Product", "name": "T-shirt", "offers": offers}
    market = '<meta property="product:price:currency" content="GBP">'
    assert (product("", market, stated).price, product("", market, stated).currency) == (Decimal("10.00"), "GBP")
    assert product("", "", stated).currency == "USD"


def test_what_a_page_shows_counts_more_than_its_metadata_for_social_networks() -> None:
    metas = (
        '<meta property="og:type" content="product"><meta property="og:title" content="T-shirt">'
        '<meta property="product:price:amount" content="26.50"><meta property="product:price:currency" content="GBP">'
        '<meta property="product:availability" content="in stock">'
    )
    shirt = product("<p class=price>£94.00</p><p class=stock>Out of stock</p>", metas)
    assert (shirt.price, shirt.availability) == (Decimal("94.00"), Availability.OUT_OF_STOCK)


def test_a_heading_an_address_and_a_sentence_make_a_sold_out_product_without_a_price() -> None:
    body = HEAD + "<body><h1>T-shirt</h1><p>This item is no longer available.</p><p>Soft cotton.</p></body>"

    def read(path: str) -> list[Product]:
        reading = read_page(body.encode(), url=f"https://shop.example{path}", content_type="text/html")
        return merge(reading.observations, "")

    (shirt,) = read("/product/tee")
    assert (shirt.name, shirt.price, shirt.availability) == ("T-shirt", None, Availability.OUT_OF_STOCK)
    assert read("/about") == []


@pytest.mark.parametrize(
    "line",
    [
        "Image unavailable", "Store pickup: not available", "Sorry, this size is now out of stock",
        "Out of stock in your store", "In der Filiale nicht verfügbar", "Bild nicht verfügbar", "Retrait : épuisé",
    ],
)  # fmt: skip
def test_words_of_pictures_stores_and_sizes_say_nothing_of_the_product(line: str) -> None:
    assert stock_word(line) is None


def test_the_product_s_own_button_outvotes_a_line() -> None:
    shown = "<p class=price>£9.99</p><p>Sold out</p>"
    assert product(shown).availability is Availability.IN_STOCK
    assert product(shown.replace("<p>Sold", "<p class=stock>Sold")).availability is Availability.OUT_OF_STOCK


def test_pages_of_one_product_in_several_languages_are_one_product() -> None:
    def page(here: str, price: str) -> bytes:
        links = "".join(
            f'<link rel=alternate hreflang={language} href="https://shop.example/{language}/product/tee-{language}">'
            for language in ("en", "de")
        )
        return f"<html lang={here}><title>T-shirt</title>{links}{MAIN.format(shown=f'<p>{price}</p>')}".encode()

    observations = [
        stated
        for here, price in (("en", "£10.00"), ("de", "12.00 €"))
        for stated in read_page(
            page(here, price), url=f"https://shop.example/{here}/product/tee-{here}", content_type="text/html"
        ).observations
    ]
    (shirt,) = merge(observations, "")
    assert (shirt.price, shirt.currency) == (Decimal("10.00"), "GBP")
