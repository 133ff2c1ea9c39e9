"""Cards of lists: where in a card its price may stand, and what of a card is its name."""

from decimal import Decimal

import pytest

from magicai.shops.extraction import read_page

LINK = "<a href='/product/{n}'>Cup {n}</a>"
TIERS = "<table><tr><td>from 10</td><td>€9.00</td></tr><tr><td>from 50</td><td>€8.00</td></tr></table>"


def listed(card: str, *, count: int = 3, around: str = "{}", below: str = "") -> list[tuple[str, str, str]]:
    """Name, price and price before of each product on a page of cards; `{n}` in a card is its number."""
    cards = around.format("".join(card.replace("{n}", str(n)) for n in range(11, 11 + count)))
    html = f"<html lang='en'><title>Cups</title><body><h1>Cups</h1><div>{cards}</div>{below}</body></html>"
    reading = read_page(html.encode(), url="https://shop.example/c/cups", content_type="text/html")
    return [(one.name, str(one.price), str(one.list_price or "")) for one in reading.observations]


def cups(price: str = "19.90", before: str = "") -> list[tuple[str, str, str]]:
    return [(f"Cup {n}", price, before) for n in (11, 12, 13)]


@pytest.mark.parametrize(
    "card",
    [
        f"<div class='c'>{LINK}<ul class='prices'><li class='price'>€19.90</li></ul></div>",
        f"<div>{LINK}<ol><li>€19.90</li></ol></div>",
        f"<div>{LINK}<dl><dt>Price</dt><dd>€19.90</dd></dl></div>",
        "<a href='/product/{n}'>Cup {n} <ul><li>€19.90</li></ul></a>",
        f"<ul><li>{LINK}</li><li>€19.90</li></ul>",
        f"<table><tr><td>{LINK}</td></tr><tr><td>€19.90</td></tr></table>",
        f"<div>{LINK}<table><tr><td>€19.90</td></tr></table></div>",
        f"<div>{LINK}<table><tr><th>Price:</th><td>€19.90 incl. 19 % VAT</td></tr></table></div>",
        f"<div>{LINK}<ul><li>€19.90</li></ul><small>plus shipping €4.00</small></div>",
        f"<div>{LINK}<a href='/product/1{{n}}'><img src='b'></a><ul><li>€19.90</li></ul></div>",
    ],
)
def test_a_price_may_stand_in_a_list_inside_a_card(card: str) -> None:
    assert listed(card) == cups()


def test_a_card_in_a_list_may_hold_a_list() -> None:
    card = f"<li>{LINK}<ul><li><s>€29.90</s></li><li>€19.90</li></ul></li>"
    assert listed(card, around="<ul>{}</ul>") == cups(before="29.90")


def test_cards_of_cafe24_are_read() -> None:
    card = (
        "<li><div class='thumbnail'><a href='/product/cup/{n}/'><img src='/{n}.jpg'></a></div><div class='description'>"
        "<strong class='name'><a href='/product/cup/{n}/'>Cup {n}</a></strong><ul class='spec'>"
        "<li><span>소비자가</span> <span>35,000원</span></li><li><span>판매가</span> <span>25,000원</span></li>"
        "<li><span>모델</span> <span>A-100</span></li></ul></div></li>"
    )
    assert listed(card, around="<ul class='prdList'>{}</ul>") == cups("25000", "35000")


@pytest.mark.parametrize(
    "others",
    [
        TIERS,
        "<table><tr><th>10+</th><th>50+</th></tr><tr><td>€9.00</td><td>€8.00</td></tr></table>",
        "<table><tr><th>10 to 49</th><th>50</th></tr><tr><td>€9.00</td><td>€8.00</td></tr></table>",
        "<ul class='prices'><li class='price'>10+ €9.00</li></ul>",
        "<ul><li>€9.00 from 10 pieces</li></ul>",
        "<table class='data'><tr><td>Power in a year</td><td>€9.00</td></tr></table>",
        "<ul class='bulk'><li>€9.00</li></ul>",
    ],
)
def test_prices_of_quantities_and_specifications_are_no_cards(others: str) -> None:
    assert listed(f"<div>{LINK}{others}</div>") == []
    assert listed(f"<div>{LINK}<b>€19.90</b>{others}</div>") == cups()
    assert listed(f"<div>{LINK}{others}<b>€19.90</b></div>") == cups()
    assert listed(f"<div>{LINK}<ul><li>€19.90</li></ul>{others}</div>") == cups()


def test_a_products_own_price_in_a_list_is_not_of_the_one_product_beside_it() -> None:
    html = (
        "<html lang='en'><title>Cup</title><body class='single-product'><h1>Cup</h1><div class='product'>"
        "<ul class='prices'><li class='price'>€19.90</li></ul><a href='/product/red-cup'><img src='/red.jpg'></a>"
        f"{TIERS}<button>Add to cart</button></div></body></html>"
    )
    reading = read_page(html.encode(), url="https://shop.example/product/cup", content_type="text/html")
    assert [(one.name, one.price, one.own_page) for one in reading.observations] == [("Cup", Decimal("19.90"), True)]


@pytest.mark.parametrize("foot", ["<div class='panel-footer'>{}</div>", "<footer>{}</footer>"])
def test_a_cards_foot_is_not_the_pages(foot: str) -> None:
    price = foot.format("<div class='footer-price'><b>€19.90</b></div>")
    assert listed(f"<div class='card'>{LINK}{price}</div>") == cups()
    assert listed(f"<div class='col'><div class='panel'>{LINK}{price}</div></div>") == cups()


@pytest.mark.parametrize("foot", ["<div class='footer'>{}</div>", "<footer>{}</footer>"])
def test_the_pages_foot_is_left_out(foot: str) -> None:
    cards = "".join(f"<div class='tip'><a href='/product/{n}'>Tip {n}</a> <b>€5.00</b></div>" for n in range(3))
    assert listed(f"<div class='card'>{LINK}<b>€19.90</b></div>", below=foot.format(cards)) == cups()
    columns = "".join(f"<div>{foot}</div>".replace("{}", f"<a href='/product/{n}'>Tip</a> €5") for n in range(3))
    assert listed(f"<div class='card'>{LINK}<b>€19.90</b></div>", below=columns) == cups()


@pytest.mark.parametrize("hidden", ["class='hidden'", "hidden", "style='display: none'"])
def test_hidden_text_is_no_part_of_a_name(hidden: str) -> None:
    link = f"<a href='/product/{{n}}'><span {hidden}>Name <i class='tag'>:</i></span> <span>Cup {{n}}</span></a>"
    assert listed(f"<div>{link}<p class='price'>€19.90</p></div>") == cups()


@pytest.mark.parametrize("picture", ["", "<a href='{}'><img src='/spoon.jpg'></a>"])
@pytest.mark.parametrize("address", ["/product/wooden-spoon", "/p/12-wooden-spoon.html?c=1", "/Wooden-Spoon/KIT-076"])
def test_the_heading_of_related_products_is_not_the_name_of_a_single_one(picture: str, address: str) -> None:
    html = (
        "<html lang='en'><title>Apron</title><body><section><h1>Apron</h1><div class='price'>$ 29.00 USD</div>"
        "<button>Add to cart</button></section><section><h2>You may also like</h2>"
        f"{picture.format(address)}<a href='{address}'>Wooden Spoon</a><div class='product-price'>$ 9.50 USD</div>"
        "<button>Add to cart</button></section></body></html>"
    )
    reading = read_page(html.encode(), url="https://shop.example/product/apron", content_type="text/html")
    assert [observation.name for observation in reading.observations] == ["Apron", "Wooden Spoon"]


def test_a_related_products_heading_is_its_name_where_the_link_only_leads_there() -> None:
    cards = "".join(
        f"<div class='card'><h3>Cup {n}</h3><a href='/product/cup-{n}'>To the cup</a> <b>€5.00</b></div>"
        for n in range(3)
    )
    html = (
        "<html lang='en'><title>Apron</title><body><div><h1>Apron</h1><p class='price'>€29.00</p>"
        f"<button>Add to cart</button></div><div class='related'>{cards}</div></body></html>"
    )
    reading = read_page(html.encode(), url="https://shop.example/product/apron", content_type="text/html")
    assert [observation.name for observation in reading.observations] == ["Apron", "Cup 0", "Cup 1", "Cup 2"]
