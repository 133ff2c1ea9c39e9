"""What a column of a product list is about, by its name: as shops, suppliers and their exports call it.

Sources: column names of the product exports of Shopify, WooCommerce, Magento, PrestaShop and of Google Merchant Center.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from magicai.values.currencies import CODES

_NOT_WORD = re.compile(r"[\W_]+")
_SEVERAL = re.compile(r"(?<!\d)\d+$")
_REMEMBERED = 4_096

_NAMES = {
    "name": (
        "name title product_name item_name product_title productname artikelname produktname bezeichnung titel nom"
        " nombre naam 名称 商品名称 产品名称 品名 标题 商品标题"
    ),
    "url": (
        "url link product_url product_link address page web_page permalink handle_url product_page artikel_url"
        " 链接 网址 商品链接 产品链接 地址"
    ),
    "sku": (
        "sku item_number item_no item_sku article_number article_no variant_sku product_code product_number reference"
        " artikelnummer artikel_nr art_nr bestellnummer référence referencia 货号 编码 商品编码 产品编号 商品编号"
    ),
    "gtin": (
        "gtin ean upc isbn barcode gtin13 ean13 gtin_13 gtin12 gtin14 ean_code upc_code variant_barcode"
        " gtin_upc_ean_or_isbn external_product_id 条码 条形码 国条码 商品条码"
    ),
    "model": "mpn model model_number manufacturer_part_number part_number herstellernummer modell 型号",
    "brand": (
        "brand brand_name brands vendor manufacturer maker marke hersteller marque marca 品牌 品牌名称 制造商 厂商"
    ),
    "price": (
        "price regular_price unit_price variant_price price_tax_incl retail_price standard_price price_vat preis"
        " verkaufspreis bruttopreis vk_preis prix precio prijs 价格 售价 现价 单价 销售价 价钱"
    ),
    "sale_price": "sale_price special_price discounted_price offer_price angebotspreis aktionspreis 促销价 活动价 特价",
    "list_price": "list_price compare_at_price variant_compare_at_price msrp rrp old_price uvp 原价 市场价 划线价",
    "currency": "currency price_currency currency_code währung waehrung devise 币种 货币",
    "availability": "availability stock_status in_stock is_in_stock available status_of_stock 库存状态 是否有货",
    "quantity": (
        "stock quantity qty stock_quantity inventory inventory_quantity variant_inventory_qty"
        " variant_inventory_quantity on_hand bestand lagerbestand 库存 库存数量 数量"
    ),
    "category": (
        "category categories product_category product_type type department kategorie kategorien warengruppe catégorie"
        " category_path 类目 分类 类别 商品分类 产品分类"
    ),
    "images": (
        "image images image_url image_urls image_link image_src img picture pictures photo photos"
        " additional_image_link additional_images additional_image_urls main_image main_image_url base_image"
        " variant_image bild bilder bild_url 图片 主图 图片链接 商品图片 图片地址"
    ),
    "description": (
        "description body_html body long_description full_description product_description details text"
        " beschreibung langbeschreibung artikelbeschreibung 描述 详情 商品描述 产品描述"
    ),
    "summary": "short_description summary subtitle kurzbeschreibung 简介 副标题 卖点",
    "reviews": "reviews review comments review_text 评价 评论",
    "language": "language locale lang store_view_code sprache 语言",
    "group": "handle item_group_id",
    "parent": "parent parent_sku",
    "id": "id product_id item_id",
}
_BY_NAME = {name: field for field, names in _NAMES.items() for name in names.split()}
_PRICES = ("price", "sale_price", "list_price")
# One column of a list of addresses; any other list has at least two that are known.
_LEAST_KNOWN = 2


class Column(NamedTuple):
    """What a column is about.

    Attributes:
        field: "" where it is an attribute of its own.
        name: in lower case, with underscores; without the g: of feeds.
        currency: that its name states, as `price_eur` does.
    """

    field: str
    name: str
    currency: str = ""


@lru_cache(_REMEMBERED)
def column_of(called: str) -> Column:
    """What a column of this name is about."""
    name = normal(called)
    field = _BY_NAME.get(name) or _BY_NAME.get(_SEVERAL.sub("", name).strip("_"), "")
    if not field:
        rest, _, code = name.rpartition("_")
        if code.upper() in CODES and _BY_NAME.get(rest) in _PRICES:
            return Column(_BY_NAME[rest], name, code.upper())
    return Column(field, name)


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells of a row are names of columns, rather than a title above them."""
    named = [cell for cell in cells if cell]
    known = {column_of(cell).field for cell in named} - {""}
    alone = len(named) == 1 and bool(known & {"url", "name"})
    return alone or (len(known) >= _LEAST_KNOWN and bool(known & {"name", "url", "sku", "group"}))


def normal(called: str) -> str:
    """A column's name in lower case, with underscores; without the g: of feeds."""
    plain = called.strip().casefold().removeprefix("g:")
    return _NOT_WORD.sub("_", plain).strip("_")
