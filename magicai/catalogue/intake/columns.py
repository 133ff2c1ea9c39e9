"""What a column of a product list is about, by its name: as shops, suppliers and their exports call it."""

import re

_NOT_WORD = re.compile(r"[\W_]+")
_SEVERAL = re.compile(r"(?<!\d)\d+$")

_NAMES = {
    "name": "name title product_name item_name product_title 名称 商品名称 品名 标题 商品标题 bezeichnung titel nom",
    "url": "url link product_url product_link address page web_page permalink handle_url 链接 网址 商品链接 地址",
    "sku": "sku item_number item_no article_number article_no variant_sku product_code 货号 编码 商品编码",
    "gtin": "gtin ean upc isbn barcode gtin13 ean13 gtin_13 ean_code variant_barcode 条码 条形码 国条码",
    "model": "mpn model model_number manufacturer_part_number 型号",
    "brand": "brand vendor manufacturer maker marke hersteller marque 品牌 制造商 厂商",
    "price": "price sale_price regular_price unit_price variant_price preis prix 价格 售价 现价 单价",
    "list_price": "list_price compare_at_price variant_compare_at_price msrp rrp old_price uvp 原价 市场价",
    "currency": "currency price_currency currency_code 币种 货币",
    "availability": "availability stock_status in_stock stock available status_of_stock 库存状态 是否有货",
    "category": ("category categories product_type product_category type department kategorie 类目 分类 类别 商品分类"),
    "images": (
        "image images image_url image_link image_src picture pictures photo photos additional_image_link main_image"
        " 图片 主图"
    ),
    "description": "description body_html body long_description details text short_description 描述 详情 简介 商品描述",
    "reviews": "reviews review comments review_text 评价 评论",
    "language": "language locale lang 语言",
}
_BY_NAME = {name: field for field, names in _NAMES.items() for name in names.split()}


def field_of(column: str) -> str:
    """The field that a column is about; "" where it is an attribute of its own."""
    name = normal(column)
    return _BY_NAME.get(name) or _BY_NAME.get(_SEVERAL.sub("", name).strip("_"), "")


def normal(column: str) -> str:
    """A column's name in lower case, with underscores; without the g: of feeds."""
    plain = column.strip().casefold().removeprefix("g:")
    return _NOT_WORD.sub("_", plain).strip("_")
