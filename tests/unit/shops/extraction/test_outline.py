"""A part that the pages of a shop have in common is flattened once; each page reads as if it were the only one."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from magicai.shops.extraction import outline, traits
from magicai.shops.extraction.known_parts import KnownParts
from magicai.shops.extraction.outline import Element, Outline

_LINKS = "".join(f'<li class="item"><a href="/c/{name}">Shelf <b>{name}</b></a></li>' for name in range(20))
_MENU = f'<nav class="menu" data-depth="2"><ul>{_LINKS}</ul><p hidden>Choose</p>2 <span>for €5.00</span></nav>'


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> KnownParts:
    known = KnownParts()
    monkeypatch.setattr(outline, "_KNOWN", known)
    return known


def outlined(body: str) -> Outline:
    return Outline(LexborHTMLParser(f"<html><body>{body}</body></html>".encode()).body)


def told(found: Outline) -> object:
    """All that an outline says."""
    elements = [
        (one.index, one.parent, one.last, one.tag, one.attributes, one.start, one.end, one.traits, one.zones)
        for one in found.elements
    ]
    shown = [found.visible_text_of(one) for one in found.elements]
    return found.text, elements, found.pieces(found.elements[0]), found.attribute_names, shown


def after_others(body: str, menu: str) -> Outline:
    """A page of a shop of which others with the same menu are known."""
    for number in range(3):
        outlined(f"<h1>{number}</h1>{menu}")
    return outlined(body)


def inner(found: Outline) -> Element:
    return next(element for element in found.elements if element.attributes.get("class") == "item")


@pytest.mark.parametrize(
    "page",
    [
        f"{_MENU}<h1>Mug</h1>",
        f"<header><p>Hello</p>{_MENU}</header><h1>Mug</h1><p>€5.00</p>",
        f"one <b>two</b>{_MENU}three",
        f"{_MENU}{_MENU}",
        f"<div hidden>{_MENU}</div><p>{'clay ' * 100}</p>",
        f'<div class="sidebar filter">{_MENU}</div>',
        f"{'<div>' * 60}{_MENU}",
        f"{'<div>' * 247}{_MENU}",
        _MENU,
    ],
)
def test_a_menu_that_came_before_reads_the_same(page: str, nothing_known: KnownParts) -> None:
    found = told(after_others(page, _MENU))
    nothing_known.__init__()
    assert told(outlined(page)) == found


def test_a_menu_is_read_once() -> None:
    first, second = after_others(_MENU, _MENU), outlined(f"<p>Hello</p>{_MENU}")
    assert inner(first).attributes is inner(second).attributes


def test_what_a_page_learns_of_a_menu_is_not_told_of_the_next_one() -> None:
    found = after_others(f"{_MENU}<h1>Mug</h1>", _MENU)
    before = told(outlined(f"{_MENU}<h1>Mug</h1>"))
    found.mark_zone(inner(found), 1 << 23)
    found.free_of_zones(inner(found))
    assert told(outlined(f"{_MENU}<h1>Mug</h1>")) == before


def test_a_foot_within_a_menu_is_one_only_where_no_card_is_around() -> None:
    menu = f'<nav><div class="footer">{"Imprint " * 80}</div></nav>'
    outside, inside = f"<div>{menu}</div>", f"<section>{menu}</section>"
    alone = [told(outlined(outside)), told(outlined(inside))]
    for page in (outside, inside) * 3:
        outlined(page)
    assert [told(outlined(outside)), told(outlined(inside))] == alone


def test_badges_that_wait_for_a_state_of_what_is_around_them_are_read_each_time() -> None:
    menu = f'<nav><p class="price__badge-sold-out">Sold out</p>{_LINKS}</nav>'
    waiting, shown = f'<div class="price">{menu}</div>', f'<div class="price price--sold-out">{menu}</div>'
    for _ in range(3):
        outlined(waiting)
    assert "Sold out" in outlined(shown).visible_text_of(outlined(shown).elements[1])


def test_few_parts_are_kept(nothing_known: KnownParts) -> None:
    for number in range(100):
        for _ in range(3):
            outlined(f"<nav>{_LINKS}{number}</nav>")
    kept = nothing_known._parts  # pyright: ignore[reportPrivateUsage] - what fills the memory
    assert 0 < len(kept) <= 16


def test_a_page_of_many_menus_is_asked_for_few(nothing_known: KnownParts) -> None:
    outlined("".join(f"<nav>{_LINKS}{number}</nav>" for number in range(100)))
    assert len(nothing_known._met) == 12  # pyright: ignore[reportPrivateUsage] - what takes the time


@pytest.mark.parametrize(("limit", "most"), [("_TEXT_LIMIT", 300), ("_ELEMENT_LIMIT", 90)])
def test_a_page_that_is_cut_off_reads_the_same(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch, nothing_known: KnownParts
) -> None:
    cut_in_its_menu = f"<p>{'<i>clay </i>' * 40}</p>{_MENU}"
    monkeypatch.setattr(outline, limit, most)
    for page, others in ((cut_in_its_menu, _MENU), (_MENU, cut_in_its_menu)):
        alone = told(outlined(page))
        nothing_known.__init__()
        for _ in range(3):
            outlined(others)
        assert told(outlined(page)) == alone
        nothing_known.__init__()


def test_a_menu_that_is_deep_reads_the_same(nothing_known: KnownParts) -> None:
    menu = f"<nav>{_LINKS}{'<div>' * 220}deep</nav>"
    found = told(after_others(f"{'<div>' * 45}{menu}", menu))
    nothing_known.__init__()
    assert told(outlined(f"{'<div>' * 45}{menu}")) == found


def test_elements_are_found_by_their_tags() -> None:
    found = outlined(f"<h1>Mug</h1>{_MENU}<a href=/x>More</a>")
    assert [one.attributes.get("href") for one in found.tagged("a")][-2:] == ["/c/19", "/x"]
    assert found.tagged("table") == []


@pytest.mark.parametrize(
    "name",
    [
        "displaynone", "unvisible", "is--hidden", "no-display", "uk-hidden", "cm-hidden", "w-condition-invisible",
        "t-hidden", "hidden-all", "dn", "disp-none", "d-none",
    ],
)  # fmt: skip
def test_classes_that_hide_are_known(name: str) -> None:
    assert outlined(f"<p class='price {name}'>9</p>").tagged("p")[0].zones & traits.HIDDEN


@pytest.mark.parametrize(
    "names", ["dn db-ns", "dn di-l", "dn dtc-m", "dna", "btn dn-x", "Dn", "t-hidden-sm", "no-display-x"]
)
def test_classes_that_only_resemble_them_hide_nothing(names: str) -> None:
    assert not outlined(f"<p class='{names}'>9</p>").tagged("p")[0].zones & traits.HIDDEN
