"""Pages read by their tags say the same as by their trees; markup of which that is not certain has no tags."""

import gc
import json
import tracemalloc
from random import Random

import pytest

from magicai.shops.extraction import parsing, read_page
from magicai.shops.extraction import tags as tags_module
from magicai.shops.extraction.reading import PageKind
from magicai.shops.extraction.tags import Tag, _known, tags_of  # pyright: ignore[reportPrivateUsage] - to look into it
from magicai.shops.extraction.tokens import Token, token, tokens_of

URL = "https://s.test/products/mug"
_STATED = {
    "@type": "Product",
    "name": "Mug",
    "sku": "M-1",
    "offers": {"price": "9.50", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"},
}
_TRAIL = {"@type": "BreadcrumbList", "itemListElement": [{"position": 1, "name": "Mugs"}]}
_SCRIPT = f'<script type="application/ld+json">{json.dumps([_STATED, _TRAIL])}</script>'


def page_with(body: str, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="de"><head><title>Mug &amp; more</title>{head}{_SCRIPT}</head><body>'
        f'<nav><a href="/collections/mugs">Mugs</a><a href="/cart">Cart</a></nav><h1>Mug</h1>{body}'
        '<a rel="nofollow" href="/collections/all">All</a></body></html>'
    ).encode()


def _none(_markup: bytes, _start: str) -> None:
    """No page has tags."""


CERTAIN = {
    "other quotes, bare names, entities": "<a class=x href='/products/cup?a=1&amp;b=2' hidden>Cup</a>",
    "unusual attributes": "<A HREF=/products/cup Title='it&apos;s'>Cup</A>",
    "entities in a name": "<meta property='og:title' content='It&#x27;s &amp;amp; &lt;more&gt;'>",
    "an entity without its end": '<meta property="og:title" content="Mug &copy more &#x2014;">',
    "a comment": '<!-- <a href="/products/lost">x</a> -- > --><a href="/products/cup">Cup</a>',
    "scripts with tags in strings": '<script>var x = \'<a href="/products/lost">\' + "</span>";</script>',
    "a text area": '<textarea><a href="/products/lost"></textarea>',
    "a frame": '<iframe src="/x"><a href="/products/lost"></iframe>',
    "a drawing": '<svg class="icon"><title>Lost</title><path d="M0 0"/></svg><a href="/products/cup">Cup</a>',
    "tables": '<table><tr><td><a href="/products/cup">Cup</a></td></tr></table><a href="/products/jug">Jug</a>',
    "links in links": '<a href="/products/cup">Cup<p><a href="/products/jug">Jug</a>',
    "its own address": '<a href="/products/mug">Mug</a><a href="#top">Top</a>',
    "relative addresses": '<a href="cup">Cup</a><a href="?color=red">Red</a>',
    "another host": '<a href="https://other.test/products/cup">Cup</a><a href="mailto:x@s.test">Mail</a>',
    "a price before": '<p class="price--compare">EUR 12.00</p><b>EUR 9.50</b>',
    "a word that only looks like one": '<p title="household">cold</p><img alt="old">',
    "pictures and fields": "<img alt='lost' src=\"/cup.jpg\"/><input name=x value><a href='/products/cup'>Cup</a>",
    "a broken tag": '<p>a < b <a href="/products/cup">Cup</a>',
    "a link that no word tells": '<a href="/our-story">Our story</a><main><h3><a href="/cup">Cup</a></h3></main>',
    "line ends of Windows": '<a\r\nhref="/products/cup"\r\n>Cup</a>',
}
UNCERTAIN = {
    "what is written between cells": '<table><a href="/products/cup">Cup</a><tr><td>1</td></tr></table>',
    "quotes out of place": '<p title="a > b"><a href="/products/cup">Cup</a>',
    "a picture with quotes out of place": '<img alt="a > b"><a href="/products/cup">Cup</a>',
    "a field with other quotes out of place": "<input value='a > b'><a href='/products/cup'>Cup</a>",
    "a comment with another end": '<!-- x --!><a href="/products/cup">Cup</a> -->',
    "a script with a comment": '<script><!-- <script> </script> --></script><a href="/products/cup">Cup</a>',
    "a template": '<template><a href="/products/lost">x</a></template>',
    "formulas": '<math><a href="/products/cup">Cup</a></math>',
    "a drawing with links": '<svg><a href="/products/cup">Cup</a></svg>',
    "an end in capitals": "<textarea>x</TEXTAREA><a href='/products/cup'>Cup</a></textarea>",
    "a second root": '<html lang="fr"><a href="/products/cup">Cup</a>',
}


@pytest.mark.parametrize("body", [*CERTAIN.values(), *UNCERTAIN.values()], ids=[*CERTAIN, *UNCERTAIN])
def test_what_is_read_by_tags_is_what_the_tree_says(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_tags = read_page(page_with(body), url=URL)
    monkeypatch.setattr(parsing, "tags_of", _none)
    assert by_tags == read_page(page_with(body), url=URL)
    assert by_tags.kind is PageKind.PRODUCT


@pytest.mark.parametrize("body", CERTAIN.values(), ids=CERTAIN)
def test_usual_markup_needs_no_tree(body: str) -> None:
    assert tags_of(page_with(body), "https://s.test") is not None


@pytest.mark.parametrize("body", UNCERTAIN.values(), ids=UNCERTAIN)
def test_markup_that_a_parser_may_mean_otherwise_has_no_tags(body: str) -> None:
    assert tags_of(page_with(body), "https://s.test") is None


def test_a_page_whose_structured_data_say_everything_is_read_without_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.shops.extraction.page.LexborHTMLParser", None)
    reading = read_page(page_with('<a href="/products/cup">Cup</a>'), url=URL)
    assert [(one.name, one.category) for one in reading.observations] == [("Mug", ("Mugs",))]
    assert [link.url.removeprefix("https://s.test") for link in reading.links] == [
        "/collections/mugs", "/cart", "/products/cup", "/collections/all",
    ]  # fmt: skip


@pytest.mark.parametrize("head", ['<base href="https://cdn.test/">', '<link rel="canonical" href="https://w.test/x">'])
def test_addresses_that_another_host_settles_are_read_by_the_tree(head: str) -> None:
    assert parsing.parse(page_with("", head), url=URL).tags is None


@pytest.mark.parametrize(
    "shown",
    [
        '<img src="/9.png" class="old">',
        '<input style="text-decoration: line-through">',
        '<input STYLE="text-decoration: line-through">',
    ],
)
def test_pictures_and_fields_may_show_a_price_before(shown: str) -> None:
    tags = tags_of(page_with(shown), "https://s.test")
    assert tags is not None
    assert tags.may_show_old_price


@pytest.mark.parametrize(
    "heading",
    ["<h1 class='name'>Cup &amp; more</h1>", "<h1 class='name'></h1>", "<h1 class='name'>Cup<b>!</b></h1>",
     "<h1 class='name'>Cup</h2>", "<h1 class='name'>Cup</H1>", "<h1 class='name'>"],
)  # fmt: skip
def test_what_begins_as_on_other_pages_may_end_otherwise(heading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read_page(page_with("<h1 class='name'>Mug</h1>"), url=URL)
    found = read_page(page_with(heading), url=URL)
    monkeypatch.setattr(parsing, "tags_of", _none)
    assert found == read_page(page_with(heading), url=URL)


def test_more_tags_than_are_remembered_are_read_all_the_same() -> None:
    body = "".join(f'<a href="/products/{number}">x</a>' for number in range(3_000))
    tags = tags_of(page_with(body), "https://s.test")
    assert tags is not None
    assert len(tags.anchors) == 3_003


def test_what_is_remembered_of_a_shop_stays_small_whatever_its_tags_are() -> None:
    def read(number: int) -> None:
        own = f"{number:04}" + "x" * 400_000
        body = f'<a data-x="{own}" href="/products/cup">Cup</a><a href="/products/{own}">Cup</a><article id="{own}">'
        body += f'<script data-x="{own}">1</script><h1 id="{own}">Cup</h1>'
        tags_of(page_with(body, head=f'<meta property="og:note" data-x="{own}" content="y">'), "https://s.test")

    read(0)
    gc.collect()
    tracemalloc.start()
    for number in range(1, 41):
        read(number)
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 4_000_000, "of 64 MB"


def test_what_pages_have_in_common_goes_on_being_known_though_each_brings_much_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    understood: list[bytes] = []

    def understand(written: bytes) -> Token:
        understood.append(written)
        return token(written)

    monkeypatch.setattr(tags_module, "token", understand)
    order = Random(0)
    for page in [*range(40), 10]:
        tags = [f'<a data-common href="/c/{number}">c</a>' for number in range(1_500)]
        tags += [f'<a data-own="{page}" href="/p/{number}">x</a>' for number in range(100)]
        order.shuffle(tags)
        if page == 10:
            understood.clear()
        tags_of(page_with("".join(tags)), "https://two-generations.test")
    own = [written for written in understood if b"data-own" in written]
    assert len(own) == 100, "those that page 10 alone has were forgotten"
    assert not any(b"data-common" in written for written in understood)


def test_what_is_known_of_a_shop_is_bounded() -> None:
    start = "https://bounded.test"
    for page in range(100):
        usual = "".join(f'<a href="/p/{page}-{number}">x</a>' for number in range(100))
        tags_of(page_with(usual), start)
    known = _known(start)
    assert len(known) + len(known.older) < 1_500, "of 10,000"
    assert len(known.leading) <= 200


def test_pages_that_threads_read_at_once_lose_nothing() -> None:
    """What is looked up may be taken away, or forgotten, before it is taken."""
    start = "https://threads.test"

    class Older(dict[bytes, Tag | None]):
        def __contains__(self, written: object) -> bool:
            there = super().__contains__(written)
            self.clear()
            return there

    page = page_with("".join(f'<a href="/p/{number}">x</a>' for number in range(50)))
    before = tags_of(page, start)
    known = _known(start)
    known.age()
    known.older = Older(known.older)
    assert tags_of(page, start) == before


def test_what_says_nothing_is_no_token() -> None:
    markup = b"<ul><li class='x'><a href='/'>a</a><img src='b'></li></ul><td><input name='d'></td>"
    assert tokens_of(markup) == [b"<ul>", b"<li class='x'>", b"<a href='/'>", b"<td>", b"</td>"]
