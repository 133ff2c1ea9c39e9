"""Whatever a page holds, reading it ends soon, raises nothing, and states nothing that can't be kept."""

import json
import logging
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magicai.shops.extraction import read_page
from magicai.shops.extraction.nesting import without_abyss
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.merging import merge

URL = "https://s.test/products/x"
PIECES = [
    "<", ">", '"', "'", "{", "}", "[", "\\", "\x00", "&", "&#x0;", "$", "1.299",
    "9" * 400, "<div>" * 40, "</div>" * 20,
    "\\ud800", "null", "1e999", "NaN", '<script type="application/ld+json">', "</script>", "<!--",
    "itemscope itemprop=offers ",
    "<table><tr>", "\u202e", '"price":', '"price":[[[[', '"@id":"#p"', 'href="http://[::1"', 'href="javascript:x"',
    "²", "१",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_caught(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A caught exception is logged: none may be, since each would cost a page its products."""
    caplog.set_level(logging.WARNING)
    yield
    assert caplog.records == []


def check(reading: Reading) -> None:
    for observation in reading.observations:
        json.dumps([observation.name, observation.description, observation.url]).encode()
        "".join((observation.name, observation.url, *observation.images)).encode()
        assert observation.name
        assert observation.url.startswith("https://")
        assert observation.price is None or (observation.price.is_finite() and 0 < observation.price < 10**12)
        assert len(observation.name) <= 300
    for link in reading.links:
        assert link.url.startswith("https://")
    merge(reading.observations, "s.test")


@given(st.binary(max_size=400))
def test_any_bytes(body: bytes) -> None:
    check(read_page(body, url=URL))


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), page=st.sampled_from(sorted((Path(__file__).parent / "pages").glob("*.html"))))
def test_any_page_with_anything_put_in_cut_out_or_repeated(seed: int, page: Path) -> None:
    dice = random.Random(seed)
    text = page.read_text("utf-8")
    for _ in range(dice.randint(1, 10)):
        place, other = dice.randrange(len(text)), dice.randrange(len(text))
        piece = dice.choice([dice.choice(PIECES), text[other : other + dice.randint(1, 300)], ""])
        text = text[:place] + piece + text[place + (0 if piece else dice.randint(1, 60)) :]
    check(read_page(text.encode("utf-8", "replace"), url=URL))


BOMBS = {
    "deep elements": b"<div>" * 100_000 + b"$5",
    "deep lists": b"<ul><li>" * 30_000,
    "deep formatting and unmatched ends": b"<b>" * 20_000 + b"</zzz>" * 20_000,
    "deep JSON": b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script>",
    "deep objects": b'<script type="application/ld+json">' + b'{"a":' * 50_000 + b"</script>",
    "quotes that never close": b'<script type="application/ld+json">{"a":' + b'"x"y' * 60_000 + b"</script>",
    "assignments of nothing": b"<script>price;" + b'x={"a":' * 20_000 + b"</script>",
    "calls of nothing": b"<script>price;" + b'push("a","b",{' * 20_000 + b"</script>",
    "an attribute of a megabyte": b'<div class="' + b"price-" * 170_000 + b'">$5</div>',
    "an address of a megabyte": b'<a href="/' + b"a/" * 500_000 + b'">x</a>',
    "digits of a megabyte": b"<p class=price>" + b"1" * 1_000_000,
    "separators of a megabyte": b"<p class=price>$" + b"1," * 500_000,
    "spaces of a megabyte": b"<p>$" + b" " * 1_000_000 + b"5</p>",
    "a crowd of prices": b"<p>$5.00</p>" * 20_000,
    "a crowd of links": b"".join(b'<a href="/p/%d">x</a>' % number for number in range(20_000)),
    "a crowd of items": b"<div itemscope itemprop=a>" * 5_000,
    "items that borrow each other": b'<p id=a itemscope itemref="a b" itemprop=x>' * 50,
    "a circle of references": b'<script type="application/ld+json">{"@id":"#a","@type":"Product","name":"x",'
    b'"offers":{"@id":"#a"},"hasVariant":[{"@id":"#a"}]}</script>',
    "zeros": b"\x00" * 500_000,
    "no text at all": bytes(range(128, 256)) * 4_000,
    "entities": b"&amp;" * 200_000,
    "comments": b"<!--" * 100_000,
    "braces": b"{{" * 200_000,
    "a crowd of attributes": b"<h1 " + b" ".join(b'a%d="%b"' % (i, b"x" * 20) for i in range(120_000)) + b">x</h1>",
    "attributes of an end": b"<h1>x</h1 " + b" ".join(b"a%d" % i for i in range(120_000)) + b">",
    "attributes in a crowd of tags": b"".join(b"<p a%d>" % i for i in range(400_000)),
    "one attribute many times": b"<h1 " + b'a="x" ' * 100_000 + b">x</h1>",
    "an attribute of five megabytes": b'<h1 title="' + b"x " * 2_500_000 + b'">x</h1>',
    "attributes of one element": b"".join(b"<body a%d=1>" % i for i in range(60_000)),
    "a crowd of names": b"".join(b"<a%d></a%d>" % (i, i) for i in range(200_000)),
    "ends of nothing with a crowd of names": b"".join(b"</a%d>" % i for i in range(300_000)),
    "ends of nothing": b"<b>" * 500 + b"</x>" * 500_000,
    "links that never close": b"<a " * 200_000,
    "links in links": b"<a href=/p/1>" * 200_000,
    "a crowd of choices": b"<select>" + b"<option>x" * 100_000,
    "tables in tables": b"<table>" * 50_000,
    "misnested formatting": b"<b><i>x</b></i>" * 100_000,
    "formatting opened anew": b"".join(b"<div><font a=%d></div>" % i for i in range(100_000)),
    "links around formatting": b"<a><p><b></a></p>" * 60_000,
    "readings of nothing": b"<rt>" * 100_000,
    "depth hidden in values": b'<div title="</div>">' * 60_000,
    "depth hidden in comments": b"<div><!-- </div> -->" * 60_000,
    "depth hidden in ends of nothing": b"<div></zzz>" * 60_000,
    "depth hidden behind a wall": b"<div><object></div>" * 60_000,
    "depth hidden in a drawing": b"<svg>" + b"<g a=x/><td>" * 60_000,
    "depth hidden without scripting": b"<noscript>" + b"<div>" * 60_000,
    "scripts that never end": b'<i a="ld+json">' + b"<script>" * 60_000 + b"<!--",
    "styles with another end": b'<i a="ld+json">' + b"<style>" * 60_000 + b"</STYLE>",
    "comments with another end": b'<i a="ld+json">' + b"<!--" * 100_000 + b"--!>",
    "drawings that never end": b'<i a="ld+json">' + b"<svg><b>" * 60_000,
    "words of stock": b"<p>order now out of %d stock sale</p>" * 5_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("before", [b"", b"<html lang=en><title>x</title><h1>x</h1><button>Add to cart</button>"])
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end(name: str, before: bytes) -> None:
    check(read_page(before + BOMBS[name], url=URL))


def test_nesting_is_cut_where_no_page_of_a_shop_goes() -> None:
    deep = b"<p>top</p>" + b"<div>" * 40_000
    assert len(without_abyss(deep)) < 3_000
    wide = b"<div><ul><li>x<li>y</ul><p>z</div>" * 3_000
    assert without_abyss(wide) == wide
    scripted = b"<script>" + b'"<div>"' * 10_000 + b"</script><p>end</p>" + b"<script>x</script>" * 2_000
    assert without_abyss(scripted) == scripted


def test_tags_with_more_attributes_than_any_has_are_shortened() -> None:
    crowd = b"<h1 class=x " + b" ".join(b'a%d=">"' % number for number in range(20_000)) + b">x</h1><p>end</p>"
    short = without_abyss(crowd)
    assert len(short) < 8_000
    assert short.startswith(b'<h1 class=x a0=">" a1=">"')
    assert short.endswith(b">x</h1><p>end</p>")
    usual = b"<p class=x data-a=\"1\" title='<div>'>x</p>" * 3_000
    assert without_abyss(usual) == usual


def test_usual_pages_stay_as_they_are_but_for_their_drawings() -> None:
    for page in sorted((Path(__file__).parent / "pages").glob("*.html")):
        body = page.read_bytes() * 3
        without_drawings = re.sub(rb"<svg[^>]*/>|<svg.*?</svg>", b"", body, flags=re.DOTALL)
        assert without_abyss(body, harmless=0) == without_drawings


def test_many_drawings_and_sloppy_ends_are_no_depth() -> None:
    icons = b'<a href=/p><svg viewBox="0 0 1 1"><path d="M0"/><g><path d="M1"/></g></svg><br></a>' * 2_000
    assert without_abyss(icons) == b"<a href=/p><br></a>" * 2_000
    sloppy = b"<div><i><span>new</i>x</div><a href=/p>x" * 2_000
    assert without_abyss(sloppy) == sloppy


def test_a_drawing_in_a_script_or_a_comment_is_none() -> None:
    page = b"<script>icon = '<svg>';</script><!-- <svg> --><p title='<svg>'>$5</p><svg></svg>"
    assert without_abyss(page, harmless=0) == page.removesuffix(b"<svg></svg>")


def test_what_is_hidden_from_the_count_by_a_declaration_is_counted() -> None:
    assert len(without_abyss(b"<!x <i a='>" + b"<div>" * 40_000 + b"'>")) < 3_000


@pytest.mark.parametrize("url", ["https://s.test", "https://s.test/", "http://[::1]:8000/x", "https://s.test/ä?ö=ü"])
def test_any_address_will_do(url: str) -> None:
    page = '<a href="/b">x</a><script type="application/ld+json">{"@type":"Product","name":"x","sku":"1"}</script>'
    assert read_page(page.encode(), url=url).kind in (PageKind.PRODUCT, PageKind.OTHER)
