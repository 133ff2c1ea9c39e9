from decimal import Decimal

import pytest

from magicai.errors import Invalid
from magicai.shops.own_catalogue import OwnProduct, catalogue_of, compare
from magicai.shops.product import Product, Seen

HEADING = "name,price,currency,sku,gtin\n"


def product(name: str, price: str | None, currency: str = "EUR", *, sku: str = "", gtin: str = "") -> Product:
    amount = Decimal(price) if price else None
    return Product(
        id=name, url=f"https://s/{name}", name=name, price=amount, currency=currency, sku=sku or None, gtin=gtin or None
    )


def read_catalogue(text: str) -> list[OwnProduct]:
    return catalogue_of(text.encode(), "catalogue.csv")


def test_products_are_matched_by_gtin_then_sku_then_name() -> None:
    own = read_catalogue(
        f"{HEADING}Ours A,10,EUR,,0012345678905\nOurs B,10,EUR,B-1,\nKettle  Blue,10,EUR,,\nNobody,1,EUR,,\n"
    )
    theirs = [
        product("Theirs A", "9", gtin="12345678905"),
        product("Theirs B", "12", sku="b-1"),
        product("kettle blue", "10"),
    ]
    found = compare(own, theirs, shop="s")
    assert (found.catalogue, found.matched, found.same) == (4, 3, 1)
    assert [(c.name, c.difference) for c in found.cheaper] == [("Theirs A", Decimal(-1))]
    assert [(c.name, c.difference) for c in found.dearer] == [("Theirs B", Decimal(2))]


def test_products_with_other_gtins_are_never_the_same_however_they_are_called() -> None:
    own = read_catalogue(f"{HEADING}Mug,10,EUR,M-1,4012345678901\n")
    others, ours = product("Mug", "8", sku="M-1", gtin="4006381333931"), product("Mug!", "9")
    assert compare(own, [others], shop="s").matched == 0
    assert [one.theirs for one in compare(own, [others, ours], shop="s").cheaper] == [Decimal(9)]


def test_currencies_are_never_mixed_and_unknown_prices_never_compared() -> None:
    own = read_catalogue(f"{HEADING}A,10,EUR,,\nB,10,EUR,,\nC,10,EUR,,\n")
    gone = product("C", "1").model_copy(update={"seen": Seen.GONE})
    assert compare(own, [product("A", "9", "USD"), product("B", None), gone], shop="s").matched == 0


def test_semicolons_a_byte_order_mark_and_other_columns_are_read() -> None:
    (own,) = read_catalogue("\ufeffPrice;Name;Colour;Currency\n10.50;Kettle;blue;chf\n")
    assert (own.name, own.price, own.currency) == ("Kettle", Decimal("10.50"), "CHF")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,price\nA,1\n", "no column currency"),
        (f"{HEADING}A,cheap,EUR,,\n", "line 2: 'cheap' is not a price"),
        (f"{HEADING}A,1,EUR,,\nB,NaN,EUR,,\n", "line 3: 'NaN' is not a price"),
        (f"{HEADING}A,1,Euro,,\n", "line 2: 'Euro' is not a currency"),
        ("", "has no header"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_catalogue(text)
