"""The kinds of a product that a page offers at a price each: to be chosen from a list, or in a table by size."""

from decimal import Decimal

from magicai.shops.extraction import traits
from magicai.shops.extraction.chosen_price import price_of
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.phrases import table
from magicai.shops.extraction.shown_prices import Money, money_in
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.extraction.table_columns import columns_of, read_columns
from magicai.shops.extraction.text import clean
from magicai.shops.product import Availability, Observation, Source, Variant

_COLUMNS = table("products")["columns"]
_KINDS, _PRICES = frozenset(_COLUMNS["kind"]), frozenset(_COLUMNS["price"])
_LEAST = 2
_SELECT_LIMIT = 20
_AROUND_NAME = " \n\t-–—:|/,;()[]"
_APART = traits.RELATED | traits.CART | traits.REVIEWS | traits.NAVIGATION | traits.FOOTER | traits.HIDDEN


def offered_kinds(outline: Outline, page: ParsedPage, moneys: list[Money], shown: Observation) -> list[Variant]:
    """The kinds of the page's product, of which the price that it shows is one's; empty where it offers none."""
    for kinds in (*_in_lists(page), *_in_tables(outline, page, moneys)):
        prices: set[Decimal | None] = {kind.price for kind in kinds}
        if len(kinds) >= _LEAST and (shown.price is None or shown.price in prices):
            return kinds
    return []


def _in_lists(page: ParsedPage) -> list[list[Variant]]:
    """Of each list of options with prices: what stands before the price, and what is said of its stock."""
    found: list[list[Variant]] = []
    for select in page.tree.css("select")[:_SELECT_LIMIT]:
        options = Outline(select)
        moneys = money_in(options, page)
        kinds = [_of_option(option, moneys, options) for option in options.tagged("option")]
        named = [kind for kind in kinds if kind is not None and kind.name and not kind.name.isdecimal()]
        if any(kind.availability is Availability.OUT_OF_STOCK for kind in named):  # so the others can be had
            named = [
                kind.model_copy(update={"availability": Availability.IN_STOCK})
                if kind.availability is Availability.UNKNOWN
                else kind
                for kind in named
            ]
        found.append(named)
    return found


def _of_option(option: Element, moneys: list[Money], outline: Outline) -> Variant | None:
    own = [money for money in moneys if outline.holds(option, money.element)]
    text = outline.text_of(option)
    price = price_of(own)
    if price is None:
        return None
    is_gone = "disabled" in option.attributes
    stock = Availability.OUT_OF_STOCK if is_gone else stock_word(clean(text[own[-1].end - option.start :]))
    return Variant(
        name=clean(text[: own[0].start - option.start].strip(_AROUND_NAME)),
        price=price.amount,
        currency=price.currency,
        list_price=price.list_price,
        availability=stock or Availability.UNKNOWN,
    )


def _in_tables(outline: Outline, page: ParsedPage, moneys: list[Money]) -> list[list[Variant]]:
    """Of each table whose headings name a size or colour and a price: its rows."""
    found: list[list[Variant]] = []
    for element in outline.tagged("table"):
        rows = [row for row in outline.inside(element) if row.tag == "tr"] if not element.zones & _APART else []
        columns = columns_of(rows[-1], outline) if len(rows) > _LEAST else {}
        headings = {place: heading.lower() for place, heading in columns.items()}
        places = [place for place, heading in headings.items() if heading in _KINDS]
        if places and not _PRICES.isdisjoint(headings.values()):
            kinds = [_of_row(row, columns, places[0], outline, page, moneys) for row in rows[1:]]
            found.append([kind for kind in kinds if kind is not None])
    return found


def _of_row(
    row: Element, columns: dict[int, str], place: int, outline: Outline, page: ParsedPage, moneys: list[Money]
) -> Variant | None:
    cells = [child for child in outline.children(row) if child.tag in ("td", "th")]
    own = [money for money in moneys if outline.holds(row, money.element)]
    price = price_of(own)
    if len(cells) != len(columns) or price is None:
        return None
    stated = page.observation(clean(outline.text_of(cells[place])), Source.PAGE)
    read_columns(row, columns, own, stated, outline)
    stated.price, stated.currency, stated.list_price = price.amount, price.currency, price.list_price
    return stated.as_variant()
