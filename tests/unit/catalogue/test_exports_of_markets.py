"""Lists as markets, suppliers and shops of many countries write them: each row is read, whatever its columns are."""

import io
import json

import pytest

from magicai.catalogue.intake.files import entries, opened
from magicai.catalogue.product import SourceStatement
from magicai.shops.columns import column_of

FRENCH = (
    "Réf.;Désignation;Marque;Code-barres;Prix TTC;Stock\nFR1;Chaise pliante;Lafuma;4006381333931;1 299,90 €;rupture\n"
)
SPANISH = (
    "Código;Artículo;Marca;Código de barras;P.V.P.;Existencias\nE1;Cafetera;Oroley;4006381333931;24,95 €;agotado\n"
)
POLISH = "Symbol;Nazwa produktu;Producent;Kod EAN;Cena brutto;Stan\nP1;Czajnik;Zelmer;4006381333931;89,00 zł;4\n"
JAPANESE = '商品コード,商品名,メーカー,JANコード,価格（税込）,在庫数\nJ1,急須 320ml,常滑,4006381333931,"3,300円",5\n'
KOREAN = '상품코드,상품명,브랜드,바코드,판매가,재고수량\nK1,텀블러,락앤락,4006381333931,"15,000원",3\n'
CHINESE = "商品编号,商品名称,品牌,条形码,售价,库存\nS1,不锈钢保温杯的质量,膳魔师,4006381333931,¥128.00,缺货\n"
ETSY = "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,IMAGE1,SKU,BRAND,GTIN\nRing,,25.00,GBP,3,,R1,Ann,4006381333931\n"
EBAY = (
    "Item number,Title,Custom label (SKU),Available quantity,Currency,Start price,P:EAN,Brand\n"
    "123,Lamp,LAMP1,2,USD,45.0,4006381333931,Fira\n"
)
BIGCOMMERCE = (
    "Item Type,Product Name,Product Type,Product Code/SKU,Brand Name,Price,Retail Price,Current Stock Level,Category,"
    "Product Image File - 1,Product UPC/EAN\nProduct,Tray,P,FLC,OFS,225.00,0,8,Garden,tray.jpg,4006381333931\n"
)
AMAZON = (
    "TemplateType=fptcustom\tVersion=2021.0\t\t\t\t\nSeller SKU\tProduct Name\tBrand\tProduct ID\tStandard Price\t"
    "Quantity\nitem_sku\titem_name\tbrand_name\texternal_product_id\tstandard_price\tquantity\n"
    "AMZ-1\tYoga mat\tFitCo\t4006381333931\t19.99\t55\n"
)
HEUREKA = (
    "<SHOP><SHOPITEM><ITEM_ID>AB1</ITEM_ID><PRODUCT>Nokia + case</PRODUCT><PRODUCTNAME>Nokia</PRODUCTNAME>"
    "<URL>http://s.example/n</URL><PRICE_VAT>6000</PRICE_VAT><ITEM_TYPE>new</ITEM_TYPE><MANUFACTURER>N</MANUFACTURER>"
    "<PARAM><PARAM_NAME>Barva</PARAM_NAME><VAL>černá</VAL></PARAM><EAN>4006381333931</EAN></SHOPITEM></SHOP>"
)
YANDEX = (
    '<yml_catalog><shop><name>S</name><url>http://s.example</url><offers><offer id="9" available="true">'
    "<name>Чайник</name><url>http://s.example/9</url><price>8990</price><currencyId>RUR</currencyId>"
    '<vendor>B</vendor><barcode>4006381333931</barcode><param name="Цвет">белый</param></offer></offers></shop>'
    "</yml_catalog>"
)
SUPPLIER = (
    '<catalog><product id="7"><name>Kettle</name><sku>X7</sku><brand>Fira</brand><ean>4006381333931</ean>'
    '<price currency="GBP">12.00</price><images><image>https://a.example/1.jpg</image></images><stock>3</stock>'
    "<shipping><price>4.00</price></shipping></product></catalog>"
)
LINKED_DATA = {
    "@context": "https://schema.org", "@type": "Product", "name": "Espresso maker", "sku": "EM1",
    "gtin13": "4006381333931", "brand": {"@type": "Brand", "name": "Bialetti"},
    "offers": [{"@type": "Offer", "price": "24.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}],
}  # fmt: skip
INTERFACE = {
    "title": "Mug", "sku": "M1", "barcode": "4006381333931", "vendor": "Fira", "stock": 0,
    "price": {"amount": 7.5, "currencyCode": "USD"},
}  # fmt: skip


def first(text: str, called: str = "list.csv", currency: str = "EUR") -> SourceStatement:
    found = list(entries(opened(io.BytesIO(text.encode()), called, source=called), currency=currency, at=1))
    assert [type(one) for one in found] == [SourceStatement]
    return next(one for one in found if isinstance(one, SourceStatement))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FRENCH, "FR1 | Chaise pliante | Lafuma | 1299.90 EUR | out_of_stock"),
        (SPANISH, "E1 | Cafetera | Oroley | 24.95 EUR | out_of_stock"),
        (POLISH, "P1 | Czajnik | Zelmer | 89.00 PLN | in_stock"),
        (JAPANESE, "J1 | 急須 320ml | 常滑 | 3300 JPY | in_stock"),
        (KOREAN, "K1 | 텀블러 | 락앤락 | 15000 KRW | in_stock"),
        (CHINESE, "S1 | 不锈钢保温杯的质量 | 膳魔师 | 128.00 CNY | out_of_stock"),
        (ETSY, "R1 | Ring | Ann | 25.00 GBP | in_stock"),
        (EBAY, "LAMP1 | Lamp | Fira | 45.0 USD | in_stock"),
        (BIGCOMMERCE, "FLC | Tray | OFS | 225.00 EUR | in_stock"),
        (HEUREKA, "AB1 | Nokia | N | 6000 EUR | None"),
        (YANDEX, "9 | Чайник | B | 8990 RUB | in_stock"),
        (SUPPLIER, "X7 | Kettle | Fira | 12.00 GBP | in_stock"),
        (json.dumps(LINKED_DATA), "EM1 | Espresso maker | Bialetti | 24.90 EUR | in_stock"),
        (json.dumps(INTERFACE), "M1 | Mug | Fira | 7.5 USD | out_of_stock"),
    ],
)
def test_what_a_list_calls_its_columns_does_not_matter(text: str, said: str) -> None:
    values = first(text).values
    parts = (values.sku, values.name, values.brand, f"{values.price} {values.currency}", values.availability)
    assert " | ".join(map(str, parts)) == said
    assert values.gtin == "4006381333931"


def test_names_that_stand_twice_are_no_product() -> None:
    values = first(AMAZON).values
    assert (values.name, values.sku, str(values.price)) == ("Yoga mat", "AMZ-1", "19.99")


def test_the_surest_of_several_columns_about_the_same_counts() -> None:
    values = first("Type,Category,name,price,Main image,url\nPhysical,Kitchen,Pan,3,tray.jpg,\n").values
    assert (values.category, values.images) == (("Kitchen",), ())


@pytest.mark.parametrize(
    ("stated", "path"),
    [
        ("服装/男装/T恤", ("服装", "男装", "T恤")),
        ("Audio/Video", ("Audio/Video",)),
        ("Bags, Cases", ("Bags, Cases",)),
        ("Home,Clothes,Men", ("Home", "Clothes", "Men")),
        ("Kitchen;Mugs", ("Kitchen", "Mugs")),
        ("Gear > Bags, Gear > Bags > Totes", ("Gear", "Bags", "Totes")),
        ("Bags, Cases > Totes", ("Bags, Cases", "Totes")),
    ],
)
def test_a_category_is_parted_where_shops_part_it(stated: str, path: tuple[str, ...]) -> None:
    assert first(json.dumps({"name": "A", "category": stated})).values.category == path


def test_variants_of_exports_that_number_their_options_behind() -> None:
    rows = (
        "Product ID [Non Editable],Title,SKU,Option Name 1,Option Value 1,Price,Sale Price,On Sale,Stock\n"
        "5f,Mug,SQ1,Color,Red,12.00,10.00,No,0\n5f,,SQ2,,Blue,12.00,10.00,Yes,4\n"
    )
    values = first(rows).values
    assert [(variant.name, variant.sku, str(variant.price)) for variant in values.variants] == [
        ("Red", "SQ1", "12.00"),
        ("Blue", "SQ2", "10.00"),
    ]


def test_attributes_of_one_cell_are_parted() -> None:
    attributes = first('sku,name,additional_attributes\nA,Bag,"color=Blue,material=Nylon"\n').values.attributes
    assert {attribute.name: attribute.value for attribute in attributes} == {"color": "Blue", "material": "Nylon"}


def test_a_price_list_that_only_describes_its_items_names_them_so() -> None:
    rows = "Acme Ltd. 2026,,\n,,\nItem no.,Description,Price (EUR)\n1001,Hex bolt M8x40,12.5\n"
    values = first(rows, currency="").values
    assert (values.sku, values.name, values.currency) == ("1001", "Hex bolt M8x40", "EUR")


@pytest.mark.parametrize(
    "called", ["Seller name", "Item weight", "Price type", "Meta title", "Parent name", "Year", ""]
)
def test_a_column_about_something_else_stays_an_attribute(called: str) -> None:
    assert not column_of(called).field
