"""Objects in scripts' states that are products: they have a name, a price, and an address that the page knows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from magicai.domain.merging import url_key
from magicai.domain.product import Availability, Observation, Rating, Source, Variant
from magicai.extraction import state_keys as keys
from magicai.extraction.addresses import path_of
from magicai.extraction.identifiers import gtin_of, sku
from magicai.extraction.json_values import each, first_text, is_array, is_container, is_object, scalar
from magicai.extraction.page import Page
from magicai.extraction.state_prices import UNSTATED, StatedPrice, price_in, settle_units
from magicai.extraction.stock_words import availability_term
from magicai.extraction.text import clean, folded, plain

_NODE_LIMIT = 120_000
_DEPTH_LIMIT = 40
_PRODUCT_LIMIT = 1_000
_VARIANT_LIMIT = 300
_NAME_LIMIT = 250
_IMAGE_LIMIT = 10
_MOST_STEPS = 8
_LONG_NUMBER = 4
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_OWN_PARTS = frozenset((*keys.VARIANTS, *keys.PRICES_NOW, *keys.PRICES_BEFORE))
_FLAGS = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


@dataclass(slots=True)
class _Found:
    """An object that looks like a product, with its keys folded."""

    thing: dict[str, Any]
    name: str
    price: StatedPrice
    variants: list[tuple[dict[str, Any], StatedPrice]] = field(default_factory=list[tuple[dict[str, Any], StatedPrice]])


def state_products(states: Iterable[Any], page: Page, shown: set[Decimal]) -> list[Observation]:
    """Products of a page's states, its own one first where it is among them.

    Args:
        states: plain JSON values.
        page: whose links tell the address of an object that has only a slug or an id.
        shown: amounts that the page shows or states elsewhere: they tell cents from units.
    """
    observations = list[Observation]()
    known = set[tuple[str, str, Decimal | None]]()
    links = _Links(page)
    for state in states:
        found = list(_products_in(state))
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


def _products_in(state: Any) -> Iterator[_Found]:
    """Objects that look like products, outermost first; references of a normalised cache are followed."""
    cache = state if is_object(state) else {}
    stack: list[tuple[Any, int]] = [(state, 0)]
    seen = set[int]()
    nodes = 0
    while stack and nodes < _NODE_LIMIT:
        value, depth = stack.pop()
        nodes += 1
        if id(value) in seen:
            continue  # what is shared is looked at once, and circles end
        seen.add(id(value))
        if is_array(value):
            if depth < _DEPTH_LIMIT:
                stack += [(member, depth + 1) for member in reversed(value) if is_container(member)]
            continue
        if not is_object(value):
            continue
        if "props" not in value and "data" not in value and "__APOLLO_STATE__" in value:
            cache = value["__APOLLO_STATE__"] if is_object(value["__APOLLO_STATE__"]) else cache
        thing = {_folded_key(key): member for key, member in value.items()}
        found = _as_product(thing, cache)
        if found is not None:
            yield found
        if depth < _DEPTH_LIMIT:
            stack += [(member, depth + 1) for member in _members_that_may_be(thing, of_product=found is not None)]


def _members_that_may_be(thing: dict[str, Any], *, of_product: bool) -> list[Any]:
    """Members of an object in which products may stand: not its cart, nor what belongs to it if it is one itself."""
    own = _OWN_PARTS if of_product else ()
    return [
        member
        for key, member in reversed(thing.items())
        if is_container(member) and key not in keys.ELSEWHERE and key not in own
    ]


@lru_cache(maxsize=4096)
def _folded_key(key: str) -> str:
    return _SEPARATORS.sub("", key.partition("(")[0].lower())


def _as_product(thing: dict[str, Any], cache: dict[str, Any]) -> _Found | None:
    name = next((text for key in keys.NAMES if (text := _localised(thing.get(key)))), "")
    if not name or len(name) > _NAME_LIMIT:
        return None
    kind = _folded_key(first_text(thing.get("typename")) or first_text(thing.get("type")))
    if kind in keys.NOT_PRODUCTS:
        return None
    price = price_in(thing, cache)
    if price is None:
        if not (any(key in thing for key in keys.SKUS) and any(key in thing for key in keys.STOCK_COUNTS)):
            return None
        price = UNSTATED
    if not any(key in thing for key in (*keys.ADDRESSES, *keys.SLUGS, *keys.IDENTITIES, *keys.SKUS)):
        return None
    variants = list[tuple[dict[str, Any], StatedPrice]]()
    for key in keys.VARIANTS:
        for member in _members(thing.get(key), cache)[:_VARIANT_LIMIT]:
            variant = {_folded_key(inner): value for inner, value in member.items()}
            stated = price_in(variant, cache)
            if stated is not None:
                variants.append((variant, stated))
        if variants:
            break
    return _Found(thing, name, price, variants)


def _localised(value: Any) -> str:
    """A text, or the first of a text's translations."""
    if is_object(value):
        value = next((text for text in value.values() if isinstance(text, str)), "")
    return value if isinstance(value, str) else ""


def _members(value: Any, cache: dict[str, Any]) -> list[dict[str, Any]]:
    """Objects of a list, of a GraphQL connection, or that a normalised cache refers to."""
    if is_object(value):
        value = value.get("nodes") or value.get("edges") or value.get("items") or list(value.values())
    found = list[dict[str, Any]]()
    for member in each(value):
        if is_object(member) and is_object(member.get("node")):
            member = member["node"]  # noqa: PLW2901 - an edge stands for its node
        if is_object(member) and isinstance(member.get("__ref"), str):
            member = cache.get(member["__ref"])  # noqa: PLW2901 - likewise
        if is_object(member):
            found.append(member)
    return found


class _Links:
    """Which address of the page a slug or an id belongs to; gathered when first asked for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._by_end = dict[str, str]()
        self._by_number = dict[str, str]()

    def _gather(self) -> None:
        for anchor in self._page.anchors:
            path = path_of(anchor.url).rstrip("/")
            end = path.rpartition("/")[2].lower()
            self._by_end.setdefault(end, anchor.url)
            self._by_end.setdefault(end.rpartition(".")[0] or end, anchor.url)
            for number in re.findall(r"\d{4,20}", anchor.url):
                self._by_number.setdefault(number, anchor.url)

    def of(self, thing: dict[str, Any]) -> str:
        if not self._by_end:
            self._gather()
        for key in keys.SLUGS:
            slug = scalar(thing.get(key)).strip("/").rpartition("/")[2].lower()
            if slug and slug in self._by_end:
                return self._by_end[slug]
        for key in keys.IDENTITIES:
            number = scalar(thing.get(key)).rpartition("/")[2]
            if len(number) >= _LONG_NUMBER and number in self._by_number:
                return self._by_number[number]
        return ""


def _observation(found: _Found, page: Page, links: _Links) -> Observation | None:
    thing = found.thing
    name = plain(found.name)
    if not name:
        return None
    url, own = _address(thing, name, page, links)
    if not url or (found.price is UNSTATED and not own):
        return None
    observation = page.observation(name, Source.HYDRATION, url)
    observation.own_page = own
    currency = _currency(found.price, thing, page)
    observation.price = found.price.settled(currency, page)
    if observation.price is not None:
        observation.currency = currency
        before = found.price.before(currency, page)
        observation.list_price = before if before is not None and before > observation.price else None
    observation.availability = _availability(thing)
    observation.variants = _variants(found, name, currency, page)
    observation.sku = next((number for key in keys.SKUS if (number := sku(scalar(thing.get(key))))), None)
    observation.gtin = gtin_of(thing)
    observation.brand = next((brand for key in keys.BRANDS if (brand := clean(first_text(thing.get(key))))), None)
    observation.images = _images(thing, page)
    observation.rating = _rating(thing)
    observation.category = _path(thing)
    return observation


def _path(thing: dict[str, Any]) -> tuple[str, ...]:
    """The categories that it names as a list of words, outermost first."""
    for key in keys.CATEGORY_PATHS:
        steps = thing.get(key)
        if isinstance(steps, list) and all(isinstance(step, str) for step in cast("list[Any]", steps)):
            return tuple(named for step in cast("list[str]", steps)[:_MOST_STEPS] if (named := clean(step)))
    return ()


def _address(thing: dict[str, Any], name: str, page: Page, links: _Links) -> tuple[str, bool]:
    """The address of a product and whether it is this page's; "" where the page does not tell."""
    own_keys = {url_key(page.url), url_key(page.own_url)}
    ends = {path_of(url).rstrip("/").rpartition("/")[2].lower() for url in (page.url, page.own_url)}
    for key in keys.ADDRESSES:
        text = scalar(thing.get(key))
        if not text or " " in text or not ("/" in text or "?" in text or text.endswith((".html", ".htm"))):
            continue
        url = page.resolve(text)
        if url and page.in_shop(url) and path_of(url) != "/":
            return (page.own_url, True) if url_key(url) in own_keys else (url, False)
    for key in keys.SLUGS:
        slug = scalar(thing.get(key)).strip("/").rpartition("/")[2].lower()
        if slug and (slug in ends or any(end.rpartition(".")[0] == slug for end in ends)):
            return page.own_url, True
    if folded(name) in page.names:
        return page.own_url, True
    for key in keys.IDENTITIES:
        number = scalar(thing.get(key)).rpartition("/")[2]
        if len(number) >= _LONG_NUMBER and re.search(rf"(?<!\w){re.escape(number)}(?!\w)", page.url):
            return page.own_url, True
    return links.of(thing), False


def _currency(price: StatedPrice, thing: dict[str, Any], page: Page) -> str | None:
    for text in (price.currency, *(first_text(thing.get(key)) for key in keys.CURRENCIES)):
        if text:
            found = page.currency(text)
            if found:
                return found
    stated = page.evidence.stated
    return next(iter(stated)) if len(stated) == 1 else None


def _availability(thing: dict[str, Any]) -> Availability | None:
    """What flags, else words, else counts say of stock."""
    flagged = _flagged(thing)
    if flagged is not None:
        return flagged
    for key in keys.STOCK_WORDS:
        stated = _worded(thing.get(key))
        if stated is not None:
            return stated
    counts = (*keys.STOCK_COUNTS, "quantity", "qty") if "idproduct" in thing else keys.STOCK_COUNTS
    for key in counts:
        count = thing.get(key)
        if isinstance(count, (int, float)) and not isinstance(count, bool):
            return _FLAGS[count > 0]
    return None


def _flagged(thing: dict[str, Any]) -> Availability | None:
    if any(thing.get(key) is True for key in keys.PREORDER_FLAGS):
        return Availability.PREORDER
    if thing.get("isdiscontinued") is True:
        return Availability.OUT_OF_STOCK
    for names, meaning in ((keys.OUT_OF_STOCK_FLAGS, False), (keys.IN_STOCK_FLAGS, True)):
        for key in names:
            if isinstance(thing.get(key), bool):
                return _FLAGS[thing[key] is meaning]
    return None


def _worded(value: Any) -> Availability | None:
    if is_object(value):
        return _availability({_folded_key(name): member for name, member in value.items() if not is_container(member)})
    text = first_text(value) if not isinstance(value, (int, float)) else ""
    return availability_term(text) if text else None


def _variants(found: _Found, product: str, currency: str | None, page: Page) -> list[Variant]:
    variants = list[Variant]()
    for thing, price in found.variants:
        name = next((text for key in keys.NAMES if (text := _localised(thing.get(key)))), "") or first_text(
            thing.get("sku")
        )
        name = plain(name)
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
                availability=_availability(thing) or Availability.UNKNOWN,
            )
        )
    return variants


def _images(thing: dict[str, Any], page: Page) -> tuple[str, ...]:
    found = dict[str, None]()
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
