"""What a shop's pages have in common is read once; each page is read as if it were the only one."""

import gc
import random
import tracemalloc

import pytest

from magicai.shops.extraction import frames, read_page
from magicai.shops.extraction.frames import Frame
from magicai.shops.extraction.tags import Tags, _known, tags_of  # pyright: ignore[reportPrivateUsage] - to forget a shop
from magicai.shops.extraction.tokens import spans_of

START = "https://s.test"
_MENU = "".join(f'<li class="item"><a href="/collections/{name}">{name}</a></li>' for name in range(40))
_TOP = f'<style>.a{{color:red}}</style><header class="top"><a href="/">Home</a></header><nav><ul>{_MENU}</ul></nav>'
_CELLS = (
    f"<table><tr><td>Size</td></tr></table>{_MENU}<table><tr>"  # its end and its begin say how what follows is read
)
_FOOT = (
    "<footer class=was><p>All prices include tax.</p>"
    + '<a href="/about">About</a>' * 30
    + "<script>start()</script></footer>"
)


def page(number: int, *, before: str = "", between: str = "", behind: str = "", top: str = _TOP) -> bytes:
    own = f'<h1>Mug {number}</h1><a href="/products/{number}">Mug {number}</a><p>{"clay " * (number % 50)}</p>'
    head = f"<html lang=en><head><title>Mug {number}</title></head><body>"
    # What is each page's own stands right before what all have.
    return f"{head}<p id={number}>{before}{top}{own}<br id={number}>{between}{_FOOT}{behind}</body></html>".encode()


def alone(markup: bytes) -> Tags | None:
    """What the first page of a shop says."""
    _known.cache_clear()
    return tags_of(markup, START)


def said(found: Tags | None) -> object:
    """All but the parts, which depend on what came before."""
    if found is None:
        return None
    return found.anchors, found.gathered, found.headings, found.root, found.may_show_old_price, found.between_cells


def after_others(markup: bytes, top: str = _TOP) -> Tags | None:
    """What a page says of a shop of which some pages are known."""
    _known.cache_clear()
    for number in range(6):
        tags_of(page(number, top=top), START)
    return tags_of(markup, START)


def test_most_of_a_page_is_what_the_page_before_had() -> None:
    frame = Frame()
    frame.parts(page(0))
    frame.parts(page(1))
    parts = frame.parts(page(2))
    common = [part for part, is_common in parts if is_common]
    assert b"".join(part for part, _ in parts) == page(2)
    assert len(common) == 2
    assert sum(map(len, common)) > len(page(2)) * 0.8


@pytest.mark.parametrize(
    "around",
    [
        {},
        {"before": "<p>"},
        {"before": "<!-- old > menu: ", "between": " -->"},
        {"before": "<!-- old menu: ", "between": " -->"},
        {"before": '<div title="', "between": '">'},
        {"before": '<div title="a > b', "between": '">'},
        {"before": "<script>var menu = '", "between": "'</script>"},
        {"before": "<textarea>", "between": "</textarea>"},
        {"before": "<textarea><b>", "between": "</textarea>"},
        {"before": "<svg>", "between": "</svg>"},
        {"before": "<template>", "between": "</template>"},
        {"before": "<table>", "between": "<tr><td>1</td></tr></table>"},
        {"before": "<table><tr><td>", "between": "</td></tr></table>"},
        {"before": "<h1>", "between": "</h1>"},
        {"before": "<html lang=fr>"},
        {"before": "<a href=", "between": ">"},
        {"between": "<del>9.50</del>"},
        {"behind": "<!-- rendered in 0.3 s -->"},
        {"before": _TOP, "behind": _FOOT},
        {"before": _FOOT},
    ],
)
def test_a_page_says_the_same_whichever_pages_came_before(around: dict[str, str]) -> None:
    markup = page(7, **around)
    # What is torn across a joint is left to the tree.
    assert said(after_others(markup)) in (None, said(alone(markup)))


@pytest.mark.parametrize("top", [_TOP, _CELLS, f"<h1>{_MENU}</h1>", f"{_MENU}<h1>", f"<title>{_MENU}</title>"])
def test_what_a_block_says_depends_on_nothing_else(top: str) -> None:
    markup = page(7, top=top)
    assert said(after_others(markup, top)) == said(alone(markup))


@pytest.mark.parametrize("path", ["/products/17", "/collections/17"])
@pytest.mark.parametrize(
    "before", ["", '<a rel="nofollow" href="/collections/3">3</a><a href="/collections/50">50</a>']
)
@pytest.mark.parametrize("listed", ["", ', {"@type": "Product", "name": "Jar", "url": "/collections/25", "sku": "J"}'])
@pytest.mark.parametrize("menu", ["", '<a href="/story">Story</a>'])
def test_a_page_leads_to_the_same_whichever_pages_came_before(path: str, before: str, listed: str, menu: str) -> None:
    stated = (
        '<script type="application/ld+json">[{"@type": "Product", "name": "Mug 17", "offers": {"price": 9,'
        f' "priceCurrency": "EUR", "availability": "InStock"}}}}{listed}]</script>'
    )
    top = f'{_TOP}{menu}<a rel="nofollow" href="/collections/50">50</a>'
    # The foot may show a price before, and such a page is read by its tree.
    markup = page(17, before=stated + before, top=top).replace(b"class=was", b"class=sum")
    _known.cache_clear()
    links = read_page(markup, url=START + path).links
    for number in range(6):
        tags_of(page(number, top=top), START)
    settled = [len(known) for _, known in (tags_of(markup, START) or Tags()).runs if known]
    assert max(settled) == (1 if menu else 42)
    assert read_page(markup, url=START + path).links == links
    assert len(links) > 40


def test_what_follows_a_table_that_is_open_is_left_to_the_tree() -> None:
    assert after_others(page(7, between="<table>")) is None


def test_a_block_may_show_an_old_price() -> None:
    found = after_others(page(7))
    assert found is not None
    assert [is_common for _, is_common in found.parts].count(True) == 2
    assert found.may_show_old_price


def test_damaged_pages_say_the_same_whichever_pages_came_before() -> None:
    dice, read = random.Random(11), 0
    for number in range(150):
        markup = bytearray(page(number))
        for _ in range(dice.randrange(1, 4)):
            place = dice.randrange(len(markup))
            if dice.random() < 0.5:
                del markup[place : place + dice.randrange(1, 300)]
            else:
                markup[place:place] = dice.choice(
                    (b"<p>", b">", b"<b class=x>", b"<!--", b"-->", b"<h1>", b"</p>", b"\r\n")
                )
        found = after_others(bytes(markup))
        read += found is not None
        assert said(found) in (None, said(alone(bytes(markup)))), bytes(markup)
    assert read >= 40


def test_pages_that_have_little_in_common_are_looked_at_once_each() -> None:
    """Looking for tokens takes as long as reading a page does."""
    frame, looks = Frame(), 0

    def counted(markup: bytes) -> list[tuple[int, int]]:
        nonlocal looks
        looks += 1
        return spans_of(markup)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "spans_of", counted)
        for number in range(60):
            cards = "".join(f"<li class=card><a href=/p/{number}-{card}>{number}</a></li>" for card in range(400))
            frame.parts(page(number, between=f"<ul>{cards}</ul>"))
    assert looks <= 8


def test_what_is_known_of_pages_that_have_nothing_in_common_stays_small() -> None:
    frame = Frame()
    gc.collect()
    tracemalloc.start()
    for number in range(60):
        own = f"<p id={number}>".encode() + random.Random(number).randbytes(150_000).hex().encode() + b"</p>"
        assert b"".join(part for part, _ in frame.parts(own)) == own
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert frame.blocks == ()
    assert kept < 1_000_000, "of 18 MB"
