"""What objects in scripts' states say of the products that they are."""

from decimal import Decimal
from itertools import chain
from typing import Any, cast
from urllib.parse import unquote

from magicai.shops.extraction.detail_answers import named_in
from magicai.shops.extraction.identifiers import brand, gtin_of, sku
from magicai.shops.extraction.json_values import each, first_text, is_object, scalar
from magicai.shops.extraction.offers import joint_availability
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.states import keys
from magicai.shops.extraction.states.addresses import Links, address_of
from magicai.shops.extraction.states.amounts import Amount, settle_units
from magicai.shops.extraction.states.decoding import states
from magicai.shops.extraction.states.finding import FoundProduct, Priced, Thing, name_of, products_in
from magicai.shops.extraction.states.stock import availability_of
from magicai.shops.extraction.text import clean, plain
from magicai.shops.product import Availability, Observation, Rating, Source, Variant

_PRODUCT_LIMIT = 1_000
_IMAGE_LIMIT = 10
_MOST_STEPS = 8
_STARS = 5
_LONGEST_COUNT = 9


def state_products(page: ParsedPage, shown: set[Decimal], currency: str | None = None) -> list[Observation]:
    """Products of a page's states, its own one first where it is among them.

    Args:
        page: whose links tell the address of an object that has only a slug or an id.
        shown: amounts that the page shows or states elsewhere: they tell cents from units.
        currency: of what names none, beside what the page states; None where that is not known.
    """
    found = [list(products_in(state, page)) for state in states(page)]
    return _observations(found, page, shown, currency)


def answered_products(
    value: Any, page: ParsedPage, shown: set[Decimal], currency: str | None, *, own_url: str = ""
) -> list[Observation]:
    """Products of a JSON value that a page's scripts would have asked for: what the page has tells of it, too.

    Args:
        value, page, shown, currency: as `state_products` takes them.
        own_url: a product's, where the value was asked for that product alone: others in it are left out, and so is one
            that does not have the part by which the address names it.
    """
    found = list(products_in(value, page))
    if own_url:
        named = named_in(own_url)
        found = [product for product in found if _is_named(product.own.thing, named)][:1]
        for product in found:
            product.own.thing["url"] = own_url
    return _observations([found], page, shown, currency, beside=[list(products_in(one, page)) for one in states(page)])


def _is_named(thing: Thing, named: str) -> bool:
    """Whether an id, a slug or the end of an address of an object is this part of an address."""
    stated = (scalar(thing.get(key)) for key in (*keys.IDENTITIES, *keys.SLUGS, *keys.SKUS, *keys.ADDRESSES))
    return any(unquote(text.rstrip("/").rpartition("/")[2]).lower() == unquote(named).lower() for text in stated)


def _observations(
    found: list[list[FoundProduct]],
    page: ParsedPage,
    shown: set[Decimal],
    currency: str | None,
    beside: list[list[FoundProduct]] | None = None,
) -> list[Observation]:
    """What is found of states, one list of products each; `beside` are others that only tell of these."""
    observations: dict[tuple[str, str, Decimal | None], Observation] = {}
    links = Links(page)
    whole = [*found, *(beside or ())]
    if page.is_answered:
        links.learn_route((product.own.thing, plain(product.name)) for products in whole for product in products)
    # Answers of one interface are written in one unit; each state of the page has its own.
    for products in found if beside is None else [list(chain.from_iterable(whole))]:
        priced = [priced for product in products for priced in (product.own, *product.variants)]
        settle_units([amount for one in priced for amount in one.amounts()], shown)
    for product in (product for products in found for product in products):
        observation = _observation(product, page, links, currency)
        if observation is not None and len(observations) < _PRODUCT_LIMIT:
            observations.setdefault((observation.url, observation.name, observation.price), observation)
    return sorted(observations.values(), key=lambda observation: not observation.own_page)


def _observation(
    found: FoundProduct, page: ParsedPage, links: Links, currency_beside: str | None
) -> Observation | None:
    thing, name = found.own.thing, plain(found.name)
    url, own = address_of(thing, name, page, links) if name else ("", False)
    if not url or (found.own.price is None and not found.variants and not own):
        return None
    observation = page.observation(name, Source.HYDRATION, url)
    observation.own_page = own
    currency = _currency(found, page) or currency_beside
    priced = _chosen(found, currency, page)
    price = priced.price.settled(currency, page) if priced.price is not None else None
    if price is not None:
        observation.price, observation.currency = price, currency
        observation.list_price = _higher(priced.before, price, currency, page)
    observation.variants = _variants(found, currency, page)
    stocks = (availability_of(variant.thing) for variant in found.variants)
    observation.availability = availability_of(thing) or joint_availability(stocks)
    observation.sku = next((number for key in keys.SKUS if (number := sku(scalar(thing.get(key))))), None)
    observation.gtin = gtin_of(thing)
    observation.brand = next((name for key in keys.BRANDS if (name := brand(first_text(thing.get(key))))), None)
    observation.images = _images(thing, page)
    observation.rating = _rating(thing)
    observation.category = _path(thing)
    return observation


def _chosen(found: FoundProduct, currency: str | None, page: ParsedPage) -> Priced:
    """The product's own price, else that of its cheapest variant in stock, else of the cheapest."""
    if found.own.price is not None:
        return found.own
    priced = [
        (availability_of(variant.thing) is not Availability.IN_STOCK, amount, variant)
        for variant in found.variants
        if variant.price is not None and (amount := variant.price.settled(currency, page)) is not None
    ]
    return min(priced, key=lambda one: one[:2])[2] if priced else found.own


def _higher(before: Amount | None, price: Decimal, currency: str | None, page: ParsedPage) -> Decimal | None:
    """The price before, where it is higher."""
    amount = before.settled(currency, page) if before is not None else None
    return amount if amount is not None and amount > price else None


def _currency(found: FoundProduct, page: ParsedPage) -> str | None:
    """The currency beside a product's prices, else the page's one; None where variants differ in it."""
    own = found.own.price.currency if found.own.price is not None else ""
    of_variants = {_currency_of(variant) for variant in found.variants} if found.own.price is None else set[str]()
    if len(of_variants) > 1:
        return None
    for text in (own, *of_variants, *(first_text(found.own.thing.get(key)) for key in keys.CURRENCIES)):
        if text and (code := page.currency(text)):
            return code
    stated = page.evidence.stated
    return next(iter(stated)) if len(stated) == 1 else None


def _currency_of(variant: Priced) -> str:
    stated = variant.price.currency if variant.price is not None else ""
    return stated or next((text for key in keys.CURRENCIES if (text := first_text(variant.thing.get(key)))), "")


def _variants(found: FoundProduct, currency: str | None, page: ParsedPage) -> list[Variant]:
    variants: list[Variant] = []
    for variant in found.variants:
        thing = variant.thing
        name = plain(name_of(thing, page) or first_text(thing.get("specname")) or first_text(thing.get("sku")))
        if not name or (len(found.variants) == 1 and name in ("Default Title", found.name)):
            continue
        amount = variant.price.settled(currency, page) if variant.price is not None else None
        variants.append(
            Variant(
                name=name,
                sku=next((number for key in keys.SKUS if (number := sku(scalar(thing.get(key))))), None),
                gtin=gtin_of(thing),
                price=amount,
                currency=currency if amount is not None else None,
                list_price=_higher(variant.before, amount, currency, page) if amount is not None else None,
                availability=availability_of(thing) or Availability.UNKNOWN,
            )
        )
    return variants


def _images(thing: Thing, page: ParsedPage) -> tuple[str, ...]:
    for key in keys.PICTURES:
        texts = (_address_of_picture(value) for value in each(thing.get(key))[:_IMAGE_LIMIT])
        found = dict.fromkeys(url for text in texts if "/" in text and (url := page.resolve(text)))
        if found:
            return tuple(found)
    return ()


def _address_of_picture(value: Any) -> str:
    return scalar(value.get("url") or value.get("src")) if is_object(value) else scalar(value)


def _rating(thing: Thing) -> Rating | None:
    """A rating of five; other scales do not say what they are."""
    for key in keys.RATINGS:
        value = thing.get(key)
        count: Any = next((thing[name] for name in keys.RATING_COUNTS if name in thing), None)
        if is_object(value):
            count, value = value.get("count") or count, value.get("value") or value.get("average")
        try:
            number = float(scalar(value))
        except ValueError:
            continue
        if 0 < number <= _STARS:
            digits = scalar(count)
            is_count = digits.isdigit() and len(digits) <= _LONGEST_COUNT
            return Rating(value=number, count=int(digits) if is_count else None)
    return None


def _path(thing: Thing) -> tuple[str, ...]:
    """The categories that it names as a list of words, outermost first."""
    for key in keys.CATEGORIES:
        steps = thing.get(key)
        if isinstance(steps, list) and all(isinstance(step, str) for step in cast("list[Any]", steps)):
            return tuple(step for word in cast("list[str]", steps)[:_MOST_STEPS] if (step := clean(word)))
    return ()
