import tracemalloc

import pytest

from magicai.domain.product import Availability
from magicai.extraction.stock_words import availability_term, stock_word

IN, OUT, PRE, BACK = Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.PREORDER, Availability.BACKORDER


@pytest.mark.parametrize(
    ("line", "availability"),
    [
        ("In stock", IN), ("Only 3 left in stock", IN), ("22 available", IN), ("Availability: In Stock", IN),
        ("Available, delivery time 1-3 days", IN), ("Out of stock", OUT), ("SOLD OUT", OUT), ("Not in stock", OUT),
        ("Currently unavailable", OUT), ("0 in stock", OUT), ("Pre-order now", PRE), ("Available on backorder", BACK),
        ("Sofort verfügbar, Lieferzeit: 1-3 Tage", IN), ("Auf Lager", IN), ("Nicht mehr verfügbar", OUT),
        ("Ausverkauft", OUT), ("Vorbestellen", PRE), ("En stock", IN), ("Plus que 2 articles", IN),
        ("Rupture de stock", OUT), ("Épuisé", OUT), ("Disponible", IN), ("Agotado", OUT), ("Sin existencias", OUT),
        ("Preventa", PRE), ("Bajo pedido", BACK), ("Disponibile", IN), ("Non disponibile", OUT), ("Esaurito", OUT),
        ("Op voorraad", IN), ("Uitverkocht", OUT), ("Niet op voorraad", OUT), ("Em estoque", IN), ("Esgotado", OUT),
        ("Pré-venda", PRE), ("W magazynie", IN), ("Brak w magazynie", OUT), ("Niedostępny", OUT), ("I lager", IN),
        ("Finns i lager", IN), ("Slut i lager", OUT), ("Slutsåld", OUT), ("På lager", IN), ("Udsolgt", OUT),
        ("在庫あり", IN), ("残り3点", IN), ("売り切れ", OUT), ("在庫切れ", OUT), ("予約受付中", PRE),
        ("お取り寄せ", BACK),
        ("有货", IN), ("现货", IN), ("库存：25 件", IN), ("库存紧张", IN), ("缺货", OUT), ("售罄", OUT),
        ("在庫：あり", IN), ("在庫：なし", OUT), ("No longer sold", OUT), ("Nicht mehr erhältlich", OUT),
        ("Dieser Artikel steht derzeit nicht zur Verfügung!", OUT), ("Derzeit nicht lieferbar", OUT),
        ("暂无库存", OUT),
        ("库存：0", OUT), ("已下架", OUT), ("预售", PRE), ("품절", OUT), ("В наличии", IN), ("Нет в наличии", OUT),
        ("0 Units in Stock", OUT), ("10 Units in Stock", IN), ("0 Stück auf Lager", OUT), ("an Lager", IN),
        ("ناموجود", OUT), ("اتمام موجودی", OUT),
    ],
)  # fmt: skip
def test_knows_the_words_of_shops(line: str, availability: Availability) -> None:
    assert stock_word(line) is availability


@pytest.mark.parametrize(
    "line",
    [
        "Available in 3 colours",
        "Verfügbar in 5 Farben",
        "Disponible en 3 tailles",
        "Pickup available at Main Street",
        "We ship all items that are in stock on the same day, from Monday to Friday.",
        "Sold by Acme",
        "Stock photo",
        "Add to cart",
        "",
        "x" * 5_000,
    ],
)
def test_leaves_lines_about_other_things_alone(line: str) -> None:
    assert stock_word(line) is None


@pytest.mark.parametrize(
    ("term", "availability"),
    [
        ("https://schema.org/InStock", IN), ("http://schema.org/LimitedAvailability", IN), ("schema:OutOfStock", OUT),
        ("SoldOut", OUT), ("Discontinued", OUT), ("PreOrder", PRE), ("BackOrder", BACK), ("in stock", IN),
        ("out_of_stock", OUT), ("https://schema.org/Something", None), ("", None),
    ],
)  # fmt: skip
def test_knows_schema_orgs_terms_and_feeds_words(term: str, availability: Availability | None) -> None:
    assert availability_term(term) is availability


def test_long_terms_are_not_remembered() -> None:
    tracemalloc.start()
    for number in range(40):
        availability_term(f"{number}{'x' * 200_000}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000, "of 8 MB"
