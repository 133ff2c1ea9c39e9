"""Shops' own interfaces: Shopify's products.json and WooCommerce's Store API.

Sources: shopify.dev, "Product" (Ajax reference); WooCommerce, "Store API: Products".
"""

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from magicai.shops.addresses import absolute, path_of
from magicai.shops.extraction.currencies import code_of
from magicai.shops.extraction.encoding import decode
from magicai.shops.extraction.identifiers import gtin_of, sku
from magicai.shops.extraction.json_values import each, first_text, is_object, scalar
from magicai.shops.extraction.lenient_json import read_all
from magicai.shops.extraction.machine_prices import plain_amount
from magicai.shops.extraction.offers import settle_price
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Availability, Observation, Rating, Source, Variant

_log = logging.getLogger(__name__)

_PRODUCT_LIMIT = 1_000
_VARIANT_LIMIT = 500
_IMAGE_LIMIT = 20
_MINOR_UNIT_LIMIT = 4
_ONLY_VARIANT = "Default Title"


def read_shopify(body: bytes, *, url: str, currency: str | None, digest: str = "", at_us: int = 0) -> Reading:
    """Read a page of Shopify's products.json, or one product's JSON.

    Args:
        body: raw.
        url: from which it came; products lie beside it.
        currency: of the shop, which this interface does not state; None where it is not known.
        digest: SHA-256 of the body.
        at_us: when it was fetched, in UTC microseconds.

    Returns:
        A listing; empty for a body that is none.
    """
    start = (
        url.partition("/products.json")[0].partition("/collections/")[0].partition("/products/")[0].rstrip("/") + "/"
    )
    code = code_of(currency or "")

    def read(thing: dict[str, Any]) -> Observation | None:
        return _shopify_product(thing, start, code)

    return _listing(body, ("products", "product"), read, url=url, digest=digest, at_us=at_us)


def read_woocommerce(body: bytes, *, url: str, digest: str = "", at_us: int = 0) -> Reading:
    """Read a page of WooCommerce's Store API products, or one of them; as `read_shopify`, with the currency stated."""

    def read(thing: dict[str, Any]) -> Observation | None:
        return _woocommerce_product(thing, url)

    return _listing(body, (), read, url=url, digest=digest, at_us=at_us)


def _listing(
    body: bytes,
    under: tuple[str, ...],
    read: Callable[[dict[str, Any]], Observation | None],
    *,
    url: str,
    digest: str,
    at_us: int,
) -> Reading:
    reading = Reading(PageKind.LISTING)
    try:
        values = read_all(decode(body))
        value = values[0] if values else None
        things = next((value[key] for key in under if key in value), value) if is_object(value) else value
        for thing in each(things)[:_PRODUCT_LIMIT]:
            observation = read(thing) if is_object(thing) else None
            if observation is not None:
                observation.page_url, observation.digest, observation.at_us = url, digest, at_us
                reading.observations.append(observation)
    except Exception:  # noqa: BLE001 - see read_page: a hostile answer costs the shop this page and not the crawl
        _log.exception("%s can't be read", url)
        return Reading(PageKind.OTHER)
    if not reading.observations:
        reading.kind = PageKind.OTHER
    return reading


def _shopify_product(thing: dict[str, Any], start: str, currency: str | None) -> Observation | None:
    name, handle = plain(scalar(thing.get("title"))), scalar(thing.get("handle"))
    address = absolute(f"products/{handle}", start) if handle else ""
    if not name or not address:
        return None
    observation = Observation(url=address, name=name, source=Source.SHOP_API)
    variants = [
        _shopify_variant(each_one, currency)
        for each_one in each(thing.get("variants"))[:_VARIANT_LIMIT]
        if is_object(each_one)
    ]
    settle_price(observation, variants)
    if len(variants) == 1 and variants[0].name == _ONLY_VARIANT:
        observation.sku, observation.gtin = variants[0].sku, variants[0].gtin
    else:
        observation.variants = variants
    kind = plain(scalar(thing.get("product_type")))
    observation.category = (kind,) if kind else ()
    observation.brand = clean(scalar(thing.get("vendor"))) or None
    observation.description = plain(scalar(thing.get("body_html")), DESCRIPTION_LIMIT) or None
    observation.images = _images(thing.get("images"), start)
    return observation


def _shopify_variant(variant: dict[str, Any], currency: str | None) -> Variant:
    price = plain_amount(variant.get("price"))
    before = plain_amount(variant.get("compare_at_price"))
    available = variant.get("available")
    return Variant(
        name=plain(scalar(variant.get("title"))) or _ONLY_VARIANT,
        sku=sku(scalar(variant.get("sku"))),
        gtin=gtin_of(variant),
        price=price,
        currency=currency if price is not None else None,
        list_price=before if price is not None and before is not None and before > price else None,
        availability=_FLAGS[available] if isinstance(available, bool) else Availability.UNKNOWN,
    )


_FLAGS = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


def _woocommerce_product(thing: dict[str, Any], base: str) -> Observation | None:
    name, address = plain(scalar(thing.get("name"))), absolute(scalar(thing.get("permalink")), base)
    if not name or not address:
        return None
    observation = Observation(url=address, name=name, source=Source.SHOP_API)
    prices = thing.get("prices")
    if is_object(prices):
        _settle_minor(observation, prices)
    observation.availability = _woocommerce_availability(thing)
    observation.sku = sku(scalar(thing.get("sku")))
    observation.gtin = gtin_of(thing)
    observation.brand = next((brand for one in each(thing.get("brands")) if (brand := plain(first_text(one)))), None)
    categories = [one for one in each(thing.get("categories")) if is_object(one)]
    deepest = max(categories, key=lambda one: path_of(scalar(one.get("link"))).count("/"), default=dict[str, Any]())
    observation.category = _above(deepest, categories)
    observation.images = _images(thing.get("images"), base)
    description = scalar(thing.get("description")) or scalar(thing.get("short_description"))
    observation.description = plain(description, DESCRIPTION_LIMIT) or None
    count, mean = scalar(thing.get("review_count")), scalar(thing.get("average_rating"))
    if count.isdigit() and len(count) < 10 and int(count) and mean.replace(".", "", 1).isdigit():  # noqa: PLR2004
        observation.rating = Rating(value=float(mean), count=int(count))
    return observation


def _settle_minor(observation: Observation, prices: dict[str, Any]) -> None:
    """Prices in minor units, of which the interface says how many make one."""
    digits = prices.get("currency_minor_unit")
    code = code_of(scalar(prices.get("currency_code")))
    if not isinstance(digits, int) or not 0 <= digits <= _MINOR_UNIT_LIMIT:
        return

    def units(value: Any) -> Decimal | None:
        amount = plain_amount(value)
        return amount.scaleb(-digits) if amount is not None else None

    span = prices.get("price_range")
    price = units(span.get("min_amount")) if is_object(span) else None
    price = price if price is not None else units(prices.get("price"))
    before = units(prices.get("regular_price"))
    if price is not None:
        observation.price, observation.currency = price, code
        observation.list_price = before if before is not None and before > price and not is_object(span) else None


def _woocommerce_availability(thing: dict[str, Any]) -> Availability | None:
    if thing.get("is_on_backorder") is True:
        return Availability.BACKORDER
    stocked = thing.get("is_in_stock")
    return _FLAGS[stocked] if isinstance(stocked, bool) else None


def _above(deepest: dict[str, Any], categories: list[dict[str, Any]]) -> tuple[str, ...]:
    """A category's name after those that its address lies below."""
    own = path_of(scalar(deepest.get("link")))
    line = [category for category in categories if own.startswith(path_of(scalar(category.get("link"))))]
    line.sort(key=lambda one: len(path_of(scalar(one.get("link")))))
    return tuple(name for one in line if (name := plain(scalar(one.get("name")))))


def _images(value: Any, base: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for image in each(value)[:_IMAGE_LIMIT]:
        url = absolute(scalar(image.get("src")) if is_object(image) else scalar(image), base)
        if url:
            found[url] = None
    return tuple(found)
