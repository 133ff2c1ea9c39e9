"""Prices of product pages and lists as usual themes write them, without structured data."""

from decimal import Decimal

import pytest

from magicai.shops.extraction import read_page
from magicai.shops.product import Observation

BUY = "<button>In den Warenkorb</button>"


def read(body: str, language: str = "de") -> list[Observation]:
    page = f'<!doctype html><html lang="{language}"><head><title>x</title></head><body>{body}</body></html>'
    return read_page(page.encode(), url="https://s.test/p/thing-1", content_type="text/html").observations


def prices(body: str, language: str = "de") -> list[tuple[Decimal | None, str | None, Decimal | None]]:
    return [(one.price, one.currency, one.list_price) for one in read(body, language)]


@pytest.mark.parametrize(
    ("shown", "price", "before"),
    [
        # What one saves, in an element that is called a discount price.
        ('<p class="price-current">1 990 €</p><p class="economy_price" id="x_price_discount">500 €</p>', "1990", None),
        ('<p class="price-current">1 990 €</p><p id="x_price_discount">Экономия 500 €</p>', "1990", None),
        # Quantities, in elements that are called a price.
        ('<table><tr><td class="price-qty">to 4</td><td class="price-cell">€12.50</td></tr></table>', "12.50", None),
        ('<div class="price-block"><label>Qty 5</label></div><span>€12.50</span>', "12.50", None),
        ('<div>bis <span class="block-prices--quantity">5</span></div><div>12,50 €</div>', "12.50", None),
        # One sign for the price before and for the price.
        ("<del>129,00</del> <b>€ 99,00</b>", "99.00", "129.00"),
        ("<del>129,-</del> <ins>€ 99,-</ins>", "99", "129"),
        ('<s>49.90</s> <span>€</span> <em class="price">34.95</em>', "34.95", "49.90"),
        ("<s>49,90 €</s> <b>34,95 €</b>", "34.95", "49.90"),
        # The price of a measure, where nothing else is one.
        ('<b class="price">8,90 €/m²</b>', "8.90", None),
        ('<b class="price">8,90 € pro Meter</b>', "8.90", None),
        ('<div class="price"><span>8,90 €</span><span>/kg</span></div>', "8.90", None),
        ('<div class="price">2,20 € / kg</div><div>8,90 €</div>', "8.90", None),
        ('<div class="price">8,90 €</div><del class="price">2,90 € / kg</del>', "8.90", None),
        # A list price is the price where there is no other.
        ('<span class="listPrice">€200.00</span>', "200.00", None),
        ('<span class="list-price">€200.00</span><span class="price">€158.40</span>', "158.40", "200.00"),
        ('<div class="price">79,90 €</div><div>UVP des Herstellers: 99,90 €</div>', "79.90", "99.90"),
        ('<b class="price">79,90 €</b><p class="suggested-price">Hersteller: <b>99,90 €</b></p>', "79.90", "99.90"),
        ('<span class="prc-org">€15.99</span><span class="prc-dsc">€12.99</span>', "12.99", "15.99"),
        # A regular price, and the price now in another part of the page.
        ('<i class="regular-price">165,56 €</i><div class="current-price"><b>149,00 €</b></div>', "149.00", "165.56"),
    ],
)
def test_tells_a_products_price_from_what_stands_beside_it(shown: str, price: str, before: str | None) -> None:
    expected = (Decimal(price), "EUR", Decimal(before) if before else None)
    assert prices(f"<h1>Thing</h1><div>{shown}</div>{BUY}") == [expected]


@pytest.mark.parametrize(
    "shown",
    [
        '<div class="price">Grundpreis: 8,90 €/kg</div>',
        "<p>8,90 € / kg</p>",
        '<div class="price"><del>9,90 €/kg</del></div>',
        '<span class="list-price">£16.06</span> <span>(19% You save)</span>',
    ],
)
def test_what_is_no_price_stays_none_where_it_stands_alone(shown: str) -> None:
    assert [one.price for one in read(f"<h1>Thing</h1><div>{shown}</div>{BUY}") if one.price] == []


@pytest.mark.parametrize(
    "price",
    [
        '<div class="product-list-price">€{}8.40</div>',
        '<div class="product__list--price-panel">€{}8.40</div>',
        '<div class="price">€{}8.40 / m</div>',
        '<div class="price">€{}8.40</div><div class="price">€{}0.10 / m</div>',
        '<div>Variants from <b>€1.00</b></div><div class="price">€{}8.40</div>',
        '<div class="product-cheapest-price">From <b>€1.00</b></div><div class="product-price">€{}8.40</div>',
    ],
)
def test_reads_the_price_of_each_card(price: str) -> None:
    cards = (f'<li><a href="/product/a{n}">Cam A{n}</a>{price.replace("{}", str(n))}</li>' for n in (1, 2, 3))
    assert prices(f"<ul>{''.join(cards)}</ul>", "en") == [(Decimal(f"{n}8.40"), "EUR", None) for n in (1, 2, 3)]
