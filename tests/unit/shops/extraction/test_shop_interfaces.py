import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.extraction import read_shopify, read_woocommerce
from magicai.shops.extraction.reading import PageKind
from magicai.shops.product import Availability, Source, Variant

SHOPIFY_URL = "https://s.test/en-ca/products.json?limit=250"
WOO_URL = "https://w.test/wp-json/wc/store/v1/products"


def shopify(**fields: Any) -> dict[str, Any]:
    variants = [{"title": "Default Title", "sku": "T-1", "price": "20.00", "compare_at_price": None, "available": True}]
    return {"title": "Tee", "handle": "tee", "variants": variants, **fields}


def woo(**fields: Any) -> dict[str, Any]:
    prices = {"price": "1299", "regular_price": "1599", "currency_code": "EUR", "currency_minor_unit": 2}
    return {
        "name": "Caf&eacute;",
        "permalink": "https://w.test/product/cafe/",
        "prices": prices,
        "is_in_stock": True,
        **fields,
    }


class TestShopify:
    def test_a_product_without_variants_has_their_fields_itself(self) -> None:
        thing = shopify(
            vendor="Acme",
            product_type="Shirts",
            body_html="<p>Nice <b>tee</b></p>",
            images=[{"src": "//cdn.test/a.jpg"}],
        )
        reading = read_shopify(
            json.dumps({"products": [thing]}).encode(), url=SHOPIFY_URL, currency="cad", digest="d", at_us=7
        )
        (product,) = reading.observations
        assert reading.kind is PageKind.LISTING
        assert (product.url, product.name, product.source) == (
            "https://s.test/en-ca/products/tee",
            "Tee",
            Source.SHOP_API,
        )
        assert (product.page_url, product.digest, product.at_us) == (SHOPIFY_URL, "d", 7)
        assert (product.price, product.currency, product.availability) == (20, "CAD", Availability.IN_STOCK)
        assert (product.sku, product.brand, product.category) == ("T-1", "Acme", ("Shirts",))
        assert (product.images, product.description) == (("https://cdn.test/a.jpg",), "Nice tee")
        assert product.variants == []

    def test_the_lowest_price_in_stock_is_the_products(self) -> None:
        variants = [
            {"title": "S", "sku": "S", "price": "20.00", "compare_at_price": "30.00", "available": False},
            {"title": "M", "sku": "M", "price": "22.00", "compare_at_price": "25.00", "available": True},
            {"title": "L", "sku": "L", "price": "24.00", "compare_at_price": "24.00", "available": True},
        ]
        body = json.dumps({"products": [shopify(variants=variants)]}).encode()
        (product,) = read_shopify(body, url=SHOPIFY_URL, currency="CAD").observations
        assert (product.price, product.list_price, product.availability) == (22, 25, Availability.IN_STOCK)
        assert product.variants[0] == Variant(
            name="S",
            sku="S",
            price=Decimal("20.00"),
            currency="CAD",
            list_price=Decimal("30.00"),
            availability=Availability.OUT_OF_STOCK,
        )
        assert product.variants[2].list_price is None

    def test_a_currency_that_is_not_known_is_none(self) -> None:
        body = json.dumps({"products": [shopify()]}).encode()
        assert read_shopify(body, url=SHOPIFY_URL, currency=None).observations[0].currency is None
        assert read_shopify(body, url=SHOPIFY_URL, currency="points").observations[0].currency is None

    def test_one_product_alone_is_read_too(self) -> None:
        body = json.dumps({"product": shopify()}).encode()
        (product,) = read_shopify(body, url="https://s.test/products/tee.json", currency="EUR").observations
        assert product.url == "https://s.test/products/tee"


class TestWooCommerce:
    def test_minor_units_are_counted_as_the_interface_says(self) -> None:
        yen = {"price": "1299", "regular_price": "1299", "currency_code": "JPY", "currency_minor_unit": 0}
        body = json.dumps([woo(), woo(name="Tea", permalink="https://w.test/product/tea/", prices=yen)]).encode()
        coffee, tea = read_woocommerce(body, url=WOO_URL).observations
        assert (coffee.name, coffee.price, coffee.list_price, coffee.currency) == (
            "Café",
            Decimal("12.99"),
            Decimal("15.99"),
            "EUR",
        )
        assert (tea.price, tea.list_price, tea.currency) == (1299, None, "JPY")

    def test_prices_without_their_unit_are_none(self) -> None:
        body = json.dumps([woo(prices={"price": "1299", "currency_code": "EUR"})]).encode()
        assert read_woocommerce(body, url=WOO_URL).observations[0].price is None

    @pytest.mark.parametrize(
        ("fields", "availability"),
        [
            ({"is_in_stock": True}, Availability.IN_STOCK),
            ({"is_in_stock": False}, Availability.OUT_OF_STOCK),
            ({"is_in_stock": True, "is_on_backorder": True}, Availability.BACKORDER),
            ({"is_in_stock": None}, None),
        ],
    )
    def test_stock(self, fields: dict[str, Any], availability: Availability | None) -> None:
        assert (
            read_woocommerce(json.dumps([woo(**fields)]).encode(), url=WOO_URL).observations[0].availability
            is availability
        )

    def test_categories_are_ordered_by_their_addresses(self) -> None:
        categories = [
            {"name": "Mugs", "link": "https://w.test/product-category/kitchen/mugs/"},
            {"name": "Sale", "link": "https://w.test/product-category/sale/"},
            {"name": "Kitchen", "link": "https://w.test/product-category/kitchen/"},
        ]
        body = json.dumps([woo(categories=categories, average_rating="4.50", review_count=3)]).encode()
        (product,) = read_woocommerce(body, url=WOO_URL).observations
        assert product.category == ("Kitchen", "Mugs")
        assert product.rating is not None
        assert (product.rating.value, product.rating.count) == (4.5, 3)


@given(st.binary(max_size=200))
def test_any_body_gives_a_reading(body: bytes) -> None:
    assert read_shopify(body, url=SHOPIFY_URL, currency="EUR").observations == []
    assert read_woocommerce(body, url=WOO_URL).observations == []


SHAPE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["title", "handle", "variants", "price", "name", "permalink", "prices", "images", "src", "categories"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(SHAPE)
def test_any_shape_gives_a_reading(value: Any) -> None:
    body = json.dumps({"products": [value]}).encode()
    read_shopify(body, url=SHOPIFY_URL, currency="EUR")
    read_woocommerce(json.dumps([value]).encode(), url=WOO_URL)
