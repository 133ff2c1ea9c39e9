"""What cards state of their products."""

from collections.abc import Iterable

from magicai.shops.extraction.card_details import brand_of, image_of, name_of, rating_of
from magicai.shops.extraction.cards import APART, Card, Link
from magicai.shops.extraction.chosen_price import by_measure, price_of
from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.outline import Element, Outline
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.shown_prices import Money
from magicai.shops.extraction.shown_stock import shown_availability
from magicai.shops.extraction.table_columns import columns_of, read_columns
from magicai.shops.product import Observation, Source

_SKU_ATTRIBUTES = ("data-sku", "data-product-sku")
_GTIN_ATTRIBUTES = ("data-gtin", "data-ean", "data-gtin13", "data-barcode")


def opened_cards(outline: Outline, moneys: list[Money]) -> list[Card]:
    """Cards of products that have no address: a click opens them in front of the list (`data-opens`)."""
    opened = [element for element in outline.tagged("a") if "data-opens" in element.attributes]
    within = ([money for money in moneys if outline.holds(element, money.element)] for element in opened)
    return [Card(one, Link(one, "", "", strong=True), own) for one, own in zip(opened, within, strict=True)]


def read_cards(cards: Iterable[Card], outline: Outline, page: ParsedPage) -> list[Observation]:
    """What cards state; one without a name is nothing."""
    found: list[Observation] = []
    numbered = not outline.attribute_names.isdisjoint((*_SKU_ATTRIBUTES, *_GTIN_ATTRIBUTES))
    for card in cards:
        columns = columns_of(card.element, outline) if card.element.tag == "tr" else {}
        name = name_of(card.element, card.link.element, card.moneys, outline)
        if not name:
            continue
        observation = page.observation(name, Source.TABLE if columns else Source.CARDS, card.link.url)
        if columns:
            read_columns(card.element, columns, card.moneys, observation, outline)
        moneys = sorted(card.moneys, key=lambda money: money.start)
        price = price_of(moneys) or price_of(by_measure(moneys))
        if price is not None:
            observation.price, observation.currency = price.amount, price.currency
            observation.sign = price.open_sign
            observation.list_price = price.list_price
        _add_details(observation, outline.whole(card.element), outline, page, numbered=numbered)
        if observation.price is not None or observation.availability is not None:
            found.append(observation)
    return found


def _add_details(
    observation: Observation, elements: list[Element], outline: Outline, page: ParsedPage, *, numbered: bool
) -> None:
    """Add what the elements of a card say; `numbered` where any of the page has an attribute that names a number."""
    if observation.availability is None:
        observation.availability = shown_availability(elements, outline, apart=APART)
    observation.brand = observation.brand or brand_of(elements, outline, observation.name)
    observation.rating = rating_of(elements, outline)
    image = image_of(elements, page)
    observation.images = (image,) if image else ()
    if numbered and not observation.gtin:
        observation.gtin = gtin(_attribute(elements, _GTIN_ATTRIBUTES))
    if numbered and not observation.sku:
        observation.sku = sku(_attribute(elements, _SKU_ATTRIBUTES))


def _attribute(elements: list[Element], names: tuple[str, ...]) -> str:
    for element in elements:
        for name in names:
            value = element.attributes.get(name)
            if value:
                return value
    return ""
