"""Sitemaps are read whatever shape they are in, and cannot do harm."""

import gzip

import pytest

from magicai.crawling.sitemaps import read_sitemap

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def test_reads_addresses_and_nothing_else() -> None:
    found = read_sitemap(
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
          <url><loc> https://shop.example/a?x=1&amp;y=2 </loc><lastmod>2026-11-24</lastmod>
            <image:image><image:loc>https://cdn.example/a.jpg</image:loc></image:image></url>
          <url><loc>https://shop.example/b</loc></url>
        </urlset>""".encode()
    )
    assert found.pages == ["https://shop.example/a?x=1&y=2", "https://shop.example/b"]
    assert (found.maps, found.whole, found.fault) == ([], True, "")


def test_reads_an_index() -> None:
    found = read_sitemap(
        f"<sitemapindex {NS}><sitemap><loc>https://s.example/1.xml.gz</loc></sitemap></sitemapindex>".encode()
    )
    assert (found.maps, found.pages) == (["https://s.example/1.xml.gz"], [])


def test_reads_compressed_and_plain_ones() -> None:
    body = f"\ufeff<urlset {NS}><url><loc>https://s.example/a</loc></url></urlset>".encode()
    assert read_sitemap(gzip.compress(body)).pages == ["https://s.example/a"]
    assert read_sitemap(b"https://s.example/a\nhttps://s.example/b\n").pages == [
        "https://s.example/a",
        "https://s.example/b",
    ]


def test_reads_a_broken_one_up_to_where_it_breaks() -> None:
    found = read_sitemap(f"<urlset {NS}><url><loc>https://s.example/a</loc></url><url><loc>https://s".encode())
    assert (found.pages, found.whole) == (["https://s.example/a"], False)


def test_names_what_is_no_sitemap() -> None:
    assert read_sitemap(b"<!doctype html><html><body><p>Not found<br></body></html>").fault
    assert read_sitemap(b"").fault
    assert read_sitemap(b"\x1f\x8bnothing").fault


@pytest.mark.parametrize(
    "entity", ['<!ENTITY x "https://s.example/expanded">', '<!ENTITY x SYSTEM "file:///etc/hostname">']
)
def test_expands_no_entity_and_loads_nothing(entity: str) -> None:
    found = read_sitemap(f"<!DOCTYPE urlset [{entity}]><urlset {NS}><url><loc>&x;</loc></url></urlset>".encode())
    assert found.pages == []


def test_a_bomb_of_entities_does_no_harm() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{laughs}]>'
    assert read_sitemap(f"{bomb}<urlset {NS}><url><loc>&l12;</loc></url></urlset>".encode()).pages == []


def test_stops_at_a_compressed_bomb() -> None:
    assert "more than" in read_sitemap(gzip.compress(b" " * 60_000_000)).fault


def test_takes_no_more_than_the_protocol_allows() -> None:
    body = (
        f"<urlset {NS}>" + "".join(f"<url><loc>https://s.example/{n}</loc></url>" for n in range(50_100)) + "</urlset>"
    )
    found = read_sitemap(body.encode())
    assert (len(found.pages), found.whole) == (50_000, False)
