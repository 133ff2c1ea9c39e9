"""What a page states of its one product, or why it is not such a page."""

import json
from typing import Any

import pytest

from magicai.catalogue.keys import keys_of
from magicai.catalogue.pages.reading import of_product, stated_by
from magicai.catalogue.product import OriginKind
from magicai.errors import Permanent
from magicai.ports import FetchedPage
from magicai.shops.product import Product, Provenance, Source

URL = "https://shop.example/products/kettle"


def stated(**changed: Any) -> dict[str, Any]:
    offer = {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR", "availability": "InStock"}
    one: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Kettle",
        "sku": "K1",
        "offers": offer,
    }
    return {**one, **changed}


def page(*products: dict[str, Any], body: str = "", title: str = "Kettle", kind: str = "text/html") -> FetchedPage:
    scripts = "".join(f"<script type='application/ld+json'>{json.dumps(product)}</script>" for product in products)
    headings = "".join(f"<h1>{product['name']}</h1>" for product in products)
    text = f"<!doctype html><html lang='en-GB'><title>{title}</title>{scripts}{headings}{body}</html>"
    return FetchedPage(URL, URL, 200, kind, "utf-8", text.encode(), etag='"1"')


def read(one: FetchedPage) -> Any:
    return stated_by(one, digest="d", at_us=1)


def test_a_page_states_its_product_and_where_it_stands() -> None:
    review = {"@type": "Review", "reviewBody": "Boils &amp; pours well."}
    found = read(page(stated(gtin13="4006381333931", brand={"@type": "Brand", "name": "Fira"}, review=[review])))
    assert found.reviews == ("Boils & pours well.",)
    values = found.values
    assert (values.name, str(values.price), values.currency, values.gtin) == ("Kettle", "12.50", "EUR", "4006381333931")
    assert (values.shop, values.language, values.brand) == ("shop.example", "en", "Fira")
    assert (found.origin.place, found.page.etag) == (URL, '"1"')


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (page(stated(), stated(name="Pot", sku="P1")), "about 2 products"),
        (page(stated(offers={"@type": "Offer", "price": "0", "priceCurrency": "EUR"})), "no price, or a price of 0"),
        (page(body="<h1>Page not found</h1><p>Sorry.</p>", title="Page not found"), "does not exist"),
        (
            page(
                body="<h1>This product is no longer available</h1><ul><li class='product'><a href='/p/1'>Mug</a>"
                "<b class='price'>€4</b></li><li class='product'><a href='/p/2'>Cup</a><b class='price'>€5</b></ul>",
                title="Product unavailable",
            ),
            "does not exist",
        ),
        (page(body="<h1>About us</h1><p>We sell kettles since 1900.</p>", title="About us"), "shows no product"),
        (page(stated(), kind="image/png"), "not a page"),
        (
            page(
                body="<h1>Kettles</h1><ul>"
                + "".join(
                    f"<li class='product'><a href='/products/k{n}'>Kettle {n}</a><b class='price'>€{n}.50</b></li>"
                    for n in range(1, 7)
                )
                + "</ul>",
                title="Kettles",
            ),
            "list of",
        ),
    ],
)
def test_what_is_not_the_page_of_one_product_says_what_it_is(one: FetchedPage, said: str) -> None:
    with pytest.raises(Permanent, match=said) as caught:
        read(one)
    assert caught.value.way_out


def test_what_is_sold_out_needs_no_price() -> None:
    sold_out = {"@type": "Offer", "availability": "https://schema.org/OutOfStock"}
    assert read(page(stated(offers=sold_out))).values.price is None


def test_products_that_one_listing_states_are_as_many_and_none_has_its_address() -> None:
    """Five of them became one, with the name of one and the price of another."""
    listing = Provenance(
        url="https://shop.example/sundries", source=Source.TABLE, digest="0", at="2026-03-01T00:00:00Z"
    )
    stated = [
        of_product(Product(id=name, name=name, url="", provenance={"name": listing}), at_us=1, kind=OriginKind.SHOP)
        for name in ("Sealing wax, red", "Sealing wax, black")
    ]
    assert [(one.values.url, one.values.shop, one.origin.place) for one in stated] == [
        ("", "shop.example", "https://shop.example/sundries")
    ] * 2
    assert not {*keys_of(stated[0])} & {*keys_of(stated[1])}
