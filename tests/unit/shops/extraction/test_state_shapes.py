"""The shapes in which the usual headless shops hand prices, stock and names to their scripts."""

import json
from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.product import Availability, Observation

URL = "https://s.test/p/blue-mug"


def read(state: Any, *, language: str = "de-DE", shown: str = "", head: str = "") -> list[Observation]:
    page = (
        f'<html lang="{language}"><head><title>Shop</title>{head}</head><body>{shown}'
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script></body></html>'
    )
    return read_page(page.encode(), url=URL).observations


def cents(amount: int, **more: Any) -> dict[str, Any]:
    return {"type": "centPrecision", "currencyCode": "EUR", "centAmount": amount, "fractionDigits": 2, **more}


def eur(amount: float | str) -> dict[str, Any]:
    return {"amount": amount, "currencyCode": "EUR"}


COMMERCETOOLS: dict[str, Any] = {
    "id": "1f0c",
    "name": {"en": "Blue Mug", "de-DE": "Blaue Tasse", "fr": "Tasse bleue"},
    "slug": {"en": "blue-mug", "de-DE": "blaue-tasse"},
    "masterVariant": {
        "sku": "MUG-1",
        "prices": [
            {"value": cents(2999, currencyCode="USD"), "country": "US"},
            {"value": cents(2999), "country": "DE", "discounted": {"value": cents(1999)}},
        ],
        "price": {"value": cents(2999), "discounted": {"value": cents(1999)}},
        "availability": {"isOnStock": False, "availableQuantity": 0},
    },
    "variants": [],
}
VTEX: dict[str, Any] = {
    "productId": "31",
    "productName": "Blue Mug",
    "linkText": "blue-mug",
    "items": [
        {
            "itemId": "310",
            "name": "Blue Mug UN",
            "sellers": [
                {
                    "sellerId": "1",
                    "commertialOffer": {"Price": 19.99, "ListPrice": 29.99, "AvailableQuantity": 0, "Tax": 0},
                }
            ],
        }
    ],
    "currency": "EUR",
}
SHAPES: dict[str, tuple[dict[str, Any], Availability | None]] = {
    "commercetools": (COMMERCETOOLS, Availability.OUT_OF_STOCK),
    "VTEX": (VTEX, Availability.OUT_OF_STOCK),
    "Stripe": (
        {
            "id": "prod_9",
            "name": "Blue Mug",
            "slug": "blue-mug",
            "active": True,
            "default_price": {"id": "price_7", "object": "price", "unit_amount": 1999, "currency": "eur"},
        },
        None,
    ),
    "Shopify Storefront": (
        {
            "title": "Blue Mug",
            "handle": "blue-mug",
            "availableForSale": True,
            "priceRange": {"minVariantPrice": eur("19.99"), "maxVariantPrice": eur("24.99")},
            "compareAtPriceRange": {"minVariantPrice": eur("29.99")},
        },
        Availability.IN_STOCK,
    ),
    "Medusa": (
        {
            "title": "Blue Mug",
            "handle": "blue-mug",
            "variants": [
                {
                    "title": "One size",
                    "sku": "MUG-1",
                    "inventory_quantity": 0,
                    "calculated_price": {"calculated_amount": 19.99, "original_amount": 29.99, "currency_code": "eur"},
                }
            ],
        },
        Availability.OUT_OF_STOCK,
    ),
    "Saleor": (
        {
            "name": "Blue Mug",
            "slug": "blue-mug",
            "isAvailable": True,
            "pricing": {
                "onSale": True,
                "priceRange": {
                    "start": {"gross": {"amount": 19.99, "currency": "EUR"}, "net": {"amount": 16.8, "currency": "EUR"}}
                },
                "priceRangeUndiscounted": {"start": {"gross": {"amount": 29.99, "currency": "EUR"}}},
            },
        },
        Availability.IN_STOCK,
    ),
    "Vendure": (
        {
            "productId": "7",
            "productName": "Blue Mug",
            "slug": "blue-mug",
            "currencyCode": "EUR",
            "priceWithTax": {"min": 1999, "max": 2499},
            "inStock": True,
        },
        Availability.IN_STOCK,
    ),
    "BigCommerce": (
        {
            "entityId": 112,
            "name": "Blue Mug",
            "path": "/p/blue-mug",
            "prices": {
                "price": {"value": 19.99, "currencyCode": "EUR"},
                "salePrice": None,
                "basePrice": {"value": 29.99, "currencyCode": "EUR"},
                "retailPrice": None,
            },
            "availabilityV2": {"status": "Available"},
            "inventory": {"isInStock": True},
        },
        Availability.IN_STOCK,
    ),
    "Magento PWA": (
        {
            "id": 9,
            "name": "Blue Mug",
            "url_key": "blue-mug",
            "sku": "MUG-1",
            "stock_status": "OUT_OF_STOCK",
            "price_range": {
                "minimum_price": {
                    "regular_price": {"value": 29.99, "currency": "EUR"},
                    "final_price": {"value": 19.99, "currency": "EUR"},
                }
            },
        },
        Availability.OUT_OF_STOCK,
    ),
    "Salesforce": (
        {
            "id": "mug1",
            "name": "Blue Mug",
            "slugUrl": URL,
            "price": 19.99,
            "currency": "EUR",
            "prices": {"eur-sale-prices": 19.99, "eur-list-prices": 29.99},
            "inventory": {"orderable": False, "stockLevel": 0},
        },
        Availability.OUT_OF_STOCK,
    ),
    "SAP": (
        {
            "code": "300938",
            "name": "Blue Mug",
            "url": "/p/blue-mug",
            "price": {"currencyIso": "EUR", "value": 19.99, "formattedValue": "19,99 €", "priceType": "BUY"},
            "stock": {"stockLevelStatus": {"code": "inStock", "type": "StockLevelStatus"}, "stockLevel": 5},
        },
        Availability.IN_STOCK,
    ),
    "Spree": (
        {
            "id": 1,
            "name": "Blue Mug",
            "slug": "blue-mug",
            "price": "19.99",
            "display_price": "19,99 €",
            "compare_at_price": "29.99",
            "currency": "EUR",
            "in_stock": True,
            "purchasable": True,
        },
        Availability.IN_STOCK,
    ),
}
WITHOUT_LIST_PRICE = {"Stripe", "Vendure", "SAP"}


@pytest.mark.parametrize("shape", SHAPES)
def test_reads_the_states_of_headless_shops(shape: str) -> None:
    state, availability = SHAPES[shape]
    (mug,) = read({"props": {"pageProps": {"product": state}}})
    assert (mug.name, mug.own_page) == ("Blaue Tasse" if shape == "commercetools" else "Blue Mug", True)
    assert (mug.price, mug.currency) == (Decimal("19.99"), "EUR")
    assert mug.list_price == (None if shape in WITHOUT_LIST_PRICE else Decimal("29.99"))
    assert mug.availability is availability


@pytest.mark.parametrize(("language", "name"), [("de-AT", "Blaue Tasse"), ("en-GB", "Blue Mug"), ("fr", "Tasse bleue")])
def test_the_language_of_the_page_chooses_among_names(language: str, name: str) -> None:
    assert read({"product": COMMERCETOOLS}, language=language)[0].name == name


def test_translations_may_be_a_list() -> None:
    names = [{"locale": "en", "value": "Blue Mug"}, {"locale": "de", "value": "Blaue Tasse"}]
    state = {"product": {"name": names, "slug": "blue-mug", "price": eur(19.99)}}
    assert read(state)[0].name == "Blaue Tasse"


def test_of_prices_in_several_currencies_the_page_chooses_or_none_is_taken() -> None:
    prices = [{"value": cents(2500, currencyCode="USD")}, {"value": cents(1999)}]
    product = {"name": "Blue Mug", "slug": "blue-mug", "masterVariant": {"sku": "M", "prices": prices}, "inStock": True}
    assert [(one.price, one.currency) for one in read({"product": product})] == [(None, None)]
    (mug,) = read({"product": product}, head='<meta property="og:price:currency" content="EUR">')
    assert (mug.price, mug.currency) == (Decimal("19.99"), "EUR")


def test_minor_units_have_the_decimals_of_their_currency() -> None:
    price = {"unit_amount": 1999, "currency": "jpy"}
    assert read({"product": {"name": "Blue Mug", "slug": "blue-mug", "default_price": price}})[0].price == 1999


def test_what_the_page_shows_overrules_what_a_shape_suggests() -> None:
    product = {"name": "Blue Mug", "slug": "blue-mug", "currencyCode": "EUR", "priceWithTax": 1999}
    assert read({"product": product}, shown="<b>1.999,00 €</b>")[0].price == 1999


def test_a_product_costs_what_its_cheapest_variant_in_stock_costs() -> None:
    variants = [
        {"title": "S", "price": eur(15.5), "availableForSale": False},
        {"title": "M", "price": eur(19.99), "availableForSale": True},
        {"title": "L", "price": eur(24.99), "availableForSale": True},
    ]
    (mug,) = read({"product": {"title": "Blue Mug", "handle": "blue-mug", "variants": {"nodes": variants}}})
    assert (mug.price, mug.availability, len(mug.variants)) == (Decimal("19.99"), Availability.IN_STOCK, 3)


def test_the_main_variant_is_one_of_them() -> None:
    main = {"sku": "S", "price": {"value": cents(1499)}, "availability": {"isOnStock": False}}
    other = {"sku": "M", "price": {"value": cents(1999)}, "availability": {"isOnStock": True}}
    product = {"name": "Blue Mug", "slug": "blue-mug", "masterVariant": main, "variants": [other, main]}
    (mug,) = read({"product": product})
    assert (mug.price, mug.availability) == (Decimal("19.99"), Availability.IN_STOCK)
    assert [variant.name for variant in mug.variants] == ["S", "M"]
