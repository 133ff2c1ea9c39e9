"""What exports of real shops have: other languages, groups that are not adjacent, trees of categories, encodings."""

import io
from typing import Any

import pytest

from magicai.catalogue.intake.files import entries, opened
from magicai.catalogue.intake.lists import entries_in, parts
from magicai.catalogue.intake.rows import Note
from magicai.catalogue.product import SourceStatement
from magicai.shops.columns import Mapped

WOOCOMMERCE_IN_RUSSIAN = """\
ID,Тип,Артикул,Имя,Опубликован,Краткое описание,Описание,Наличие,Запасы,Цена распродажи,Базовая цена,Категории,\
Изображения,Родитель,Название атрибута 1,Значения атрибутов 1
7,variable,SOAP,Мыло,1,,<p>Ручная работа.</p><ul><li>Без масла</li></ul>,1,,,,Уход > Мыло,https://s.example/1.jpg,,Цвет,
8,variation,SOAP-R,Мыло - красное,1,,,1,,90,120,,,SOAP,Цвет,красный
9,variation,SOAP-B,Мыло - синее,1,,,0,,,120,,,SOAP,Цвет,синий
"""
YML = """<?xml version="1.0" encoding="windows-1251"?><yml_catalog date="2026-01-01"><shop><name>S</name>
<currencies><currency id="RUR" rate="1"/></currencies>
<categories><category id="1">Дом</category><category id="12" parentId="1">Чайники</category></categories>
<offers><offer id="9" available="false"><url>https://s.example/9</url><price>8990</price><currencyId>RUR</currencyId>
<categoryId>12</categoryId><typePrefix>Чайник</typePrefix><vendor>Fira</vendor><model>K7</model></offer></offers></shop>
</yml_catalog>"""
GROUPS = "".join(
    f"<item><g:id>{group}-{size}</g:id><title>Shirt {group}</title><link>https://s.example/{group}?size={size}</link>"
    f"<g:item_group_id>{group}</g:item_group_id><g:size>{size}</g:size><g:price>{price} EUR</g:price>"
    f"<g:availability>{stock}</g:availability></item>"
    for size, price, stock in (("S", 5, "out of stock"), ("M", 9, "in stock"), ("L", 7, "in stock"))
    for group in ("A", "B")
)
MALL = """<ITEMS><ITEM><ID>M1</ID><TITLE>Kettle</TITLE><PRICE>9</PRICE><MEDIA><URL>https://s.example/1.jpg</URL><MAIN>true
</MAIN></MEDIA><MEDIA><URL>https://s.example/2.jpg</URL></MEDIA></ITEM></ITEMS>"""
MAGENTO = """\
sku,product_type,name,price,additional_attributes,configurable_variations,qty
T-S,simple,Tee S,9,"size=S,color=Red",,3
MUG,simple,Mug,4,,,1
T-L,simple,Tee L,8,"size=L,color=Red",,0
T,configurable,Tee,,,"sku=T-S,size=S|sku=T-L,size=L",
"""


def products(body: bytes, called: str = "a.csv", currency: str = "EUR", mapping: Mapped | None = None) -> list[Any]:
    one = opened(io.BytesIO(body), called, source=called)
    found = list(entries(one, currency=currency, at=1, mapping=mapping))
    assert [type(one) for one in found] == [SourceStatement] * len(found)
    return [one.values for one in found if isinstance(one, SourceStatement)]


def notes(text: str) -> list[str]:
    read = parts(io.BytesIO(text.encode()), "a.csv", source="a.csv", url="", currency="", at=1)
    next(read)
    return [str(one.said) for part in read for one in entries_in(part) if isinstance(one, Note)]


def test_an_export_of_woocommerce_in_russian_is_read_with_its_kinds_and_paragraphs() -> None:
    (soap,) = products(WOOCOMMERCE_IN_RUSSIAN.encode(), currency="RUB")
    assert (soap.name, soap.sku, soap.description) == ("Мыло", "SOAP", "Ручная работа.\nБез масла")
    assert (str(soap.price), str(soap.list_price), soap.category) == ("90", "120", ("Уход", "Мыло"))
    assert [(one.name, one.availability) for one in soap.variants] == [
        ("красный", "in_stock"),
        ("синий", "out_of_stock"),
    ]


def test_the_tree_of_categories_of_yandex_markets_format_names_what_offers_are() -> None:
    (kettle,) = products(YML.encode("cp1251"), called="a.xml", currency="")
    assert (kettle.name, kettle.category) == ("Чайник Fira K7", ("Дом", "Чайники"))
    assert (str(kettle.price), kettle.currency, kettle.availability) == ("8990", "RUB", "out_of_stock")


def test_items_of_a_group_are_one_product_wherever_they_stand_at_the_lowest_price_in_stock() -> None:
    shirts = products(f"<rss><channel>{GROUPS}</channel></rss>".encode(), called="a.xml")
    assert [(one.name, str(one.price), len(one.variants)) for one in shirts] == [
        ("Shirt A", "7", 3),
        ("Shirt B", "7", 3),
    ]


def test_images_within_elements_of_their_own_are_found() -> None:
    (kettle,) = products(MALL.encode(), called="a.xml")
    assert kettle.images == ("https://s.example/1.jpg", "https://s.example/2.jpg")


def test_kinds_that_magento_lists_belong_to_their_product() -> None:
    tee, mug = sorted(products(MAGENTO.encode()), key=lambda one: one.name, reverse=True)
    assert (tee.sku, str(tee.price), mug.variants) == ("T", "9", ())
    assert [(one.name, one.sku, one.availability) for one in tee.variants] == [
        ("S", "T-S", "in_stock"),
        ("L", "T-L", "out_of_stock"),
    ]
    plain = 'sku,name,price,additional_attributes,configurable_variations\nA,Cup,1,"color=Red,size=M",\n'
    (cup,) = products(plain.encode())
    assert {one.name: one.value for one in cup.attributes} == {"color": "Red", "size": "M"}


@pytest.mark.parametrize(("tracker", "said"), [("", None), ("shopify", "out_of_stock")])
def test_stock_that_nobody_counts_is_not_out(tracker: str, said: str | None) -> None:
    head = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price"
    (mug,) = products(f"{head}\nmug,Mug,M,{tracker},0,8.50\n".encode())
    assert mug.availability == said


def test_stock_that_woocommerce_does_not_count_is_in() -> None:
    (mug,) = products(b"SKU,Name,In stock?,Stock,Regular price\nM,Mug,1,,8\n")
    assert mug.availability == "in_stock"


def test_the_currency_in_ebays_header_is_that_of_its_prices() -> None:
    head = '"*Action(SiteID=UK|Country=GB|Currency=GBP|Version=1193|CC=UTF-8)",*Title,*StartPrice,*Quantity,C:Brand'
    (lamp, bulb) = products(f"{head}\nAdd,Lamp,9.50,3,Fira\n,Bulb,2,1,Fira\n".encode(), currency="")
    assert [(one.name, one.currency, one.brand) for one in (lamp, bulb)] == [
        ("Lamp", "GBP", "Fira"),
        ("Bulb", "GBP", "Fira"),
    ]


@pytest.mark.parametrize(
    ("encoding", "head", "name"),
    [
        ("cp932", "商品名,商品コード,販売価格,説明", "陶器の急須と湯呑みのセット"),
        ("gb18030", "商品名称,货号,售价,描述", "紫砂茶壶套装家用功夫茶具"),
        ("cp1251", "Наименование;Артикул;Цена;Описание", "Чайник керамический с крышкой"),
        ("cp1252", "Bez.;Art.-Nr.;Preis;Beschreibung", "Große Teekanne für Grüntee"),
    ],
)
def test_files_of_old_encodings_are_read(encoding: str, head: str, name: str) -> None:
    mark = ";" if ";" in head else ","
    rows = "".join(f"\n{mark.join((f'{name} {number}', f'A-{number}', '12', name))}" for number in range(5))
    found = products((head + rows).encode(encoding))
    assert [(one.name, one.sku) for one in found] == [(f"{name} {number}", f"A-{number}") for number in range(5)]


def test_a_mapping_overrides_what_columns_are_called() -> None:
    mapping: Mapped = {"Ware": "name", "Betrag": "price", "Name": "brand", "Preis": None}
    (pot,) = products(b"Ware;Name;Betrag;Preis\nPot;Fira;9;100\n", mapping=mapping)
    assert (pot.name, pot.brand, str(pot.price)) == ("Pot", "Fira", "9")


def test_columns_that_were_not_understood_and_wrong_gtins_are_said_once() -> None:
    text = "name,price,currency,ean,Regalplatz,Farbe\n" + "".join(
        f"Pot {n},1,EUR,400638133393{n},A,rot\n" for n in (1, 2)
    )
    assert notes(text) == [
        "1 column of a.csv was not understood, and is kept as an attribute: Regalplatz.",
        "1 GTIN in a.csv is wrong, and was left out: 4006381333932 (a.csv, row 3).",
    ]


def test_a_product_with_a_number_of_its_own_needs_no_price_and_that_is_said() -> None:
    text = "sku,name,price,currency\nA,Set,,EUR\nB,Gift,0,EUR\n,Heading,,EUR\n"
    found = list(entries(opened(io.BytesIO(text.encode()), "a.csv", source="a.csv"), currency="", at=1))
    assert [one.values.name for one in found if isinstance(one, SourceStatement)] == ["Set", "Gift"]
    assert notes(text) == ["2 products have no price: a.csv, row 2, a.csv, row 3."]


def test_a_parent_of_0_is_none() -> None:
    text = (
        "ID,Type,SKU,Name,Regular price,Parent\n1,variable,A,Tea,,0\n2,variation,,Tea - red,3,A\n3,simple,B,Pot,9,0\n"
    )
    tea, pot = products(text.encode())
    assert (tea.name, len(tea.variants), pot.variants) == ("Tea", 1, ())


def test_kinds_whose_product_has_no_row_are_one_product_of_their_own() -> None:
    text = "ID,SKU,Name,Regular price,Parent\n1,,Tea - red,3,T\n2,,Pot,8,\n3,,Tea - blue,2,T\n"
    pot, tea = sorted(products(text.encode()), key=lambda one: one.name)
    assert (tea.name, str(tea.price), len(tea.variants), pot.variants) == ("Tea - red", "2", 2, ())


def test_of_two_prices_the_one_with_tax_counts_and_spaces_end_none() -> None:
    feed = (
        "<SHOP><SHOPITEM><PRODUCT>Pot</PRODUCT><PRICE>5000</PRICE><VAT>0.2</VAT><PRICE_VAT>6000</PRICE_VAT>"
        "</SHOPITEM></SHOP>"
    )
    assert [str(one.price) for one in products(feed.encode(), "a.xml")] == ["6000"]
    assert [str(one.price) for one in products(b"Nom;Prix\nPot;10  000 XOF\n")] == ["10000"]


def test_a_price_has_the_currency_of_its_own_column_only() -> None:
    (soap,) = products(b"URL handle,Title,Price,Price EUR\nsoap,Soap,14.30,7.31\n", currency="")
    assert (str(soap.price), soap.currency) == ("14.30", None)
    (soap,) = products(b"Title;Price EUR;Price USD\nSoap;7.31;8\n", currency="")
    assert (str(soap.price), soap.currency) == ("7.31", "EUR")


def test_ceneos_offers_are_read_with_attributes_and_images() -> None:
    feed = """<offers><o id="7" url="https://s.example/7" price="129" stock="0"><cat>Zasilacze</cat>
    <name>Zasilacz</name><imgs><main url="https://s.example/1.png"/><i url="https://s.example/2.png"/></imgs>
    <attrs><a name="Producent">Fira</a><a name="EAN">4006381333931</a></attrs></o></offers>"""
    (one,) = products(feed.encode(), "a.xml")
    assert (one.name, one.brand, one.gtin, str(one.price)) == ("Zasilacz", "Fira", "4006381333931", "129")
    assert (one.url, one.category, len(one.images)) == ("https://s.example/7", ("Zasilacze",), 2)
    assert one.availability == "out_of_stock"


def test_comments_of_a_description_are_not_read() -> None:
    (nuts,) = products(b"Title,Price,Description\nNuts,3,<!--StartFragment -->Roasted almonds\n")
    assert nuts.description == "Roasted almonds"


def test_numbers_that_are_no_gtins_tell_products_apart_all_the_same() -> None:
    text = b"name,price,barcode\nChilli,10,2700106\nChilli,10,2700118\n"
    found = list(entries(opened(io.BytesIO(text), "a.csv", source="a.csv"), currency="EUR", at=1))
    assert [one.item for one in found if isinstance(one, SourceStatement)] == ["2700106", "2700118"]
