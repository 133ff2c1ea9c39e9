"""The measuring shops state what they are said to state, and lead to all of it."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from benchmarks.shop_systems import SYSTEMS, Options
from benchmarks.shop_systems.catalogue import load
from benchmarks.shop_systems.money import LOCALES
from benchmarks.shop_systems.system import Expected, System
from benchmarks.shop_systems.systems import BY_NAME
from benchmarks.shop_systems.words import LANGUAGES, words

BASE = "http://shop.test"
STRUCTURED = ("shopify", "woocommerce", "magento", "prestashop", "shopware", "opencart")


def shop(market: Path, system: str, **options: Any) -> System:
    chosen = Options(**options)
    return BY_NAME[system](load(market, chosen.limit), chosen, BASE)


def get(system: System, url: str) -> str:
    parts = urlsplit(url)
    answer = system.respond(unquote(parts.path), dict(parse_qsl(parts.query)))
    assert answer.status == 200, url
    return answer.body.decode()


class _Reader(HTMLParser):
    """Visible text, links and JSON scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.links, self.data = "", list[str](), list[Any]()
        self._script: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self._script = given.get("type") or "text/javascript"
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is None:
            self.text += data
        elif "json" in self._script:
            self.data.append(json.loads(data))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def reachable(system: System) -> set[str]:
    """All addresses that links, and paths in hydration data, lead to from the front page."""
    seen, todo = set[str](), ["/"]
    while todo:
        url = todo.pop()
        path = url.removeprefix(BASE).partition("#")[0]
        if path in seen or not path.startswith("/") or path.startswith("/_next"):
            continue
        seen.add(path)
        parts = urlsplit(path)
        answer = system.respond(unquote(parts.path), dict(parse_qsl(parts.query)))
        if answer.status == 200 and answer.content_type.startswith("text/html"):
            page = answer.body.decode()
            todo += _Reader(page).links + re.findall(r'"path": "([^"]+)"', page)
    return seen


@pytest.mark.parametrize(
    ("name", "locale"), [*((name, BY_NAME[name].locale) for name in SYSTEMS), *(("bare", locale) for locale in LOCALES)]
)
def test_every_product_has_a_page_with_its_name_and_price_in_the_shops_format(
    market: Path, name: str, locale: str
) -> None:
    system = shop(market, name, locale=locale)
    for expected in system.expected():
        page = get(system, expected.path)
        if name == "nextjs":
            product = json.loads(page.partition('type="application/json">')[2].partition("</script>")[0])
            data = product["props"]["pageProps"]["product"]
            assert data["name"] == expected.name
            continue
        text = squeezed(_Reader(page).text)
        assert squeezed(expected.name) in text
        if expected.price is not None:
            assert squeezed(LOCALES[locale].money(expected.price)) in text


@pytest.mark.parametrize("name", SYSTEMS)
def test_links_lead_from_the_front_page_to_every_product_and_every_page_of_every_list(
    market: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BY_NAME[name], "per_page", 4)
    system = shop(market, name)
    found = reachable(system)
    for expected in system.expected():
        assert expected.path in found, expected.name
    for listing in (system.everything, *system.categories):
        for page in range(1, system.sheet(listing, 1).pages + 1):
            assert system.page_url(listing, page) in found, (listing.title, page)


@pytest.mark.parametrize(
    ("locale", "text"),
    {
        "en-US": "$1,299.50",
        "en-CA": "$1,299.50",
        "en-GB": "£1,299.50",
        "de-DE": "1.299,50\u00a0€",
        "de-CH": "CHF\u00a01’299.50",
        "de-CH-ascii": "CHF 1'299.50",
        "fr-FR": "1\u202f299,50\u00a0€",
        "sv-SE": "1\u00a0299,50 kr",
        "zh-CN": "¥1,299.50",
        "zh-CN-yuan": "1299.50元",
    }.items(),
)
def test_amounts_are_written_as_in_the_country(locale: str, text: str) -> None:
    assert LOCALES[locale].money("1299.5") == text


@pytest.mark.parametrize("name", SYSTEMS)
def test_pages_without_structured_data_have_none(market: Path, name: str) -> None:
    system = shop(market, name, structured=False)
    for path in ("/", *(expected.path for expected in system.expected())):
        page = get(system, path)
        for mark in ("application/ld+json", "itemprop", "og:price", "product:price", "schema.org/InStock"):
            assert mark not in page


@pytest.mark.parametrize("name", STRUCTURED)
def test_structured_data_state_the_expected_price_and_currency(market: Path, name: str) -> None:
    system = shop(market, name, structured=True)
    for expected in system.expected():
        page = unescape(get(system, expected.path))
        if expected.price is None:
            continue
        amounts = set(re.findall(r'"(?:price|lowPrice)": "([\d.]+)"|itemprop="price" content="([\d.]+)"', page))
        assert any(expected.price.compare(type(expected.price)(a or b)) == 0 for a, b in amounts), expected.name
        assert f'"{expected.currency}"' in page


def test_sold_out_products_are_shown_as_each_system_shows_them(market: Path) -> None:
    marks = {
        "shopify": '<button id="ProductSubmitButton-main" type="submit" name="add" class="product-form__submit '
        'button button--full-width button--secondary" disabled>',
        "woocommerce": '<p class="stock out-of-stock">Out of stock</p>',
        "magento": '<div class="stock unavailable" title="Availability"><span>Out of stock</span></div>',
        "prestashop": '<i class="material-icons product-unavailable">&#xE14B;</i> Out-of-Stock',
        "shopware": "delivery-information delivery-soldout",
        "opencart": "<li>Availability: Out Of Stock</li>",
        "bare": '<div class="vk-st vk-st--r"><u></u>Sold out</div>',
        "nextjs": '"availableForSale": false',
    }
    for name in SYSTEMS:
        system = shop(market, name, locale="en-GB", noise=frozenset())
        gone = next(e for e in system.expected() if e.name == "Rain Hat Skerry")
        there = next(e for e in system.expected() if e.name == "Linen Apron")
        assert gone.availability == "out_of_stock"
        assert marks[name] in get(system, gone.path), name
        assert marks[name] not in get(system, there.path), name


def test_a_price_that_depends_on_the_size_is_the_lowest_in_stock(market: Path) -> None:
    by_system = {name: _named(shop(market, name), "Fisherman's Sweater") for name in SYSTEMS}
    # The smallest is sold out where pages say so by size.
    assert str(by_system["shopify"].price) == str(by_system["nextjs"].price) == "231.00"
    assert str(by_system["woocommerce"].price) == "210.00"
    assert _named(shop(market, "shopify", variants=False), "Fisherman's Sweater").price == 210


def test_a_product_without_a_price_has_no_amount_on_its_page(market: Path) -> None:
    for name in SYSTEMS:
        system = shop(market, name, locale="en-GB", noise=frozenset())
        clock = _named(system, "Grandfather Clock, Restored")
        assert clock.price is None
        assert clock.currency is None
        assert "£1" not in get(system, clock.path)


@pytest.mark.parametrize("name", SYSTEMS)
def test_listings_show_each_product_once_over_their_pages(
    market: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BY_NAME[name], "per_page", 5)
    system = shop(market, name, noise=frozenset())
    everything = system.everything
    pages = [get(system, system.page_url(everything, page)) for page in range(1, system.sheet(everything, 1).pages + 1)]
    assert len(pages) == 5
    for item in system.items:
        url = unescape(system.listed_url(item, everything))
        having = [url + '"' in unescape(page) for page in pages]
        assert having.count(True) == 1, item.name


def test_noise_can_be_left_out(market: Path) -> None:
    loud, quiet = shop(market, "woocommerce"), shop(market, "woocommerce", noise=frozenset())
    path = loud.expected()[0].path
    for mark in ("related products", "cookie-banner", "newsletter", "instalments", "product-addons", "£50.00"):
        assert mark in get(loud, path)
        assert mark not in get(quiet, path)


def test_interfaces_answer_only_where_they_are_switched_on(market: Path) -> None:
    addresses = {"shopify": "/products.json", "woocommerce": "/wp-json/wc/store/v1/products"}
    for name, address in addresses.items():
        assert shop(market, name).respond(address, {}).status == 404
        answer = json.loads(get(shop(market, name, api=True), address + "?limit=250&per_page=100"))
        rows = answer["products"] if name == "shopify" else answer
        assert len(rows) == 24


def test_sitemaps_and_robots_are_those_of_the_system(market: Path) -> None:
    for name, sitemap in {
        "shopify": "/sitemap.xml",
        "woocommerce": "/wp-sitemap.xml",
        "magento": "/sitemap.xml",
        "prestashop": "/1_index_sitemap.xml",
        "shopware": "/sitemap.xml",
        "nextjs": "/sitemap.xml",
    }.items():
        system = shop(market, name)
        assert f"Sitemap: {BASE}{sitemap}" in get(system, "/robots.txt")
        assert "<loc>" in get(system, sitemap)
    assert shop(market, "opencart").respond("/robots.txt", {}).status == 404
    assert "Sitemap" not in get(shop(market, "bare"), "/robots.txt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_interface_words_are_complete_in_every_language(language: str) -> None:
    english = words("en", "bare")
    spoken = words(language, "bare")
    assert spoken.keys() == english.keys()
    for key, text in english.items():
        assert set(re.findall(r"{\w+}", spoken[key])) == set(re.findall(r"{\w+}", text)), key


def test_an_unknown_noise_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="fireworks"):
        Options(noise=frozenset({"fireworks"}))


def test_structured_data_cannot_be_asked_of_a_shop_that_has_none(market: Path) -> None:
    with pytest.raises(ValueError, match="bare has no structured data"):
        shop(market, "bare", structured=True)


def test_a_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"rows": []}')
    with pytest.raises(ValueError, match=r"other\.json is no catalogue"):
        load(other)


def _named(system: System, name: str) -> Expected:
    return next(expected for expected in system.expected() if expected.name == name)
