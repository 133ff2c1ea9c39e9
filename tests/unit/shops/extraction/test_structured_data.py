"""What JSON-LD, microdata and RDFa state, down to the last field."""

import json
from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.extraction.reading import PageKind
from magicai.shops.product import Availability, Observation, Source

URL = "https://s.test/products/blue-mug"


def page(*items: Any, body: str = "<h1>Blue Mug</h1>", lang: str = "en", title: str = "Blue Mug | S") -> bytes:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(item)}</script>' for item in items)
    return f'<html lang="{lang}"><head><title>{title}</title>{scripts}</head><body>{body}</body></html>'.encode()


def product(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Product", "name": "Blue Mug", **fields}


def offer(price: Any = "12.50", **fields: Any) -> dict[str, Any]:
    return {"@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": "InStock", **fields}


def own_of(body: bytes, url: str = URL) -> Observation:
    reading = read_page(body, url=url, digest="d", at_us=5)
    assert reading.kind is PageKind.PRODUCT
    assert reading.observations[0].own_page
    return reading.observations[0]


@pytest.mark.parametrize("stated", ["Blue Mug — Studio", "Studio | Blue Mug", "Blue Mug"])
def test_the_shops_name_is_none_of_the_products(stated: str) -> None:
    site = '<meta property="og:site_name" content="Studio">'
    body = page(product(name=stated, offers=offer())).replace(b"<title>", f"{site}<title>".encode())
    assert own_of(body).name == "Blue Mug"


def test_every_field_is_read() -> None:
    observation = own_of(
        page(
            product(
                sku="BM-1",
                gtin13="4006381333931",
                brand={"@type": "Brand", "name": "Acme"},
                category="Home > Kitchen > Mugs",
                image=["/a.jpg", {"@type": "ImageObject", "url": "/b.jpg"}, "data:image/png;base64,x", "javascript:x"],
                description="<p>A mug &amp; more</p>",
                aggregateRating={"ratingValue": "4,5", "reviewCount": "12"},
                offers=offer(),
            )
        )
    )
    assert observation == Observation(
        url=URL,
        name="Blue Mug",
        source=Source.JSON_LD,
        page_url=URL,
        digest="d",
        at_us=5,
        own_page=True,
        price=Decimal("12.50"),
        currency="EUR",
        availability=Availability.IN_STOCK,
        sku="BM-1",
        gtin="4006381333931",
        brand="Acme",
        category=("Kitchen", "Mugs"),
        rating=observation.rating,
        images=("https://s.test/a.jpg", "https://s.test/b.jpg"),
        description="A mug & more",
    )
    assert observation.rating is not None
    assert (observation.rating.value, observation.rating.count) == (4.5, 12)


def test_complete_structured_data_is_all_that_is_read() -> None:
    body = page(
        product(offers=offer()), body="<h1>Blue Mug</h1><p class='price'>99,00 €</p><button>Add to cart</button>"
    )
    assert [observation.source for observation in read_page(body, url=URL).observations] == [Source.JSON_LD]


@pytest.mark.parametrize(
    ("stated", "price"),
    [
        ("12.50", "12.50"), (12.5, "12.5"), ("12,50", "12.50"), ("1.299,00", "1299.00"), ("1,299.00", "1299.00"),
        ("€ 12.50", "12.50"), ("12.50 EUR", "12.50"), ("From 12.50", "12.50"), (["12.50"], "12.50"), (1299, "1299"),
        ("0", None), (0, None), ("0.00", None), (-5, None), ("-5.00", None), ("free", None), ("", None), (None, None),
        ({"a": 1}, None), (True, None), ("9" * 100, None), ("1e9", "1e9"), ("1.2E3", "1200"), ("1e99", None),
        ("EUR 1.2E3", None),
    ],
)  # fmt: skip
def test_prices_come_in_many_spellings(stated: Any, price: str | None) -> None:
    observation = own_of(page(product(sku="1", offers=offer(stated))))
    assert observation.price == (None if price is None else Decimal(price))


@pytest.mark.parametrize(
    "specification",
    [
        {"priceType": "https://schema.org/ListPrice", "price": 20},
        {"priceType": "StrikethroughPrice", "price": "20.00"},
        {"priceType": "MSRP", "price": 20},
    ],
)
def test_a_price_before_stands_in_a_specification(specification: dict[str, Any]) -> None:
    observation = own_of(page(product(offers=offer(priceSpecification=[specification]))))
    assert (observation.price, observation.list_price) == (Decimal("12.50"), 20)


@pytest.mark.parametrize(
    "specification",
    [
        {"@type": "UnitPriceSpecification", "price": 5, "referenceQuantity": {"value": 100, "unitCode": "GRM"}},
        {"@type": "UnitPriceSpecification", "price": 5, "billingDuration": 1},
        {"@type": "DeliveryChargeSpecification", "price": 5},
        {"@type": "UnitPriceSpecification", "price": 5, "validForMemberTier": {"name": "Gold"}},
        {"@type": "UnitPriceSpecification", "price": 5, "eligibleQuantity": {"minValue": 10}},
    ],
)
def test_prices_of_other_things_are_none(specification: dict[str, Any]) -> None:
    specifications = [specification, {"@type": "UnitPriceSpecification", "price": 12.5}]
    raw = {"@type": "Offer", "priceCurrency": "EUR", "priceSpecification": specifications, "availability": "InStock"}
    assert own_of(page(product(offers=raw))).price == Decimal("12.5")


def test_used_goods_do_not_set_the_price_of_new_ones() -> None:
    offers = [offer("5.00", itemCondition="https://schema.org/UsedCondition"), offer("12.50")]
    assert own_of(page(product(offers=offers))).price == Decimal("12.50")


def test_offers_with_skus_are_variants_and_the_lowest_in_stock_is_the_price() -> None:
    offers = [offer("10", sku="S", availability="SoldOut"), offer("12.50", sku="L", name="Large")]
    observation = own_of(page(product(offers={"@type": "AggregateOffer", "lowPrice": "10", "offers": offers})))
    assert observation.price == Decimal("12.50")
    assert [(variant.name, variant.sku) for variant in observation.variants] == [("S", "S"), ("Large", "L")]


def test_a_products_kinds_side_by_side_are_its_variants() -> None:
    kinds = [
        product(name=f"Blue Mug - {size}", url=f"{URL}?variant={size}", offers=offer(price))
        for size, price in (("S", 10), ("L", 12))
    ]
    observation = own_of(page(*kinds))
    assert (observation.name, observation.price) == ("Blue Mug", 10)
    assert [variant.name for variant in observation.variants] == ["Blue Mug - S", "Blue Mug - L"]


def test_references_are_followed_and_circles_end() -> None:
    graph = {
        "@graph": [
            {"@type": "Product", "@id": "#p", "name": "Blue Mug", "offers": {"@id": "#o"}, "brand": {"@id": "#b"}},
            {"@id": "#o", **offer(), "itemOffered": {"@id": "#p"}},
            {"@id": "#b", "@type": "Brand", "name": "Acme", "owner": {"@id": "#b"}},
        ]
    }
    observation = own_of(page(graph))
    assert (observation.price, observation.brand) == (Decimal("12.50"), "Acme")


def test_breadcrumbs_give_the_categories_without_home_and_the_product() -> None:
    steps = [
        {"@type": "ListItem", "position": position, "name": name}
        for position, name in ((3, "Mugs"), (1, "Home"), (2, "Kitchen"), (4, "Blue Mug"))
    ]
    observation = own_of(page(product(offers=offer()), {"@type": "BreadcrumbList", "itemListElement": steps}))
    assert observation.category == ("Kitchen", "Mugs")


def test_shown_breadcrumbs_serve_where_no_data_names_any() -> None:
    crumbs = '<nav class="breadcrumb"><a href="/">Start</a><a href="/kitchen">Kitchen</a></nav><h1>Blue Mug</h1>'
    observations = read_page(page(product(offers=offer()), body=crumbs), url=URL).observations
    assert [(one.source, one.category) for one in observations] == [(Source.JSON_LD, ()), (Source.PAGE, ("Kitchen",))]


def test_products_that_are_only_spoken_of_are_nothing() -> None:
    related = {"@type": "Product", "name": "Red Mug", "offers": offer("9")}
    body = page(
        product(offers=offer(), isRelatedTo=[related], isSimilarTo=related),
        {"@type": "Review", "itemReviewed": related},
    )
    assert [observation.name for observation in read_page(body, url=URL).observations] == ["Blue Mug"]


@pytest.mark.parametrize("kind", ["Event", "Service", "Organization", "WebSite", "Course", "JobPosting"])
def test_what_is_no_product_is_none_however_many_offers_it_has(kind: str) -> None:
    item = {"@type": kind, "name": "Blue Mug", "url": URL, "offers": [offer(name="General", url=URL)]}
    assert read_page(page(item), url=URL).observations == []


def test_a_product_of_another_shop_is_none() -> None:
    foreign = product(name="Elsewhere", url="https://elsewhere.test/p/1", offers=offer())
    body = page(foreign, {"@type": "BlogPosting", "headline": "x"}, title="x", body="<h1>x</h1>")
    assert read_page(body, url=URL).observations == []


def test_a_canonical_address_is_the_products() -> None:
    body = page(product(offers=offer())).replace(
        b"<head>", b'<head><link rel="canonical" href="/products/blue-mug?utm_source=x">'
    )
    assert own_of(body, "https://s.test/collections/all/products/blue-mug").url == URL


@pytest.mark.parametrize("canonical", ["https://s.test/", "https://elsewhere.test/x", "javascript:x", "http://[::1"])
def test_a_canonical_address_that_is_none_is_left_alone(canonical: str) -> None:
    body = page(product(offers=offer())).replace(b"<head>", f'<head><link rel="canonical" href="{canonical}">'.encode())
    assert own_of(body).url == URL


def test_a_shop_that_knows_itself_by_another_host_keeps_the_one_it_is_read_at() -> None:
    body = page(product(url="https://real.test/products/blue-mug", offers=offer()))
    body = body.replace(b"<head>", b'<head><link rel="canonical" href="https://real.test/products/blue-mug">')
    body = body.replace(b"<h1>", b'<a href="https://real.test/collections/all">All</a><h1>')
    reading = read_page(body, url="http://127.0.0.1:81/products/blue-mug")
    assert reading.observations[0].url == "http://127.0.0.1:81/products/blue-mug"
    assert [link.url for link in reading.links] == ["http://127.0.0.1:81/collections/all"]


def test_microdata_elsewhere_on_the_page_belongs_to_its_item() -> None:
    body = b"""<div itemscope itemtype="https://schema.org/Product" itemref="price">
    <h1 itemprop="name">Blue Mug</h1></div>
    <div id="price" itemprop="offers" itemscope itemtype="https://schema.org/Offer">
    <meta itemprop="price" content="12.5">
    <meta itemprop="priceCurrency" content="EUR"></div>"""
    assert own_of(body).price == Decimal("12.5")


@pytest.mark.parametrize(("shown", "currency"), [("12,50 €", None), ("$12.50", "USD"), ("", "USD")])
def test_a_currency_that_the_page_contradicts_is_open(shown: str, currency: str | None) -> None:
    from magicai.shops.merging import merge

    body = page(
        product(offers=offer(priceCurrency="USD")), body=f"<h1>Blue Mug</h1><p class='price'>{shown}</p>", lang="en-US"
    )
    assert merge(read_page(body, url=URL).observations, "")[0].currency == currency


def test_names_hold_no_tricks() -> None:
    tricky = "Blue\u202e Mug\x00 <b>!</b> \ud83d" + "x" * 5_000
    name = own_of(page(product(name=tricky, url=URL, offers=offer()))).name
    assert name.startswith("Blue Mug ! ")
    assert len(name) <= 300
