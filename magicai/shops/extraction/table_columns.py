"""What the columns of a table of products are about, by their headings."""

import re

from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.phrases import any_of, table
from magicai.shops.extraction.price_words import Part, part_by_words
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.extraction.text import clean
from magicai.shops.product import Availability, Observation

_HEADING_LIMIT = 40
_COLUMNS = table("products")["columns"]
_STOCK, _SKU, _NOT_PRICE = (re.compile(any_of(_COLUMNS[kind]), re.IGNORECASE) for kind in ("stock", "sku", "not_price"))
_BRAND = re.compile(any_of(table("products")["brand"]["words"]), re.IGNORECASE)
_GTIN = re.compile(r"\bean\b|gtin|upc|isbn|barcode|条码", re.IGNORECASE)
_COUNT = re.compile(r"^\D{0,3}(\d{1,7})\D{0,8}$")


def columns_of(row: Element, outline: Outline) -> dict[int, str]:
    """Headings of the columns of a row's table, by their place; empty where it has none."""
    around = next((element for element in outline.around(row) if element.tag == "table"), None)
    if around is None:
        return {}
    for element in outline.inside(around):
        if element.tag == "tr" and element.index < row.index:
            cells = [cell for cell in outline.children(element) if cell.tag in ("th", "td")]
            headings = {place: " ".join(outline.text_of(cell).split()) for place, cell in enumerate(cells)}
            if (
                cells
                and all(cell.tag == "th" for cell in cells)
                and all(len(text) <= _HEADING_LIMIT for text in headings.values())
            ):
                return headings
            return {}
    return {}


def tells_of_products(columns: dict[int, str]) -> bool:
    """Whether a table's headings name what shops tell of products: their stock, their numbers, their makers."""
    return any(
        known.search(heading) for heading in columns.values() for known in (_STOCK, _SKU, _GTIN, _BRAND) if heading
    )


def read_columns(
    row: Element, columns: dict[int, str], moneys: list[Money], observation: Observation, outline: Outline
) -> None:
    """Settle by a row's columns what its amounts are, and read its stock and numbers."""
    for place, cell in enumerate(child for child in outline.children(row) if child.tag in ("td", "th")):
        heading = columns.get(place, "")
        text = " ".join(outline.text_of(cell).split())
        for money in moneys:
            if outline.holds(cell, money.element) and money.part is Part.PRICE:
                money.part = Part.OTHER if _NOT_PRICE.search(heading) else part_by_words(heading, "")
        if not heading or not text:
            continue
        if _STOCK.search(heading):
            observation.availability = _availability(text)
        elif _SKU.search(heading):
            observation.sku = sku(text)
        elif _GTIN.search(heading):
            observation.gtin = gtin(text)
        elif _BRAND.fullmatch(heading):
            observation.brand = clean(text) or None


def _availability(text: str) -> Availability | None:
    count = _COUNT.match(text)
    if count:
        return Availability.IN_STOCK if int(count[1]) else Availability.OUT_OF_STOCK
    if text.lower() in ("yes", "ja", "oui", "sí", "si", "sim", "tak", "✓", "✔", "●", "有", "○", "◎"):
        return Availability.IN_STOCK
    if text.lower() in ("no", "nein", "non", "não", "nie", "nej", "✗", "✘", "×", "-", "–", "无", "無"):
        return Availability.OUT_OF_STOCK
    return stock_word(text)
