"""The pages state what the truth says, and nothing else."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from magicai.shops.sample import TruthProduct, truth
from magicai.shops.sample.catalogue import Section, sections
from magicai.shops.sample.hydration import to_json
from magicai.shops.sample.page import SamplePage
from magicai.shops.sample.site import Site

BASE = "http://127.0.0.1:1"
BOTH = pytest.mark.parametrize("day", [1, 2])
STOCK = {
    "in_stock": ("In stock", "有货"),
    "out_of_stock": ("Sold out", "已售罄"),
    "preorder": ("Pre-order", "预售"),
    "backorder": ("On backorder", "缺货，可预订"),
}


def _decode(page: SamplePage) -> str:
    head = page.body[:400].decode("ascii", "ignore")
    charset = re.search(r'<meta charset="([\w-]+)">', head)
    assert charset, head
    return page.body.decode(charset[1])


def _source(site: Site, path: str) -> str:
    page = site.page(path)
    assert page.status == 200, path
    return _decode(page)


def _own(source: str) -> str:
    """A product's page without the other products that it shows."""
    source = re.sub(r'"(related|recommend)":\[.*?\]', "", source)
    return re.sub(r"<aside>.*?</aside>", "", source, flags=re.DOTALL)


def _text(source: str) -> str:
    without = re.sub(r"<(script|style).*?</\1>", " ", source, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", without))


def _scripts(source: str, attribute: str) -> list[str]:
    return re.findall(rf"<script[^>]*{re.escape(attribute)}[^>]*>(.*?)</script>", source, flags=re.DOTALL)


def _products(day: int) -> Iterator[tuple[Section, TruthProduct]]:
    by_address = {(product.url, product.name): product for product in truth(day).products}
    for section in sections(day):
        if section.reach == "open":
            for item in section.items:
                yield section, by_address[item.path, item.name]


def _written(amount: str, currency: str) -> str:
    """Independent of the shop's own formatting."""
    whole, _, cents = amount.partition(".")
    groups: list[str] = []
    while whole:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    if currency == "EUR":
        return f"{'.'.join(groups)},{cents}\N{NO-BREAK SPACE}€"
    return f"{','.join(groups)}.{cents}"


@BOTH
def test_every_page_of_a_product_states_all_of_it(day: int) -> None:
    site = Site(day, BASE)
    for section, product in _products(day):
        for path in (product.url, *product.other_urls):
            source = _own(_source(site, path))
            text = _text(source)
            assert product.name in text, path
            for amount in filter(None, (product.price, product.list_price)):
                assert _written(amount, section.currency) in text, (path, amount)
            if product.price:
                symbol = {"USD": "$", "EUR": "€", "CNY": "[¥￥]"}[section.currency]
                assert re.search(symbol.replace("$", r"\$"), text), path
            else:
                assert ("Price on request" in text) or ("请询价" in text)
            if product.availability != "unknown":
                assert any(word in text for word in STOCK[product.availability]), path
            for stated in filter(None, (product.sku, product.gtin, product.brand, product.description)):
                assert stated in html.unescape(source), (path, stated)
            for name in product.category:
                assert name in text, (path, name)
            for variant in product.variants:
                assert variant.name in text, (path, variant.name)
                assert _written(variant.price or "", section.currency) in text, (path, variant)
                assert not variant.sku or variant.sku in source, (path, variant)
            if product.rating:
                assert str(product.rating.value) in source, path
                assert str(product.rating.count) in source, path


@BOTH
def test_no_page_of_a_product_states_more_than_the_truth(day: int) -> None:
    site = Site(day, BASE)
    for section, product in _products(day):
        if not product.own_page:
            continue
        source = _own(_source(site, product.url))
        text = _text(source)
        numbers = {product.gtin, *(variant.gtin for variant in product.variants)} - {None}
        assert set(re.findall(r"\b952\d{10}\b", source)) == numbers, product.url
        if product.sku is None:
            assert not re.search(r"\n(SKU|货号)\n", text), product.url
        if product.brand is None:
            assert not re.search(r"\n(Brand|品牌)\n", text), product.url
        if product.availability == "unknown":
            assert not any(word in text for words in STOCK.values() for word in words), product.url
        if product.price is None:
            assert section.currency not in source, product.url
        if product.rating is None:
            assert "Rated" not in text, product.url
            assert "aggregateRating" not in source, product.url


@BOTH
def test_linked_data_agrees_with_the_truth(day: int) -> None:
    site = Site(day, BASE)
    forms: set[str] = set()
    for section, product in _products(day):
        if section.markup != "json-ld":
            continue
        blocks = [json.loads(text) for text in _scripts(_source(site, product.url), "ld+json")]
        things = [thing for block in blocks for thing in block.get("@graph", [block])]
        (thing,) = [thing for thing in things if thing["@type"] in ("Product", "ProductGroup")]
        offers = _offers(thing)
        forms.add(thing["@type"] if "@graph" not in blocks[0] else "@graph")
        assert thing["name"] == product.name
        assert thing.get("sku") == product.sku
        assert thing.get("gtin13") == product.gtin
        assert thing.get("brand") == ({"@type": "Brand", "name": product.brand} if product.brand else None)
        struck = {offer["priceSpecification"]["price"] for offer in offers if "priceSpecification" in offer}
        assert struck == ({product.list_price} if product.list_price else set())
        in_stock = [offer for offer in offers if offer.get("availability", "").endswith("/InStock")]
        prices = [float(offer["price"]) for offer in in_stock or offers if "price" in offer]
        assert (min(prices) if prices else None) == (float(product.price) if product.price else None)
        assert bool(in_stock) == (product.availability == "in_stock")
        (crumbs,) = [thing for thing in things if thing["@type"] == "BreadcrumbList"]
        names = [entry["name"] for entry in crumbs["itemListElement"]]
        assert names == ["Home", *product.category, product.name]
    assert forms == {"Product", "ProductGroup", "@graph"}


def _offers(thing: dict[str, Any]) -> list[dict[str, Any]]:
    if "hasVariant" in thing:
        return [variant["offers"] for variant in thing["hasVariant"]]
    offers = thing["offers"]
    return cast("list[dict[str, Any]]", offers) if isinstance(offers, list) else offers.get("offers", [offers])


@BOTH
def test_hydration_data_agrees_with_the_truth(day: int) -> None:
    site = Site(day, BASE)
    seen: set[str] = set()
    for section, product in _products(day):
        source = _source(site, product.url)
        if section.markup == "next":
            (text,) = _scripts(source, "__NEXT_DATA__")
            data = json.loads(text)["props"]["pageProps"]["product"]
            name, price, gtin = data["title"], data.get("price", {}).get("amount"), data.get("gtin")
        elif section.markup == "nuxt":
            (text,) = _scripts(source, "__NUXT_DATA__")
            (data,) = [value for key, value in _unflatten(json.loads(text))["data"].items() if key.startswith("pen-")]
            name, price, gtin = data["name"], f"{data['price']:.2f}", data.get("ean")
        elif section.markup == "state":
            (text,) = re.findall(r"<script>window\.__INITIAL_STATE__=(.*?);</script>", source)
            data = json.loads(text)["goods"]["detail"]
            name, price, gtin = data["title"], data.get("price"), data.get("barcode")
        else:
            continue
        seen.add(section.markup)
        assert (name, price, gtin) == (product.name, product.price, product.gtin)
    assert seen == {"next", "nuxt", "state"}


def _unflatten(values: list[Any]) -> dict[str, Any]:
    def at(index: int) -> Any:
        return members(values[index])

    def members(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: at(place) for key, place in cast("dict[str, int]", value).items()}
        return [at(place) for place in cast("list[int]", value)] if isinstance(value, list) else value

    return at(0)


@BOTH
def test_open_graph_agrees_with_the_truth(day: int) -> None:
    site = Site(day, BASE)
    checked = 0
    for section, product in _products(day):
        if section.markup != "opengraph":
            continue
        metas = re.findall(r'<meta property="([^"]+)" content="([^"]*)">', _source(site, product.url))
        stated = {name: html.unescape(content) for name, content in metas}
        assert stated["og:title"] == product.name
        assert stated.get("product:price:amount") == product.price
        assert stated.get("product:price:currency") == product.currency
        assert stated.get("product:original_price:amount") == product.list_price
        assert stated.get("product:ean") == product.gtin
        checked += 1
    assert checked == 10


@BOTH
def test_microdata_agrees_with_the_truth(day: int) -> None:
    site = Site(day, BASE)
    for section, product in _products(day):
        if section.markup == "microdata":
            source = _source(site, product.url)
            offers = re.findall(r'itemprop="price" content="([\d.]+)"', source)
            assert offers == ([variant.price for variant in product.variants] or [product.price])
            assert source.count('itemprop="priceCurrency" content="USD"') == len(offers)


def test_nothing_in_a_name_becomes_markup() -> None:
    site = Site(1, BASE)
    for path in ("/stationery/paper/", "/stationery/item/5003"):
        source = _source(site, path)
        assert "&lt;script&gt;alert(" in source
        assert "<script>alert(" not in source


def test_data_in_scripts_cannot_end_its_element() -> None:
    assert "</script" not in to_json({"name": "</script><script>alert(1)</script>"})


@BOTH
def test_chinese_pages_declare_their_charset_and_language(day: int) -> None:
    site = Site(day, BASE)
    charsets: set[str] = set()
    for path in ("/zh/", "/zh/tea/1201.html", "/zh/ware/", "/zh/ware/index_2.html", "/zh/ware/1301.html"):
        page = site.page(path)
        source = _decode(page)
        assert '<html lang="zh-CN">' in source
        assert "茶" in source
        declared = re.search(r'<meta charset="([\w-]+)">', source)
        assert declared
        charsets.add(declared[1])
        # Old shops leave it to the page: a header that says otherwise would win.
        assert ("charset" in page.content_type) == (declared[1] == "utf-8")
    assert charsets == {"utf-8", "gbk"}


@BOTH
def test_the_part_that_scripts_draw_holds_no_product(day: int) -> None:
    site = Site(day, BASE)
    outlet = [product for product in truth(day, rendered=True).products if product.rendered]
    data = json.loads(site.page("/api/outlet.json").body)
    assert {entry["path"] for entry in data["products"]} == {product.url for product in outlet}
    for product in outlet:
        for path in ("/outlet/", product.url):
            assert product.name not in html.unescape(_source(site, path))
        detail = json.loads(site.page(f"/api{product.url.replace('/p/', '/')}.json").body)
        assert (detail["name"], f"{detail['now']:.2f}", detail["sku"]) == (product.name, product.price, product.sku)
        assert (detail["stock"], detail["category"]) == (product.availability, list(product.category))
        assert detail["was"] == (float(product.list_price) if product.list_price else None)


@BOTH
def test_a_second_address_names_the_first_where_it_should(day: int) -> None:
    site = Site(day, BASE)
    canonical: list[bool] = []
    for product in truth(day).products:
        for path in product.other_urls:
            named = re.findall(r'<link rel="canonical" href="([^"]+)">', _source(site, path))
            assert named in ([BASE + product.url], [])
            canonical.append(bool(named))
            if not named:
                assert product.sku
                assert product.gtin is None
    assert sorted(canonical) == [False, True, True]


def _walk(site: Site) -> dict[str, str]:
    """Path to source of every page that links lead to from the front page, traps left alone."""
    pages: dict[str, str] = {}
    queue = ["/"]
    while queue:
        path = queue.pop()
        if path in pages or path.startswith("/events/"):
            continue
        page = site.page(path)
        assert page.status == 200, path
        if not page.content_type.startswith("text/html"):
            pages[path] = ""
            continue
        pages[path] = _decode(page)
        queue += [html.unescape(link) for link in re.findall(r'(?:href|src)="(/[^"]*)"', _clean(pages[path]))]
    return pages


def _clean(source: str) -> str:
    """Without session ids, and without links to other orders."""
    source = re.sub(r'(\?|&amp;)sid=[^"&]*', "", source)
    return re.sub(r'<p class="orders">.*?</p>', "", source, flags=re.DOTALL)


@BOTH
def test_links_lead_from_the_front_page_to_every_product_and_none_is_broken(day: int) -> None:
    pages = _walk(Site(day, BASE))
    for product in truth(day).products:
        for path in (product.url, *product.other_urls):
            assert path in pages, path
    for _, path in truth(day).forbidden:
        assert path in pages, "it is robots.txt that keeps a crawl out, not a missing link"


@BOTH
def test_listings_never_contradict_the_truth(day: int) -> None:
    prices = {product.url: product.price for product in truth(day).products}
    prices |= {path: product.price for product in truth(day).products for path in product.other_urls}
    cards = 0
    for path, source in _walk(Site(day, BASE)).items():
        for card in re.findall(r'<article class="card".*?</article>', source, flags=re.DOTALL):
            link = re.search(r'href="(/[^"?]*)', card)
            assert link
            if link[1] in prices:
                figure = re.search(r"<strong>[^<\d]*([\d.,]+)?", card)
                assert figure, card
                digits = re.sub(r"\D", "", prices[link[1]] or "")
                assert re.sub(r"\D", "", figure[1] or "") == digits, (path, card)
                cards += 1
    assert cards > 200


def test_traps_have_no_end_and_name_the_page_that_counts() -> None:
    site = Site(1, BASE)
    path = "/events/"
    seen: set[str] = set()
    for _ in range(40):
        later = re.search(r'href="([^"]+)" rel="next"', _source(site, path))
        assert later
        path = later[1]
        assert path not in seen
        seen.add(path)
    sorted_page = _source(site, "/kitchen/?sort=price-desc&page=2")
    assert f'<link rel="canonical" href="{BASE}/kitchen/?page=2">' in sorted_page
    assert "/kitchen/?page=3&amp;sort=price-desc" in sorted_page
    lighting = _source(site, "/lighting/?sid=abc")
    assert "/lighting/heron-desk-lamp.html?sid=" in lighting
    assert f'<link rel="canonical" href="{BASE}/lighting/">' in lighting


MISSING = """
/nothing /kitchen/?page=9 /kitchen/?page=x /lighting/?page=-1 /zh/ware/index_9.html /events/2026/13/ /events/9/9/
"""


@pytest.mark.parametrize("path", MISSING.split())
def test_what_is_not_there_is_not_found(path: str) -> None:
    page = Site(1, BASE).page(path)
    assert page.status == 404
    assert "front door" in _decode(page)


def test_an_address_without_its_slash_leads_on() -> None:
    page = Site(1, BASE).page("/kitchen")
    assert (page.status, page.location) == (301, "/kitchen/")


@BOTH
def test_the_charset_is_named_early_enough_to_be_found(day: int) -> None:
    for path, source in _walk(Site(day, BASE)).items():
        if source:
            assert "<meta charset=" in source[:1024], path


def test_paths_in_the_truth_have_neither_host_nor_query() -> None:
    for product in truth(1, rendered=True).products:
        parts = urlsplit(product.url)
        assert (parts.scheme, parts.netloc, parts.query) == ("", "", "")
