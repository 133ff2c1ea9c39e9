"""What a shop's pages have in common is read once; each page is read as if it were the only one."""

import random

import pytest

from magicai.extraction.frames import Frame
from magicai.extraction.tags import Tags, _known, tags_of  # pyright: ignore[reportPrivateUsage] - to forget a shop

START = "https://s.test"
_MENU = "".join(f'<li class="item"><a href="/collections/{name}">{name}</a></li>' for name in range(40))
_TOP = f'<style>.a{{color:red}}</style><header class="top"><a href="/">Home</a></header><nav><ul>{_MENU}</ul></nav>'
_FOOT = (
    "<footer><p>All prices include tax.</p>" + '<a href="/about">About</a>' * 30 + "<script>start()</script></footer>"
)


def page(number: int, *, before: str = "", between: str = "", behind: str = "") -> bytes:
    own = f'<h1>Mug {number}</h1><a href="/products/{number}">Mug {number}</a><p>{"clay " * (number % 50)}</p>'
    head = f"<html lang=en><head><title>Mug {number}</title></head><body>"
    return f"{head}<p>{number}</p>{before}{_TOP}{own}{between}{_FOOT}{behind}</body></html>".encode()


def alone(markup: bytes) -> Tags | None:
    """What the first page of a shop says."""
    _known.cache_clear()
    return tags_of(markup, START)


def said(found: Tags | None) -> object:
    """All but the parts, which depend on what came before."""
    if found is None:
        return None
    return found.anchors, found.gathered, found.headings, found.root, found.may_show_old_price, found.between_cells


def after_others(markup: bytes) -> Tags | None:
    """What a page says of a shop of which some pages are known."""
    _known.cache_clear()
    for number in range(6):
        tags_of(page(number), START)
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
    assert said(after_others(markup)) == said(alone(markup))


def test_damaged_pages_say_the_same_whichever_pages_came_before() -> None:
    dice = random.Random(11)
    for number in range(150):
        markup = bytearray(page(number))
        for _ in range(dice.randrange(1, 4)):
            place = dice.randrange(len(markup))
            if dice.random() < 0.5:
                del markup[place : place + dice.randrange(1, 300)]
            else:
                markup[place:place] = dice.choice(
                    (b"<", b">", b'"', b"'", b"<!--", b"-->", b"<script>", b"</p>", b"\r\n")
                )
        # What is torn across a joint is left to the tree.
        assert said(after_others(bytes(markup))) in (None, said(alone(bytes(markup)))), bytes(markup)


def test_what_is_known_of_pages_that_have_nothing_in_common_stays_small() -> None:
    frame = Frame()
    for number in range(60):
        own = f"<p id={number}>".encode() + random.Random(number).randbytes(300_000).hex().encode() + b"</p>"
        assert b"".join(part for part, _ in frame.parts(own)) == own
    assert frame.blocks == ()
