"""Product exports as shop systems and people write them: kinds in rows of their own, titles above the header."""

import io
import json
from typing import Any

import openpyxl
import pytest

from magicai.catalogue.intake.files import Entry, entries, opened
from magicai.catalogue.product import SourceStatement

SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,\
Image Src,Status
tea-shirt,Tea shirt,<p>Soft &amp; warm</p>,Fira,Apparel > Shirts,Shirts,,TRUE,Color,Blue,Size,M,TS-BM,200,0,19.00,\
25.00,4006381333931,https://cdn.example/a.jpg?v=1,active
tea-shirt,,,,,,,,,Blue,,L,TS-BL,210,4,21.00,,,https://cdn.example/b.jpg,
tea-shirt,,,,,,,,,,,,,,,,,,https://cdn.example/c.jpg,
mug,Mug,,Fira,,Mugs,,TRUE,Title,Default Title,,,MUG-1,300,7,8.50,,,,active
"""
WOOCOMMERCE = """\
ID,Type,SKU,GTIN\\, UPC\\, EAN\\, or ISBN,Name,Published,Short description,Description,In stock?,Stock,Sale price,\
Regular price,Categories,Images,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 1 visible
10,simple,BELT,,Belt,1,Short,Long leather belt,1,3,45,55,"Clothing > Accessories",\
"https://s.example/belt-1.jpg, https://s.example/belt-2.jpg",,Material,Leather,1
11,variable,HOODIE,,Hoodie,1,,A hoodie,1,,,,Clothing > Hoodies,https://s.example/h.jpg,,Color,"Blue, Green",1
12,variation,HOODIE-B,,Hoodie - Blue,1,,,0,0,,45,,https://s.example/hb.jpg,HOODIE,Color,Blue,
13,variation,HOODIE-G,,Hoodie - Green,1,,,1,2,42,46,,,id:11,Color,Green,
""".replace("GTIN\\, UPC\\, EAN\\, or ISBN", '"GTIN, UPC, EAN, or ISBN"')
MAGENTO = """\
sku,store_view_code,attribute_set_code,product_type,categories,name,description,short_description,price,special_price,\
url_key,base_image,additional_images,qty,is_in_stock
24-MB01,,Bag,simple,"Default Category/Gear,Default Category/Gear/Bags",Joust Duffle Bag,<p>Roomy</p>,,34.00,\
29.50,joust,https://m.example/a.jpg,"https://m.example/a.jpg,https://m.example/w_300,h_200/b.jpg",100,1
"""


def read(body: bytes, called: str = "a.csv", currency: str = "EUR") -> list[Entry]:
    return list(entries(opened(io.BytesIO(body), called, source=called), currency=currency, at=1))


def products(body: bytes, **named: str) -> list[SourceStatement]:
    found = read(body, **named)
    assert not [one for one in found if not isinstance(one, SourceStatement)]
    return [one for one in found if isinstance(one, SourceStatement)]


def variants(one: SourceStatement) -> list[tuple[str, str | None, str, str]]:
    return [(kind.name, kind.sku, str(kind.price), kind.availability) for kind in one.values.variants]


def attributes(one: SourceStatement) -> dict[str, Any]:
    return {attribute.name: attribute.value for attribute in one.values.attributes}


def test_kinds_and_images_of_a_shopify_export_are_one_product() -> None:
    shirt, mug = products(SHOPIFY.encode())
    assert variants(shirt) == [
        ("Blue / M", "TS-BM", "19.00", "out_of_stock"),
        ("Blue / L", "TS-BL", "21.00", "in_stock"),
    ]
    values = shirt.values
    # The lowest price of those in stock, and no number of a kind for all of them.
    assert (values.name, values.sku, values.gtin, str(values.price)) == ("Tea shirt", "tea-shirt", None, "21.00")
    assert (values.category, values.description, values.availability) == (
        ("Apparel", "Shirts"),
        "Soft & warm",
        "in_stock",
    )
    assert [image.rpartition("/")[2] for image in values.images] == ["a.jpg?v=1", "b.jpg", "c.jpg"]
    assert (mug.values.sku, mug.values.variants, mug.values.category, attributes(mug)["stock"]) == (
        "MUG-1",
        (),
        ("Mugs",),
        7.0,
    )
    assert "title" not in attributes(mug)
    assert shirt.origin.place == "a.csv, row 2"


def test_variations_of_a_woocommerce_export_belong_to_their_parent() -> None:
    belt, hoodie = products(WOOCOMMERCE.encode())
    values = belt.values
    assert (str(values.price), str(values.list_price), values.category) == ("45", "55", ("Clothing", "Accessories"))
    assert (values.description, values.availability, len(values.images)) == ("Long leather belt", "in_stock", 2)
    assert (attributes(belt)["material"], attributes(belt)["stock"]) == ("Leather", 3.0)
    assert (hoodie.values.sku, str(hoodie.values.price), str(hoodie.values.list_price)) == ("HOODIE", "42", "46")
    assert variants(hoodie) == [("Blue", "HOODIE-B", "45", "out_of_stock"), ("Green", "HOODIE-G", "42", "in_stock")]
    assert hoodie.values.images == ("https://s.example/h.jpg", "https://s.example/hb.jpg")


def test_a_row_type_is_no_category_and_a_comma_in_an_address_ends_none() -> None:
    (bag,) = products(MAGENTO.encode())
    assert (str(bag.values.price), str(bag.values.list_price), attributes(bag)["stock"]) == ("29.50", "34.00", 100.0)
    assert bag.values.category == ("Gear", "Bags")
    assert bag.values.images == ("https://m.example/a.jpg", "https://m.example/w_300,h_200/b.jpg")


@pytest.mark.parametrize(
    "body",
    [
        "sep=;\nName;Preis (EUR)\nKanne;12,50\n",
        "Preisliste 2026;;\nStand: 1.11.;;\n\nArtikelname;Preis EUR;Bild\nKanne;12,50;\n",
        "\ufeffName;Preis;;\nKanne;12,50;;\n",
        "Name\tPreis\nKanne\t12,50 €\n",
        '"Name";"Preis"\r\n"Kanne";"12,50"\r\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_the_header_is_found_below_titles_and_separators(body: str, encoding: str) -> None:
    if encoding == "cp1252":
        body = body.removeprefix("\ufeff")
    (one,) = products(body.encode(encoding))
    assert (one.values.name, str(one.values.price), one.values.currency) == ("Kanne", "12.50", "EUR")


def test_a_sheet_with_a_title_and_merged_cells_above_its_header_is_read() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["Price list"],
        ["Article", None, "Sale"],
        ["名称", "货号", "价格", "图片", "图片"],
        ["水壶", 17, 12.5, "https://s.example/1.jpg", "https://s.example/2.jpg"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:B2")
    out = io.BytesIO()
    book.save(out)
    (one,) = products(out.getvalue(), called="a.xlsx")
    assert (one.values.name, one.values.sku, str(one.values.price), len(one.values.images)) == ("水壶", "17", "12.5", 2)
    assert one.origin.place == "a.xlsx, row 4"


def test_columns_of_one_name_keep_what_each_says() -> None:
    body = "name,image,price,image,note,note\nPot,https://s.example/1.jpg,3,https://s.example/2.jpg,a,b\n"
    (one,) = products(body.encode())
    assert len(one.values.images) == 2
    assert attributes(one) == {"note": "a", "note_2": "b"}


@pytest.mark.parametrize("indent", [None, 2])
def test_json_documents_of_apis_are_read_with_their_kinds(indent: int | None) -> None:
    product = {
        "id": 1,
        "title": "Cup",
        "handle": "cup",
        "variants": [{"title": "S", "sku": "C-S", "price": "3.00"}, {"title": "L", "sku": "C-L", "price": "4.00"}],
        "images": [{"src": "https://s.example/c.jpg"}],
    }
    for document in ({"products": [product]}, [product]):
        (one,) = products(json.dumps(document, indent=indent).encode(), called="a.json")
        assert (one.values.sku, str(one.values.price), one.values.images) == (
            "cup",
            "3.00",
            ("https://s.example/c.jpg",),
        )
        assert [kind[:2] for kind in variants(one)] == [("S", "C-S"), ("L", "C-L")]


@pytest.mark.parametrize(
    ("stated", "path"),
    [
        ("Clothing, Clothing > Hoodies", ("Clothing", "Hoodies")),
        ("Food, Beverages & Tobacco > Beverages", ("Food, Beverages & Tobacco", "Beverages")),
        ("Audio/Video", ("Audio/Video",)),
    ],
)
def test_of_several_categories_the_deepest_counts(stated: str, path: tuple[str, ...]) -> None:
    (one,) = products(f'name,price,categories\nPot,3,"{stated}"\n'.encode())
    assert one.values.category == path


def test_a_merchant_file_by_tabs_is_known_by_its_ids() -> None:
    body = (
        "id\ttitle\tlink\tprice\tsale_price\titem_group_id\tcolor\timage_link\n"
        "A1\tCup\thttps://s.example/cup\t12.00 EUR\t9.00 EUR\t\t\thttps://s.example/c.jpg\n"
        "B1\tShirt\thttps://s.example/shirt\t20 EUR\t\tB\tred\t\n"
        "B2\tShirt\thttps://s.example/shirt\t22 EUR\t\tB\tblue\t\n"
    )
    cup, shirt = products(body.encode(), called="a.txt", currency="")
    assert (cup.values.sku, str(cup.values.price), str(cup.values.list_price)) == ("A1", "9.00", "12.00")
    assert [kind.name for kind in shirt.values.variants] == ["red", "blue"]


def test_a_feed_without_currencies_takes_the_one_that_was_said() -> None:
    feed = (
        "<rss xmlns:g='http://base.google.com/ns/1.0'><channel><item><g:title><![CDATA[Cup & saucer]]></g:title>"
        "<link>https://s.example/cup</link><g:price>1.200,50</g:price><g:shipping><g:price>5 EUR</g:price></g:shipping>"
        "</item></channel></rss>"
    )
    (one,) = products(feed.encode(), called="f.xml", currency="CZK")
    assert (one.values.name, str(one.values.price), one.values.currency) == ("Cup & saucer", "1200.50", "CZK")
    (one,) = products(feed.encode(), called="f.xml", currency="")
    assert (str(one.values.price), one.values.currency) == ("1200.50", None)
