"""Sitemaps are read whatever shape they are in, and cannot do harm."""

import asyncio
import gzip
import tracemalloc

import pytest

from magicai.shops.crawling.sitemaps import Sitemap, read_sitemap

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def test_a_list_of_a_million_other_things_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.shops.crawling.sitemaps._MOST_ELEMENTS", 100)
    found = read(f"<urlset {NS}><url><loc>https://s.test/1</loc></url>{'<x/>' * 200}</urlset>".encode())
    assert not found.whole
    assert found.pages == ["https://s.test/1"]


def read(body: bytes) -> Sitemap:
    return asyncio.run(read_sitemap(body))


def test_reads_addresses_and_nothing_else() -> None:
    found = read(
        f"""<?xml version="1.0" encoding="UTF-8"?>
        <urlset {NS} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
          <url><loc> https://shop.example/a?x=1&amp;y=2 </loc><lastmod>2026-11-24</lastmod>
            <image:image><image:loc>https://cdn.example/a.jpg</image:loc></image:image></url>
          <url><loc>https://shop.example/b</loc></url>
        </urlset>""".encode()
    )
    assert found.pages == ["https://shop.example/a?x=1&y=2", "https://shop.example/b"]
    assert (found.maps, found.whole, found.fault) == ([], True, None)


def test_reads_an_index() -> None:
    found = read(f"<sitemapindex {NS}><sitemap><loc>https://s.example/1.xml.gz</loc></sitemap></sitemapindex>".encode())
    assert (found.maps, found.pages) == (["https://s.example/1.xml.gz"], [])


def test_reads_compressed_and_plain_ones() -> None:
    body = f"\ufeff<urlset {NS}><url><loc>https://s.example/a</loc></url></urlset>".encode()
    assert read(gzip.compress(body)).pages == ["https://s.example/a"]
    assert read(b"https://s.example/a\nhttps://s.example/b\n").pages == [
        "https://s.example/a",
        "https://s.example/b",
    ]


def test_reads_a_broken_one_up_to_where_it_breaks() -> None:
    found = read(f"<urlset {NS}><url><loc>https://s.example/a</loc></url><url><loc>https://s".encode())
    assert (found.pages, found.whole) == (["https://s.example/a"], False)


def test_names_what_is_no_sitemap() -> None:
    assert read(b"<!doctype html><html><body><p>Not found<br></body></html>").fault
    assert read(b"").fault
    assert read(b"\x1f\x8bnothing").fault


@pytest.mark.parametrize(
    "entity", ['<!ENTITY x "https://s.example/expanded">', '<!ENTITY x SYSTEM "file:///etc/hostname">']
)
def test_expands_no_entity_and_loads_nothing(entity: str) -> None:
    found = read(f"<!DOCTYPE urlset [{entity}]><urlset {NS}><url><loc>&x;</loc></url></urlset>".encode())
    assert found.pages == []


def test_a_bomb_of_entities_does_no_harm() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{laughs}]>'
    assert read(f"{bomb}<urlset {NS}><url><loc>&l12;</loc></url></urlset>".encode()).pages == []


def test_stops_at_a_compressed_bomb() -> None:
    fault = read(gzip.compress(b" " * 60_000_000)).fault
    assert fault is not None
    assert fault.code == "sitemap_too_large"


def test_takes_no_more_than_the_protocol_allows() -> None:
    body = (
        f"<urlset {NS}>" + "".join(f"<url><loc>https://s.example/{n}</loc></url>" for n in range(50_100)) + "</urlset>"
    )
    found = read(body.encode())
    assert (len(found.pages), found.whole) == (50_000, False)


def test_takes_no_more_than_the_protocol_allows_from_plain_text() -> None:
    found = read("\n".join(f"https://s.example/{n}" for n in range(50_100)).encode())
    assert (len(found.pages), found.whole) == (50_000, False)
    assert read("\n".join(f"https://s.example/{n}" for n in range(50_000)).encode()).whole


def test_what_one_address_holds_does_not_make_more_of_it() -> None:
    """A NUL ended addresses, so that one word gave as many as a shop liked."""
    addresses = [f"https://s.example/{n}" for n in range(100)]
    found = read("\0".join(addresses).encode())
    assert found.pages == ["\0".join(addresses)]
    broken = b"https://s.example/" + bytes(range(0x80, 0x100)) + b"\xe3\x80"
    assert read(broken + b"\n" + broken).pages == [broken.decode(errors="replace")] * 2


@pytest.mark.parametrize("text", ["http://a" + "a\u3041" * 500_000, "http://a\n" * 300_000, "\n" * 3_000_000])
def test_lines_of_any_length_and_number_take_little_memory(text: str) -> None:
    body = text.encode()
    tracemalloc.start()
    read(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * len(body)


def test_parts_that_were_compressed_one_by_one_are_read_together() -> None:
    first, second = (gzip.compress(f"https://s.example/{name}\n".encode()) for name in "ab")
    found = read(first + second)
    assert (found.pages, found.whole) == (["https://s.example/a", "https://s.example/b"], True)


def test_a_compressed_one_that_was_cut_off_is_not_whole() -> None:
    packed = gzip.compress("\n".join(f"https://s.example/{n * n}" for n in range(3_000)).encode())
    for cut in (packed[: len(packed) // 2], packed + packed[: len(packed) // 2]):
        found = read(cut)
        assert len(found.pages) > 1_000
        assert not found.whole


@pytest.mark.parametrize("before", ["", "<!-- made by hand -->", '<?xml-stylesheet href="x.xsl"?>'])
@pytest.mark.parametrize("root", ["url", "sitemap", "urlset"])
def test_what_stands_before_a_root_of_any_name_does_no_harm(before: str, root: str) -> None:
    found = read(f"{before}<{root}><url><loc>https://s.example/a</loc></url></{root}>".encode())
    assert found.pages == ["https://s.example/a"]


def test_an_address_longer_than_any_is_left_alone() -> None:
    found = read(f"https://s.example/{'x' * 100_000}\nhttps://s.example/a".encode())
    assert (found.pages, found.whole) == (["https://s.example/a"], True)


@pytest.mark.parametrize("filling", ["<!---->" * 100_000, "<x/>" * 100_000])
async def test_others_go_on_while_what_lists_nothing_is_read(filling: str) -> None:
    assert await turns_while(f"<urlset>{filling}<url><loc>https://s.example/a</loc></url></urlset>") > 20
    assert await turns_while("https://s.example/a" + "\n" * 5_000 + "https://s.example/b") > 2


async def test_others_go_on_while_a_large_one_is_read() -> None:
    body = "".join(f"<url><loc>https://s.example/{n}</loc></url>" for n in range(20_000))
    assert await turns_while(f"<urlset {NS}>{body}</urlset>") > 20


async def turns_while(body: str) -> int:
    """How often another has its turn while a sitemap is read."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(other())
    assert (await read_sitemap(body.encode())).pages
    others.cancel()
    return turns
