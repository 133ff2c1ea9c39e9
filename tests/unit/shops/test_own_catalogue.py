from decimal import Decimal

import pytest

from magicai.errors import Invalid
from magicai.shops.own_catalogue import OwnProduct, catalogue_of

HEADING = "name,price,currency,sku,gtin\n"


def read_catalogue(text: str) -> list[OwnProduct]:
    return catalogue_of(text.encode(), "catalogue.csv")


def test_semicolons_a_byte_order_mark_and_other_columns_are_read() -> None:
    (own,) = read_catalogue("\ufeffPrice;Name;Colour;Currency\n10.50;Kettle;blue;chf\n")
    assert (own.name, own.price, own.currency) == ("Kettle", Decimal("10.50"), "CHF")


def test_a_cost_is_read_and_one_that_is_no_price_is_named() -> None:
    heading = "name,price,currency,brand,mpn,cost\n"
    (own,) = read_catalogue(f"{heading}Kettle,10,EUR,Fira,K-2000,7.50\n")
    assert (own.brand, own.mpn, own.cost) == ("Fira", "K-2000", Decimal("7.50"))
    with pytest.raises(Invalid, match="line 2: 'much' is not a price"):
        read_catalogue(f"{heading}Kettle,10,EUR,Fira,K-2000,much\n")


def test_amounts_are_read_as_the_file_writes_decimals() -> None:
    found = read_catalogue("Bezeichnung;Preis;Währung\nA;1.299;EUR\nB;12,50;EUR\nC;1.299,00;EUR\n")
    assert [own.price for own in found] == [Decimal(1299), Decimal("12.50"), Decimal(1299)]
    with pytest.raises(Invalid, match=r"line 3: '1\.299' is not a price"):
        read_catalogue("name,price,currency\nA,12.50,EUR\nB,1.299,EUR\n")


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
