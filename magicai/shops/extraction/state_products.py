"""What objects in scripts' states say of the products that they are."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from magicai.shops.extraction import state_keys as keys
from magicai.shops.extraction.identifiers import gtin_of, sku
from magicai.shops.extraction.json_values import each, first_text, is_object, scalar
from magicai.shops.extraction.offers import joint_availability
from magicai.shops.extraction.page import Page
from magicai.shops.extraction.state_addresses import Links, address_of
from magicai.shops.extraction.state_objects import Found, name_of, products_in
from magicai.shops.extraction.state_prices import UNSTATED, settle_units
from magicai.shops.extraction.state_stock import availability_of
from magicai.shops.extraction.text import clean, plain
from magicai.shops.product import Availability, Observation, Rating, Source, Variant

_PRODUCT_LIMIT = 1_000
_IMAGE_LIMIT = 10
_MOST_STEPS = 8


def state_products(states: Iterable[Any], page: Page, shown: set[Decimal]) -> list[Observation]:
    """Products of a page's states, its own one first where it is among them.

    Args:
        states: plain JSON values.
        page: whose links tell the address of an object that has only a slug or an id.
        shown: amounts that the page shows or states elsewhere: they tell cents from units.
    """
    observations: list[Observation] = []
    known: set[tuple[str, str, Decimal | None]] = set()
    links = Links(page)
    for state in states:
        found = list(products_in(state, page))
        settle_units([price for one in found for price in (one.price, *(price for _, price in one.variants))], shown)
        for one in found:
            observation = _observation(one, page, links)
            if observation is None:
                continue
            key = (observation.url, observation.name, observation.price)
            if key not in known and len(observations) < _PRODUCT_LIMIT:
                known.add(key)
                observations.append(observation)
    return sorted(observations, key=lambda observation: not observation.own_page)


def _observation(found: Found, page: Page, links: Links) -> Observation | None:
    thing = found.thing
    name = plain(found.name)
    if not name:
        return None
    url, own = address_of(thing, name, page, links)
    if not url or (found.price is UNSTATED and not found.variants and not own):
        return None
    whole = [thing, *found.parts]
    observation = page.observation(name, Source.HYDRATION, url)
    observation.own_page = own
    currency = _currency(found, page)
    observation.variants = _variants(found, name, currency, page)
    price = _settled(found, currency, page)
    if price is not None:
        observation.price, observation.currency = price[0], currency
        observation.list_price = price[1] if price[1] is not None and price[1] > price[0] else None
    observation.availability = (
        availability_of(thing)
        or joint_availability(availability_of(variant) for variant, _ in found.variants)
        or next((stated for part in found.parts if (stated := availability_of(part))), None)
    )
    observation.sku = next(
        (number for one in whole for key in keys.SKUS if (number := sku(scalar(one.get(key))))), None
    )
    observation.gtin = next((code for one in whole if (code := gtin_of(one))), None)
    observation.brand = next((brand for key in keys.BRANDS if (brand := clean(first_text(thing.get(key))))), None)
    observation.images = next((images for one in whole if (images := _images(one, page))), ())
    observation.rating = _rating(thing)
    observation.category = _path(thing)
    return observation


def _settled(found: Found, currency: str | None, page: Page) -> tuple[Decimal, Decimal | None] | None:
    """The price and the one before: the product's own, else of its cheapest variant in stock, else of the cheapest."""
    own = found.price.settled(currency, page)
    if own is not None or found.price is not UNSTATED:
        return (own, found.price.before(currency, page)) if own is not None else None
    priced = [
        (availability_of(variant) is not Availability.IN_STOCK, amount, price)
        for variant, price in found.variants
        if (amount := price.settled(currency, page)) is not None
    ]
    if not priced:
        return None
    _, amount, price = min(priced, key=lambda one: one[:2])
    return amount, price.before(currency, page)


def _path(thing: dict[str, Any]) -> tuple[str, ...]:
    """The categories that it names as a list of words, outermost first."""
    for key in keys.CATEGORY_PATHS:
        steps = thing.get(key)
        if isinstance(steps, list) and all(isinstance(step, str) for step in cast("list[Any]", steps)):
            return tuple(named for step in cast("list[str]", steps)[:_MOST_STEPS] if (named := clean(step)))
    return ()


def _currency(found: Found, page: Page) -> str | None:
    """The currency beside a product's prices, else the page's one; None where variants differ in it."""
    of_variants = {price.currency for _, price in found.variants} if found.price is UNSTATED else set[str]()
    if len(of_variants) > 1:
        return None
    near = (first_text(one.get(key)) for one in (found.thing, *found.parts) for key in keys.CURRENCIES)
    for text in (found.price.currency, *of_variants, *near):
        if text and (code := page.currency(text)):
            return code
    stated = page.evidence.stated
    return next(iter(stated)) if len(stated) == 1 else None


def _variants(found: Found, product: str, currency: str | None, page: Page) -> list[Variant]:
    variants: list[Variant] = []
    for thing, price in found.variants:
        name = plain(name_of(thing, page.language) or first_text(thing.get("sku")))
        if not name or (len(found.variants) == 1 and name in ("Default Title", product)):
            continue
        amount = price.settled(currency, page)
        before = price.before(currency, page)
        variants.append(
            Variant(
                name=name,
                sku=sku(first_text(thing.get("sku"))),
                gtin=gtin_of(thing),
                price=amount,
                currency=currency if amount is not None else None,
                list_price=before if before is not None and amount is not None and before > amount else None,
                availability=availability_of(thing) or Availability.UNKNOWN,
            )
        )
    return variants


def _images(thing: dict[str, Any], page: Page) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in keys.PICTURES:
        for value in each(thing.get(key))[:_IMAGE_LIMIT]:
            if is_object(value):
                value = value.get("url") or value.get("src") or value.get("href") or value.get("originalSrc")  # noqa: PLW2901
            text = scalar(value)
            url = page.resolve(text) if "/" in text else ""
            if url:
                found[url] = None
        if found:
            break
    return tuple(found)


def _rating(thing: dict[str, Any]) -> Rating | None:
    for key in keys.RATINGS:
        value = thing.get(key)
        count: Any = next((thing[name] for name in keys.RATING_COUNTS if name in thing), None)
        if is_object(value):
            count = value.get("count") or value.get("reviewCount") or count
            value = value.get("value") or value.get("average") or value.get("rate")
        try:
            number = float(scalar(value))
        except ValueError:
            continue
        if 0 < number <= 5:  # noqa: PLR2004 - stars; other scales do not say what they are
            digits = scalar(count)
            return Rating(value=number, count=int(digits) if digits.isdigit() and len(digits) < 10 else None)  # noqa: PLR2004
    return None
