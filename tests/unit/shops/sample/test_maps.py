import gzip
import re
from urllib.parse import urlsplit

import pytest
from protego import Protego

from magicai.shops.sample import truth
from magicai.shops.sample.site import Site

BASE = "http://127.0.0.1:1"
AGENT = "MagicAI"
BOTH = pytest.mark.parametrize("day", [1, 2])


def _robots(site: Site) -> Protego:
    return Protego.parse(site.page("/robots.txt").body.decode())


def _locations(site: Site, path: str) -> list[str]:
    body = site.page(path).body
    text = (gzip.decompress(body) if path.endswith(".gz") else body).decode()
    locations = re.findall(r"<loc>([^<]+)</loc>", text)
    assert all(location.startswith(f"{BASE}/") for location in locations)
    return [location.removeprefix(BASE) for location in locations]


def _mapped(site: Site) -> list[str]:
    return [path for part in _locations(site, "/sitemap.xml") for path in _locations(site, part)]


def test_robots_txt_names_the_sitemap() -> None:
    assert list(_robots(Site(1, BASE)).sitemaps) == [f"{BASE}/sitemap.xml"]


@BOTH
def test_robots_txt_forbids_the_forbidden_products_and_no_other(day: int) -> None:
    robots = _robots(Site(day, BASE))
    everything = truth(day, rendered=True)
    for _, path in everything.forbidden:
        assert not robots.can_fetch(BASE + path, AGENT), path
    for product in everything.products:
        for path in (product.url, *product.other_urls):
            assert robots.can_fetch(BASE + path, AGENT), path


def test_one_product_is_allowed_below_a_forbidden_folder() -> None:
    robots = _robots(Site(1, BASE))
    assert any(product.url.startswith("/outdoor/lab/open/") for product in truth(1).products)
    assert not robots.can_fetch(f"{BASE}/outdoor/lab/anything", AGENT)


@BOTH
def test_the_sitemap_leads_to_nothing_that_is_forbidden(day: int) -> None:
    site = Site(day, BASE)
    robots = _robots(site)
    paths = _mapped(site)
    assert len(paths) > 100
    assert len(set(paths)) == len(paths)
    for path in paths:
        assert robots.can_fetch(BASE + path, AGENT), path
        assert not path.startswith("/events/"), path
        assert "sort=" not in urlsplit(path).query


def test_the_sitemap_lags_behind_on_the_second_day() -> None:
    first, second = Site(1, BASE), Site(2, BASE)
    assert {first.page(path).status for path in _mapped(first)} == {200}
    stale = {path: second.page(path).status for path in _mapped(second) if second.page(path).status != 200}
    assert stale == {"/kitchen/p/balloon-whisk": 410, "/zh/ware/1308.html": 404}


def test_some_products_are_found_by_links_alone() -> None:
    missing = {product.url for product in truth(1).products} - set(_mapped(Site(1, BASE)))
    assert any(path.startswith("/stationery/item/") for path in missing)
