"""What files state: every product is read, and everything else is named with its place."""

import io
from collections.abc import Iterator
from itertools import count

import pytest

from magicai.catalogue.intake.files import Entry, entries, opened
from magicai.catalogue.intake.rows import Address, Fault
from magicai.catalogue.keys import keys_of
from magicai.catalogue.product import SourceStatement
from magicai.errors import Invalid

FEED = """<?xml version="1.0" encoding="{declared}"?>
<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><title>Grüne Kanne &b;</title><g:link>https://shop.example/kanne?utm_source=feed</g:link>
<g:price>12.50 EUR</g:price><g:gtin>4006381333931</g:gtin><g:brand>Fira</g:brand></item>
<item><title>Ohne Preis</title><g:link>https://shop.example/nichts</g:link><g:price>0.00 EUR</g:price></item>
<item><title>Ohne Adresse</title><g:price>1 EUR</g:price></item>
</channel></rss>"""


def read(body: bytes, called: str = "a.csv", currency: str = "") -> Iterator[Entry]:
    return entries(opened(io.BytesIO(body), called, source=called), currency=currency, at=1)


def products(body: bytes, **named: str) -> list[SourceStatement]:
    return [one for one in read(body, **named) if isinstance(one, SourceStatement)]


def faults(body: bytes, **named: str) -> list[str]:
    return [f"{one.place}: {one.said}" for one in read(body, **named) if isinstance(one, Fault)]


def test_a_row_is_a_product_whatever_its_columns_are_called() -> None:
    rows = (
        "Title;Vendor;Variant SKU;EAN;Preis;Currency;Product Type;Image Src;Gewicht;In Stock\n"
        '"<b>Kanne</b> &amp; Deckel";Fira;K-1;4006381333931;1.299,00;EUR;Küche > Kannen;https://s.example/a;500 g;3\n'
    )
    (one,) = products(rows.encode())
    values = one.values
    assert (values.name, values.brand, values.sku, values.gtin) == ("Kanne & Deckel", "Fira", "K-1", "4006381333931")
    assert (str(values.price), values.currency, values.category) == ("1299.00", "EUR", ("Küche", "Kannen"))
    assert (values.availability, [(attribute.name, attribute.value) for attribute in values.attributes]) == (
        "in_stock",
        [("gewicht", "500 g"), ("stock", 3.0)],
    )
    assert one.origin.place == "a.csv, row 2"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Kettle,0,EUR", "'0' is not a price"),
        ("Kettle,soon,EUR", "'soon' is not a price"),
        ("Kettle,-3,EUR", "'-3' is not a price"),
        ("Kettle,€ -3.50,EUR", "'€ -3.50' is not a price"),
        ("Kettle,,EUR", "has no price"),
        ("Kettle,12.50,XYZ", "'XYZ' is not a currency"),
        (",12.50,EUR", "neither a name nor an address"),
        ("Kettle,1,EUR,red", "more cells"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_number(row: str, said: str) -> None:
    (fault,) = faults(f"name,price,currency\nPot,1,EUR\n{row}\n".encode())
    assert fault.startswith("a.csv, row 3")
    assert said in fault


def test_rows_of_another_encoding_are_read_and_that_is_said() -> None:
    for encoding, name in (
        ("gb18030", "玻璃水壶，容量一升"),
        ("cp1252", "Théière en grès émaillé"),
        ("utf-16", "水壶"),
    ):
        body = f"name,price,currency\n{name},12,EUR\n".encode(encoding)
        found = opened(io.BytesIO(body), "a.csv", source="a.csv")
        (one,) = [entry for entry in entries(found, currency="", at=1) if isinstance(entry, SourceStatement)]
        assert one.values.name == name
        assert bool(found.note) == (encoding != "utf-16")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_feed_is_read_whatever_encoding_it_claims_and_no_entity_is_expanded(encoding: str) -> None:
    found = list(read(FEED.format(declared="utf-8").encode(encoding), "feed.xml"))
    one, without_price, without_address = [one for one in found if isinstance(one, SourceStatement)]
    assert (without_address.values.name, without_address.values.url) == ("Ohne Adresse", "")
    assert one.values.name.startswith("Grüne Kanne")
    assert len(one.values.name) < 40
    assert (one.values.url, str(one.values.price)) == ("https://shop.example/kanne", "12.50")
    assert (without_price.values.name, without_price.values.price) == ("Ohne Preis", None)


def test_addresses_come_from_lists_and_rows_that_have_nothing_else() -> None:
    listed = b"# Our best\nhttps://shop.example/a?utm_source=x\n\nnot one\nhttps://shop.example/b"
    tabled = b"url,note\nhttps://shop.example/c,new\n"
    found = {called: list(read(body, called)) for called, body in (("u.txt", listed), ("c.csv", tabled))}
    urls = {called: [one.url for one in some if isinstance(one, Address)] for called, some in found.items()}
    assert urls == {
        "u.txt": ["https://shop.example/a", "https://shop.example/b"],
        "c.csv": ["https://shop.example/c"],
    }
    assert [one.place for one in found["u.txt"] if isinstance(one, Fault)] == ["u.txt, line 4"]


def test_markup_that_is_no_feed_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid, match="not a product feed"):
        list(read(b"<html><body>404</body></html>", "feed.xml"))


def test_of_a_list_with_garbage_in_every_third_row_all_others_are_read() -> None:
    garbage = ("\x00\x01,,", "lonely", '"a,1,EUR', ",,", "Pot,free,EUR", "a,b,c,d,e")
    rows = [garbage[n // 3 % len(garbage)] if n % 3 == 0 else f"Cup {n},{n}.50,EUR" for n in range(1, 901)]
    found = list(read(("name,price,currency\n" + "\n".join(rows)).encode()))
    assert sum(isinstance(one, SourceStatement) for one in found) == 600
    named = [one.place for one in found if isinstance(one, Fault)]
    assert len(named) == len(set(named)) == 250, "rows of commas alone are empty"


def test_a_table_without_names_of_columns_is_refused_with_its_first_row() -> None:
    with pytest.raises(Invalid, match=r"no column with a name .* '1001', 'Hex bolt', '12\.50'"):
        list(read(b"1001,Hex bolt,12.50\n1002,Washer,3.20\n"))


@pytest.mark.parametrize(
    ("price", "said", "currency", "found"),
    [
        ("¥79.00", "价格", "", "CNY"),
        ("¥79.00", "価格", "", None),
        ("¥79.00", "価格", "JPY", "JPY"),
        ("¥79.00", "price", "EUR", None),
        ("39.9元", "价格", "EUR", "CNY"),
        ("15,000원", "가격", "", "KRW"),
        ("$5", "price", "", None),
        ("$5", "price", "CAD", "CAD"),
        ("$5", "price", "EUR", None),
        ("€5", "price", "USD", "EUR"),
        ("NT$350", "price", "USD", "TWD"),
        ("5", "Preis (€)", "USD", "EUR"),
    ],
)
def test_a_sign_is_not_believed_to_be_another_currency(price: str, said: str, currency: str, found: str | None) -> None:
    name = "不锈钢保温杯，品质优良" if said == "价格" else "Kettle"
    stated = products(f'name,{said}\n{name},"{price}"\n'.encode(), currency=currency)
    known = [found] if found or not currency else []
    assert [one.values.currency for one in stated] == known


def test_a_price_without_a_currency_is_kept_without_one() -> None:
    (one,) = products(b"name,price,compare_at_price\nKettle,12.50,15\n", currency="")
    assert (str(one.values.price), str(one.values.list_price), one.values.currency) == ("12.50", "15", None)


def test_a_feed_without_items_ends_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr("magicai.catalogue.intake.markup.monotonic", lambda: 10.0 * next(ticks))
    with pytest.raises(Invalid, match="no item in 20 s"):
        list(read(b"<rss>" + b"<x/>" * 200_000, called="a.xml"))
    items = b"<item><title>Lamp</title><price>1 EUR</price></item>" * 20_000
    assert len(products(b"<rss>" + items, called="a.xml")) == 20_000


def test_labels_are_no_numbers_of_products() -> None:
    head = "name,price,currency,link,custom_label_0,Custom Label 1,CustomLabel2,customlabel3"
    rows = "".join(f"\nLamp {n},{n},EUR,https://s.example/{n},summer,sale,top,new" for n in range(1, 6))
    stated = products((head + rows + "\n").encode())
    assert [one.values.sku for one in stated] == [None] * 5
    assert len({key for one in stated for key in keys_of(one)}) == 5


@pytest.mark.parametrize("column", ["Custom label (SKU)", "CustomLabel"])
def test_the_custom_label_of_ebay_is_a_number_of_products(column: str) -> None:
    (one,) = products(f"ItemID,Title,StartPrice,Currency,{column}\n1,Lamp,1,EUR,L-1\n".encode())
    assert one.values.sku == "L-1"


@pytest.mark.parametrize("column", ["sku", "handle"])
@pytest.mark.parametrize("size", [64, 200, 2_000])
def test_numbers_that_begin_alike_are_never_one(column: str, size: int) -> None:
    rows = "".join(f"\nLamp {n},1,EUR,{'a' * size}-{n}" for n in range(3))
    stated = products(f"name,price,currency,{column}{rows}\n".encode())
    assert len(stated) == 3
    assert len({key for one in stated for key in keys_of(one)}) == sum(len(keys_of(one)) for one in stated)
    assert all(len(key) <= 400 for one in stated for key in keys_of(one))


def test_addresses_that_begin_alike_are_never_one() -> None:
    rows = "".join(f"\nLamp,1,EUR,https://s.example/{'a' * 500}-{n}" for n in range(3))
    stated = products(f"name,price,currency,url{rows}\n".encode())
    assert len({key for one in stated for key in keys_of(one)}) == 3


@pytest.mark.parametrize("cell", ["'4006381333931", '"=""4006381333931"""'])
def test_numbers_that_a_spreadsheet_keeps_as_text_are_numbers(cell: str) -> None:
    (one,) = products(f"name,price,currency,barcode,sku\nPen,1,EUR,{cell},{cell.replace('400', '0')}\n".encode())
    assert (one.values.gtin, one.values.sku) == ("4006381333931", "06381333931")


def test_spaces_before_quotation_marks_lose_nothing() -> None:
    rows = "".join(f'\n"Lamp {n}", "red, large",  "{n}.50", EUR' for n in range(1, 54))
    stated = products(f'"name", "description", "price", "currency"{rows}\n'.encode())
    assert [one.values.name for one in stated] == [f"Lamp {n}" for n in range(1, 54)]
    assert {(one.values.description, one.values.currency) for one in stated} == {("red, large", "EUR")}


def test_what_is_sold_out_needs_no_price() -> None:
    rows = "name,price,currency,availability\nA,,EUR,out of stock\nB,0,EUR,preorder\nC,0,EUR,in stock\n"
    assert [product.values.name for product in products(rows.encode())] == ["A", "B"]


def test_an_empty_file_is_refused() -> None:
    for body in (b"", b"\n\n", b"\xef\xbb\xbf"):
        with pytest.raises(Invalid, match="no header"):
            list(read(body))


@pytest.mark.parametrize(
    "row",
    [
        f"Kettle,1,EUR,{'9' * 400}",
        f"Kettle,1,EUR,-{'9' * 400}.0",
        "Kettle,1,EUR,²",
        '{"name": "Kettle", "price": "1 EUR", "stock": ' + "9" * 400 + "}",
        '{"name": "Kettle", "price": "1 EUR", "weight": ' + "9" * 400 + ', "depth": 1e400, "width": NaN}',
        '{"name": "Kettle", "price": "1 EUR", "\\ud800": "\\udfff\\u0000", "reviews": {"a": [1]}, "images": [{}]}',
    ],
)
def test_no_value_of_a_row_ends_the_reading(row: str) -> None:
    head = "" if row.startswith("{") else "name,price,currency,stock\n"
    tail = '{"name": "Pan", "price": "2 EUR"}' if row.startswith("{") else "Pan,2,EUR,1"
    found = products(f"{head}{row}\n{tail}\n".encode(), currency="EUR")
    assert [one.values.name for one in found] == ["Kettle", "Pan"]
    stored = found[0].model_dump_json()
    assert not {"NaN", "Infinity"} & set(stored.replace(",", ":").split(":"))


def test_a_column_named_by_digits_is_looked_at_once() -> None:
    found = products(f"name,price,{'1' * 100_000}x\nPan,2 EUR,3\n".encode())
    assert [one.values.name for one in found] == ["Pan"]


def test_an_object_without_a_name_says_what_it_has() -> None:
    (fault,) = faults(b'{"sku": "S1", "price": "12 EUR"}\n')
    assert fault == "a.csv, row 1: No column is called name or url. Its columns: sku, price."
