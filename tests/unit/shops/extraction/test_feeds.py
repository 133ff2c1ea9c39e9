import io
from contextlib import suppress
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.catalogue.intake.files import entries, opened
from magicai.errors import Invalid
from magicai.shops.extraction import read_feed
from magicai.shops.extraction.reading import PageKind
from magicai.shops.product import Availability, Source
from magicai.values.times import to_us

URL = "https://s.test/feed.xml"
JUNE = 1_780_000_000_000_000  # 2026-05-28


@pytest.mark.timeout(20)
def test_a_megabyte_of_begins_is_read_to_an_end() -> None:
    assert read_feed(b"<!DOCTYPE [" * 90_000, url=URL).kind is PageKind.OTHER


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["<a", "\u20ac<", "<item", "<!<a"])
def test_begins_of_tags_that_end_once_do_not_outlast_a_feed(part: str) -> None:
    body = f"<rss>{part * (400_000 // len(part))}><item>{TEE}</item></rss>"
    read_feed(body.encode(), url=URL)
    found = entries(opened(io.BytesIO(body.encode()), "a.xml", source="a"), currency="", at=1)
    with suppress(Invalid):
        for _ in found:
            pass


def test_a_tag_that_is_torn_and_a_sign_that_begins_none_are_read() -> None:
    many = [
        f"<title>Lamp {n} &lt; {n + 1} & <![CDATA[2 < 3]]></title><link>/{n}</link><price\n>9 EUR</price>"
        for n in range(900)
    ]
    found = read_feed(rss(*many), url=URL).observations
    assert [one.name for one in found] == [f"Lamp {n} < {n + 1} & 2 < 3" for n in range(900)]
    assert {(one.price, one.currency) for one in found} == {(9, "EUR")}


def test_a_feed_that_takes_too_long_gives_what_was_read_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    many = rss(*(f"<title>Lamp {n}</title><link>/{n}</link><g:price>9 EUR</g:price>" for n in range(2_000)))
    ticks = count()
    monkeypatch.setattr("magicai.shops.extraction.feeds.monotonic", lambda: float(next(ticks)))
    monkeypatch.setattr("magicai.shops.extraction.feeds._LONGEST_S", 1.0)
    assert 0 < len(read_feed(many, url=URL).observations) < 2_000


def rss(*items: str, prologue: str = '<?xml version="1.0"?>') -> bytes:
    return (
        f'{prologue}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>'
        f"{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    ).encode()


TEE = "<g:id>T1</g:id><title>Tee</title><link>https://s.test/p/tee?utm_source=g</link><g:price>25.00 USD</g:price>"


def test_an_item_is_read() -> None:
    body = rss(
        TEE + "<g:availability>in stock</g:availability><g:gtin>4006381333931</g:gtin><g:brand>Acme</g:brand>"
        "<g:product_type>Clothing &gt; Shirts</g:product_type><g:image_link>https://s.test/t.jpg</g:image_link>"
        "<description>&lt;p&gt;Soft&lt;/p&gt;</description>"
    )
    reading = read_feed(body, url=URL, digest="d", at_us=5)
    (item,) = reading.observations
    assert reading.kind is PageKind.LISTING
    assert (item.url, item.name, item.source, item.page_url, item.digest) == (
        "https://s.test/p/tee",
        "Tee",
        Source.FEED,
        URL,
        "d",
    )
    assert (item.price, item.currency, item.availability) == (25, "USD", Availability.IN_STOCK)
    assert (item.sku, item.gtin, item.brand) == ("T1", "4006381333931", "Acme")
    assert (item.category, item.images, item.description) == (("Clothing", "Shirts"), ("https://s.test/t.jpg",), "Soft")


def test_atom_is_read_too() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><entry><title>Tee</title>
    <link href="/p/tee"/><g:price>EUR 1.299,00</g:price></entry></feed>"""
    (item,) = read_feed(body, url=URL).observations
    assert (item.url, item.price, item.currency) == ("https://s.test/p/tee", Decimal("1299.00"), "EUR")


def test_a_sale_price_leaves_the_price_as_list_price() -> None:
    (item,) = read_feed(rss(TEE + "<g:sale_price>20.00 USD</g:sale_price>"), url=URL).observations
    assert (item.price, item.list_price) == (20, 25)


def test_digits_before_an_exponent_are_no_price() -> None:
    stated = TEE.replace("25.00 USD", "2.5E1 USD") + "<g:availability>in stock</g:availability>"
    assert [observation.price for observation in read_feed(rss(stated), url=URL).observations] == [None]


@pytest.mark.parametrize(
    ("span", "price"), [("2026-01-01T00:00Z/2026-12-31T00:00Z", 20), ("2020-01-01T00:00Z/2020-02-01T00:00Z", 25)]
)
def test_a_sale_holds_in_its_time(span: str, price: int) -> None:
    item = (
        TEE + f"<g:sale_price>20.00 USD</g:sale_price><g:sale_price_effective_date>{span}</g:sale_price_effective_date>"
    )
    assert read_feed(rss(item), url=URL, at_us=JUNE).observations[0].price == price


def test_items_of_a_group_are_variants_of_one_product() -> None:
    blue = TEE.replace("T1", "T2").replace("25.00", "26.00").replace("p/tee", "p/tee-blue")
    group = "<g:item_group_id>T</g:item_group_id>"
    body = rss(
        TEE + group + "<g:color>Red</g:color><g:availability>out of stock</g:availability>",
        blue + group + "<g:color>Blue</g:color><g:size>L</g:size><g:availability>in stock</g:availability>",
    )
    (product,) = read_feed(body, url=URL).observations
    assert [variant.name for variant in product.variants] == ["Red", "Blue / L"]
    assert (product.price, product.sku, product.availability) == (26, "T", Availability.IN_STOCK)


@pytest.mark.parametrize(
    "item",
    [
        "<title>A post</title><link>https://s.test/blog/1</link>",
        "<title>No link</title><g:price>1 EUR</g:price>",
        "<link>https://s.test/p/1</link><g:price>1 EUR</g:price>",
        "<title>Bad link</title><link>javascript:x</link><g:price>1 EUR</g:price>",
    ],
)
def test_items_that_are_no_products_are_nothing(item: str) -> None:
    reading = read_feed(rss(item), url=URL)
    assert (reading.kind, reading.observations) == (PageKind.OTHER, [])


def bomb() -> str:
    entities = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "boom">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_expanded_and_files_not_read(encoding: str) -> None:
    body = rss(TEE.replace("Tee", "Tee &e11; &f; &nbsp;"), prologue=bomb()).decode().encode(encoding)
    (item,) = read_feed(body, url=URL).observations
    assert item.name.startswith("Tee &e11;")
    assert len(item.name) < 40
    assert "root" not in item.name


def test_a_broken_feed_gives_what_can_be_read() -> None:
    body = rss(TEE, TEE.replace("Tee", "T & A").replace("p/tee", "p/two"))[:-40]
    assert [item.name for item in read_feed(body, url=URL).observations] == ["Tee", "T & A"]


@given(st.binary(max_size=300))
def test_any_body_gives_a_reading(body: bytes) -> None:
    assert read_feed(body, url=URL).observations == []


def test_long_feeds_are_read_to_the_end() -> None:
    items = (TEE.replace("T1", f"T{number}").replace("p/tee", f"p/tee-{number}") for number in range(2_000))
    assert len(read_feed(rss(*items), url=URL).observations) == 2_000


def test_times_without_zones_do_not_stop_a_sale() -> None:
    assert to_us  # the module's own clock is the one that the feed's times are compared with
    item = (
        TEE
        + "<g:sale_price>20.00 USD</g:sale_price><g:sale_price_effective_date>soon/later</g:sale_price_effective_date>"
    )
    assert read_feed(rss(item), url=URL, at_us=JUNE).observations[0].price == 20
