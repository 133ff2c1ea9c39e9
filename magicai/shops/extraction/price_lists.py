"""Price lists: tables whose rows are products without pages of their own.

A table counts as one only where its headings name a product, a price and something else that shops tell of products, so
that tables of delivery costs or opening hours never do.
"""

from magicai.shops.extraction import traits
from magicai.shops.extraction.chosen_price import price_of
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import table
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.table_columns import columns_of, read_columns, tells_of_products
from magicai.shops.extraction.text import clean
from magicai.shops.product import Observation, Source

_COLUMNS = table("products")["columns"]
_NAMES, _PRICES = frozenset(_COLUMNS["name"]), frozenset(_COLUMNS["price"])
_LEAST_ROWS = 2
_APART = traits.NAVIGATION | traits.FOOTER | traits.CART | traits.RELATED | traits.REVIEWS | traits.HIDDEN


def read_price_lists(outline: Outline, page: ParsedPage, moneys: list[Money]) -> list[Observation]:
    """The products of a page's price lists; their addresses stay empty."""
    found: list[Observation] = []
    for element in outline.tagged("table"):
        if not element.zones & _APART:
            found += _read(element, outline, page, moneys)
    return found


def _read(element: Element, outline: Outline, page: ParsedPage, moneys: list[Money]) -> list[Observation]:
    rows = [row for row in outline.inside(element) if row.tag == "tr"]
    bare = [row for row in rows if not any(inner.tag == "a" for inner in outline.inside(row))]
    columns = columns_of(bare[-1], outline) if len(bare) > _LEAST_ROWS else {}
    places = [place for place, heading in columns.items() if heading.lower() in _NAMES]
    if not places or _PRICES.isdisjoint(map(str.lower, columns.values())) or not tells_of_products(columns):
        return []
    stated = [_row(row, columns, places[0], outline, page, moneys) for row in bare]
    return [observation for observation in stated if observation is not None]


def _row(
    row: Element, columns: dict[int, str], place: int, outline: Outline, page: ParsedPage, moneys: list[Money]
) -> Observation | None:
    cells = [child for child in outline.children(row) if child.tag == "td"]
    if len(cells) != len(columns):
        return None
    name = clean(outline.text_of(cells[place]))
    if not name:
        return None
    observation = page.observation(name, Source.TABLE, "")
    own = [money for money in moneys if outline.holds(row, money.element)]
    read_columns(row, columns, own, observation, outline)
    price = price_of(sorted(own, key=lambda money: money.start))
    if price is not None:
        observation.price, observation.currency = price.amount, price.currency
        observation.sign = price.open_sign
        observation.list_price = price.list_price
    return observation
