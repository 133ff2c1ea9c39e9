"""WooCommerce's variations: the kinds of a product as its form keeps them."""

from typing import Any

from magicai.shops.extraction.identifiers import gtin_of, sku
from magicai.shops.extraction.json_values import each, is_object, scalar
from magicai.shops.extraction.lenient_json import read_all
from magicai.shops.extraction.machine_prices import amount_of
from magicai.shops.extraction.offers import settle_price
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.stock_words import stock_word
from magicai.shops.extraction.text import clean, plain
from magicai.shops.product import Availability, Observation, Source, Variant

_LIMIT = 300


def product_variations(page: ParsedPage, name: str) -> Observation | None:
    """The page's own product with the kinds that its form offers, None where it offers none.

    Args:
        page: of the product.
        name: of the product, which the form does not repeat.
    """
    node = page.tree.css_first("[data-product_variations]")
    if node is None or not name:
        return None
    values = read_all(node.attributes.get("data-product_variations") or "")
    raw = [member for member in each(values[0] if values else None)[:_LIMIT] if is_object(member)]
    currency = _currency(page)
    variants = [variant for member in raw if (variant := _variant(member, currency, page)) is not None]
    if not variants:
        return None
    observation = page.observation(name, Source.HYDRATION, page.own_url)
    observation.own_page = True
    observation.variants = variants
    settle_price(observation, variants)
    return observation


def _variant(member: dict[str, Any], currency: str | None, page: ParsedPage) -> Variant | None:
    attributes = member.get("attributes")
    chosen = [scalar(value) for value in attributes.values()] if is_object(attributes) else []
    name = clean(" / ".join(value for value in chosen if value)) or scalar(member.get("sku"))
    if not name or member.get("variation_is_visible") is False:
        return None
    price = amount_of(member.get("display_price"), currency, page)
    before = amount_of(member.get("display_regular_price"), currency, page)
    return Variant(
        name=name,
        sku=sku(scalar(member.get("sku"))),
        gtin=gtin_of(member),
        price=price,
        currency=currency if price is not None else None,
        list_price=before if price is not None and before is not None and before > price else None,
        availability=_availability(member),
    )


def _availability(member: dict[str, Any]) -> Availability:
    shown = scalar(member.get("availability_html"))
    if shown:
        stated = stock_word(plain(shown, 80))
        if stated is not None:
            return stated
    if isinstance(member.get("is_in_stock"), bool):
        return Availability.IN_STOCK if member["is_in_stock"] else Availability.OUT_OF_STOCK
    return Availability.UNKNOWN


def _currency(page: ParsedPage) -> str | None:
    """The shop's currency, as its price signs write it."""
    node = page.tree.css_first('[class*="currencySymbol"]')
    if node is not None:
        return page.currency(clean(node.text(), 12))
    stated = page.evidence.stated
    return next(iter(stated)) if len(stated) == 1 else None
