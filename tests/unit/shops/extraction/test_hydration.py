"""Products in scripts' states, and what tells cents from units."""

import json
from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.extraction.states.decoding import HOLDERS
from magicai.shops.product import Availability, Observation

URL = "https://s.test/products/blue-mug"


def stated(state: Any, body: str = "", url: str = URL) -> list[Observation]:
    script = f"<script>window.__STATE__ = {json.dumps(state)};</script>"
    page = f'<html lang="de"><head><title>Blue Mug</title></head><body><div id="app">{body}</div>{script}</body></html>'
    return read_page(page.encode(), url=url).observations


def mug(**fields: Any) -> dict[str, Any]:
    return {"id": "mug-77", "name": "Blue Mug", "currency": "EUR", **fields}


@pytest.mark.parametrize(
    "price",
    [
        12.5, "12.50", "12,50 €", {"amount": 12.5}, {"value": "12.50", "currency": "EUR"}, {"centAmount": 1250},
        {"centAmount": 12500, "fractionDigits": 3}, {"current": {"formatted": "12,50 €", "value": 1250}},
        {"amount": 1250, "precision": 2, "currency": "EUR"},
    ],
)  # fmt: skip
def test_prices_in_many_shapes(price: Any) -> None:
    (observation,) = stated({"product": mug(price=price)})
    assert (observation.price, observation.currency) == (Decimal("12.5"), "EUR")


@pytest.mark.parametrize("fields", [{"priceInCents": 1250}, {"price_cents": 1250}, {"priceCents": 1250}])
def test_a_key_may_say_cents(fields: dict[str, int]) -> None:
    assert stated({"product": mug(**fields)})[0].price == Decimal("12.5")


def test_a_whole_number_is_settled_by_what_the_page_shows() -> None:
    assert stated({"product": mug(price=1250)}, "<b>12,50 €</b>")[0].price == Decimal("12.5")
    assert stated({"product": mug(price=1250)}, "<b>1.250,00 €</b>")[0].price == 1250


def test_a_whole_number_is_units_where_another_of_its_state_has_a_fraction() -> None:
    others = [mug(id="x1", name="Red Mug", url="/products/red", price=9.99)]
    assert stated({"product": mug(price=12), "related": others})[0].price == 12


def test_a_whole_number_that_nothing_settles_is_no_price() -> None:
    (observation,) = stated({"product": mug(price=1250, inStock=True)})
    assert (observation.price, observation.currency, observation.availability) == (None, None, Availability.IN_STOCK)


def test_a_whole_number_of_a_currency_without_decimals_is_itself() -> None:
    assert stated({"product": mug(price=1250, currency="JPY")})[0].price == 1250


def test_a_price_before_is_a_list_price_if_it_is_higher() -> None:
    assert stated({"product": mug(price=12.5, compareAtPrice=20.5)})[0].list_price == Decimal("20.5")
    assert stated({"product": mug(price=12.5, originalPrice="9.50")})[0].list_price is None
    assert stated({"product": mug(price={"regular": 20.5, "sale": 12.5})})[0].list_price == Decimal("20.5")


@pytest.mark.parametrize(
    ("fields", "availability"),
    [
        ({"inStock": True}, Availability.IN_STOCK),
        ({"soldOut": True}, Availability.OUT_OF_STOCK),
        ({"available_for_sale": False}, Availability.OUT_OF_STOCK),
        ({"stockStatus": "IN_STOCK"}, Availability.IN_STOCK),
        ({"stock": {"quantity": 0, "inStock": False}}, Availability.OUT_OF_STOCK),
        ({"stockQuantity": 5}, Availability.IN_STOCK),
        ({"availability": "https://schema.org/PreOrder"}, Availability.PREORDER),
        ({}, None),
    ],
)
def test_stock_in_many_shapes(fields: dict[str, Any], availability: Availability | None) -> None:
    assert stated({"product": mug(price=12.5, **fields)})[0].availability is availability


def test_variants_belong_to_their_product() -> None:
    variants = [
        {"id": 1, "title": "S", "sku": "BM-S", "price": 12.5, "available": False},
        {"id": 2, "title": "L", "sku": "BM-L", "price": 15.5, "available": True},
    ]
    (observation,) = stated({"product": mug(price=12.5, variants=variants)})
    assert [(variant.name, variant.sku, variant.price, variant.availability) for variant in observation.variants] == [
        ("S", "BM-S", Decimal("12.5"), Availability.OUT_OF_STOCK),
        ("L", "BM-L", Decimal("15.5"), Availability.IN_STOCK),
    ]


def test_another_product_needs_an_address_that_the_page_knows() -> None:
    others = [
        mug(id="r1", name="Red Mug", slug="red-mug", price=9.5),
        mug(id="g1", name="Green Mug", slug="green-mug", price=9.5),
        mug(id="8001234", name="Gold Mug", price=9.5),
    ]
    body = '<a href="/products/red-mug">Red</a><a href="/item?id=8001234">Gold</a>'
    found = {one.name: one.url for one in stated({"product": mug(price=12.5), "related": others}, body)}
    assert found == {
        "Blue Mug": URL,
        "Red Mug": "https://s.test/products/red-mug",
        "Gold Mug": "https://s.test/item?id=8001234",
    }


@pytest.mark.parametrize("part", ["cart", "shippingMethods", "filters", "giftWrap", "lineItems", "plans"])
def test_priced_things_that_are_no_products_are_left_alone(part: str) -> None:
    state = {part: [{"id": "a1", "name": "Blue Mug", "url": "/products/blue-mug", "price": 4.5}]}
    assert stated(state) == []


def test_a_state_may_refer_to_itself_without_end() -> None:
    flat = [{"price": 1, "self": 1}, {"name": 2, "price": 3, "slug": 4, "me": 1}, "Blue Mug", 12.5, "blue-mug"]
    page = (
        '<html lang="en"><head><title>Blue Mug</title></head><body>'
        f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(flat)}</script></body></html>'
    )
    assert read_page(page.encode(), url=URL).observations[0].price == Decimal("12.5")


@pytest.mark.parametrize(
    "holder",
    [*(f"div {name}" for name in HOLDERS), "DIV DATA-Product", "astro-island props", "ASTRO-ISLAND PROPS"],
)
def test_attributes_that_hold_a_state_are_found_in_any_spelling(holder: str) -> None:
    held = json.dumps({"product": mug(PRICE=12.5)})
    page = f"<html lang='de'><title>Blue Mug</title><body><{holder}='{held}'></body></html>"
    (observation,) = read_page(page.encode(), url=URL).observations
    assert observation.name == "Blue Mug"
