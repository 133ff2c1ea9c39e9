"""What the JSON tells that a page's scripts were answered: where lists go on, and where one product is stated."""

import json
from typing import Any

import pytest

from magicai.shops.extraction import read_answer, read_page
from magicai.shops.extraction.detail_answers import DetailRoutes
from magicai.shops.extraction.paging import next_part

SHOP = "https://shop.example"
LIST = f"{SHOP}/api/products"


def drawn(*items: dict[str, Any], answer: str = f"{LIST}?page=1", more: str = "") -> bytes:
    """A list as a browser hands it over."""
    cards = "".join(f"<li><a href='/p/{one['id']}-x'><h3>{one['name']}</h3></a><b>€ 9.50</b></li>" for one in items)
    kept = f'<script type="application/json" data-answer="{answer}">{json.dumps({"items": items})}</script>'
    return f"<html><body><ul>{cards}</ul>{more}{kept}</body></html>".encode()


def item(number: int) -> dict[str, Any]:
    return {"id": number, "name": f"Pot {number}", "price": 9.5, "inStock": True}


@pytest.mark.parametrize(
    ("url", "value", "following"),
    [
        (f"{LIST}?page=2&size=5", {}, f"{LIST}?page=3&size=5"),
        (f"{LIST}?offset=10&limit=5", {}, f"{LIST}?offset=15&limit=5"),
        (LIST, {"next": "/api/products?after=x"}, f"{LIST}?after=x"),
        (f"{LIST}?cursor=a", {"meta": {"nextCursor": "b"}}, f"{LIST}?cursor=b"),
        (f"{LIST}?page=2", {"hasMore": False}, ""),
        (f"{LIST}?cursor=a", {"nextCursor": None}, ""),
        (f"{LIST}?category=2", {}, ""),
        (f"{LIST}?page=x", {}, ""),
    ],
)
def test_a_list_goes_on_where_its_answer_or_its_address_tells(url: str, value: Any, following: str) -> None:
    assert next_part(url, value, 5) == following


def test_a_list_ends_where_nothing_was_stated() -> None:
    assert next_part(f"{LIST}?page=2", [], 0) == ""


def test_a_further_part_is_read_as_its_page_reads_the_first() -> None:
    first = drawn(item(1), item(2), item(3))
    page = read_page(first, url=SHOP + "/")
    assert page.answers == [f"{LIST}?page=2"]
    body = json.dumps({"items": [item(4), item(5)]}).encode()
    further = read_answer(body, url=page.answers[0], asked_by=first, page_url=SHOP + "/")
    assert [(one.url, str(one.price), one.currency) for one in further.observations] == [
        (f"{SHOP}/p/4-x", "9.5", "EUR"),
        (f"{SHOP}/p/5-x", "9.5", "EUR"),
    ]
    assert further.answers == [f"{LIST}?page=3"]


def test_what_is_no_json_states_nothing() -> None:
    page = drawn(item(1), item(2))
    assert not read_answer(b"<html>", url=LIST, asked_by=page, page_url=SHOP + "/").observations


def test_an_interface_is_known_once_two_pages_agree() -> None:
    routes = DetailRoutes()
    routes.learn(f"{SHOP}/pots/3", f"{SHOP}/api/pots/3?full=1")
    assert routes.learnt is None
    routes.learn(f"{SHOP}/pots/4", f"{SHOP}/api/pots/4?full=1")
    assert routes.learnt is not None
    assert routes.learnt.of(f"{SHOP}/pots/77") == f"{SHOP}/api/pots/77?full=1"
    assert routes.learnt.of(f"{SHOP}/pots/77/reviews") == ""
    assert routes.learnt.of(f"{SHOP}/cups/77") == ""


def test_an_answer_about_one_product_is_of_the_one_that_was_asked_for() -> None:
    bulb, lamp = {"id": 3, "name": "Bulb", "price": 3.5}, {"id": 12, "name": "Lamp", "price": 10.0}
    for value, names in (({"related": [bulb], "product": lamp}, ["Lamp"]), ({"related": [bulb]}, [])):
        answer = read_answer(
            json.dumps(value).encode(), url=f"{SHOP}/api/12", asked_by=b"", page_url=SHOP, own_url=f"{SHOP}/p/12"
        )
        assert [(one.name, one.url) for one in answer.observations] == [(name, f"{SHOP}/p/12") for name in names]


def test_a_list_that_grows_by_a_button_needs_a_browser() -> None:
    items = [item(number) for number in range(1, 5)]
    button = "<button class=big>Load more</button>"
    for more, needs in ((button, True), (f"<aside class=filters>{button}</aside>", False), ("", False)):
        assert read_page(drawn(*items, more=more), url=SHOP + "/pots").needs_rendering is needs
    paged = button + "<nav class=pagination><a rel=next href='/pots?page=2'>Next</a></nav>"
    assert not read_page(drawn(*items, more=paged), url=SHOP + "/pots").needs_rendering
