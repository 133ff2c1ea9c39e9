"""What the shop tells robots: robots.txt, and a sitemap in parts."""

import gzip
from collections.abc import Iterable
from functools import partial
from xml.sax.saxutils import escape

from magicai.shops.sample.catalogue import Section, sections, shop
from magicai.shops.sample.page import Query, Routes, SamplePage, plain

# The bindery keeps no sitemap: its products are found by links alone.
_UNMAPPED = ("paper", "sundries")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_XML = "application/xml"


def routes(day: int, base: str) -> Routes:
    """robots.txt and the sitemaps, by path."""
    # mtime is part of what gzip writes: the same map must be the same bytes.
    chinese = gzip.compress(_urlset(base, _goods(day, "zh")).encode(), mtime=0)
    return {
        "/robots.txt": partial(_robots, base),
        "/sitemap.xml": partial(_index, base),
        "/sitemap-pages.xml": lambda _query: plain(_urlset(base, _pages(day)), _XML),
        "/sitemap-goods.xml": lambda _query: plain(_urlset(base, _goods(day, "en")), _XML),
        "/sitemap-zh.xml.gz": lambda _query: SamplePage(chinese, content_type="application/gzip"),
    }


def _robots(base: str, _query: Query) -> SamplePage:
    return plain(
        "User-agent: *\n"
        "Disallow: /trade/\n"
        "Disallow: /basket\n"
        "Disallow: /outdoor/lab/\n"
        "Allow: /outdoor/lab/open/\n"
        "\n"
        "User-agent: EverythingHoarder\n"
        "Disallow: /\n"
        "\n"
        f"Sitemap: {base}/sitemap.xml\n"
    )


def _index(base: str, _query: Query) -> SamplePage:
    parts = ("/sitemap-pages.xml", "/sitemap-goods.xml", "/sitemap-zh.xml.gz")
    entries = "\n".join(f"<sitemap><loc>{escape(base + part)}</loc></sitemap>" for part in parts)
    return plain(f'{_DECLARATION}\n<sitemapindex xmlns="{_NAMESPACE}">\n{entries}\n</sitemapindex>\n', _XML)


def _urlset(base: str, paths: Iterable[str]) -> str:
    entries = "\n".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    return f'{_DECLARATION}\n<urlset xmlns="{_NAMESPACE}">\n{entries}\n</urlset>\n'


def _pages(day: int) -> list[str]:
    listings = [path for section in _mapped(day) for path, _, _ in section.pages()]
    doors = [workshop["path"] for workshop in shop()["workshop"]]
    journal = [f"/journal/{article['slug']}/" for article in shop()["article"]]
    return list(dict.fromkeys(["/", *doors, "/gifts/", *listings, "/about/", "/delivery/", "/journal/", *journal]))


def _goods(day: int, language: str) -> list[str]:
    mapped = [section for section in _mapped(day) if section.language == language and section.reach == "open"]
    here = [item.path for section in mapped for item in section.items]
    return here + [gone.path for section in mapped for gone in section.gone if gone.in_sitemap]


def _mapped(day: int) -> list[Section]:
    return [section for section in sections(day) if section.reach != "forbidden" and section.key not in _UNMAPPED]
