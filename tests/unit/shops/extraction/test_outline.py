"""What a page's body is, flattened: its text, and the traits of its elements."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from magicai.shops.extraction import outline, traits
from magicai.shops.extraction.outline import Outline

_LINKS = "".join(f'<li class="item"><a href="/c/{name}">Shelf <b>{name}</b></a></li>' for name in range(20))
_MENU = f'<nav class="menu" data-depth="2"><ul>{_LINKS}</ul><p hidden>Choose</p>2 <span>for €5.00</span></nav>'


def outlined(body: str) -> Outline:
    return Outline(LexborHTMLParser(f"<html><body>{body}</body></html>".encode()).body)


def test_badges_are_hidden_until_their_block_takes_on_their_state() -> None:
    menu = '<nav><p class="price__badge-sold-out">Sold out</p></nav>'
    waiting, shown = f'<div class="price">{menu}</div>', f'<div class="price price--sold-out">{menu}</div>'
    assert "Sold out" not in outlined(waiting).visible_text_of(outlined(waiting).elements[1])
    assert "Sold out" in outlined(shown).visible_text_of(outlined(shown).elements[1])


@pytest.mark.parametrize(("limit", "most"), [("_TEXT_LIMIT", 300), ("_ELEMENT_LIMIT", 90)])
def test_a_page_that_is_too_long_is_read_up_to_a_limit(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"<p>{'<i>clay </i>' * 40}</p>{_MENU}"
    whole = outlined(page)
    monkeypatch.setattr(outline, limit, most)
    cut = outlined(page)
    assert whole.text.startswith(cut.text.rstrip("\n"))
    assert 40 < len(cut.elements) < len(whole.elements)


def test_elements_deeper_than_any_page_of_a_shop_are_left_out() -> None:
    assert "deep" in outlined(f"{'<div>' * 200}deep").text
    assert "deep" not in outlined(f"{'<div>' * 300}deep").text


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
