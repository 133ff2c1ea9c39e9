"""Objects in scripts' states that are products: they have a name, a price, and an address that the page knows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from magicai.domain.merging import url_key
from magicai.domain.product import Availability, Observation, Rating, Source, Variant
from magicai.extraction import state_keys as keys
from magicai.extraction.addresses import path_of
from magicai.extraction.identifiers import gtin_of, sku
from magicai.extraction.json_values import each, first_text, is_array, is_container, is_object, scalar
from magicai.extraction.offers import joint_availability
from magicai.extraction.page import Page
from magicai.extraction.state_keys import folded_key
from magicai.extraction.state_names import named
from magicai.extraction.state_prices import UNSTATED, State, StatedPrice, price_in, settle_units
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
_PARTS_LIMIT = 8
_OWN_PARTS = frozenset((*keys.VARIANTS, *keys.PARTS, *keys.PRICES_NOW, *keys.PRICES_BEFORE))
_FLAGS = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


@dataclass(slots=True)
class _Found:
    """An object that looks like a product, with its keys folded.

    Attributes:
        parts: what it holds of itself: its main variant, a seller's offer.
        price: its own or that of its first part with one.
    """

    thing: dict[str, Any]
    name: str
    price: StatedPrice
    parts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
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
        found = list(_products_in(state, page))
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


def _products_in(root: Any, page: Page) -> Iterator[_Found]:
    """Objects that look like products, outermost first; references of a normalised cache are followed."""
    state = State(root if is_object(root) else {}, frozenset(page.evidence.stated))
    stack: list[tuple[Any, int]] = [(root, 0)]
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
            state.cache = value["__APOLLO_STATE__"] if is_object(value["__APOLLO_STATE__"]) else state.cache
        thing = {folded_key(key): member for key, member in value.items()}
        found = _as_product(thing, state, page.language)
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


def _as_product(thing: dict[str, Any], state: State, language: str) -> _Found | None:
    name = _name(thing, language)
    if not name or len(name) > _NAME_LIMIT:
        return None
    kind = folded_key(first_text(thing.get("typename")) or first_text(thing.get("type")))
    if kind in keys.NOT_PRODUCTS:
        return None
    if not any(key in thing for key in (*keys.ADDRESSES, *keys.SLUGS, *keys.IDENTITIES, *keys.SKUS)):
        return None
    price = price_in(thing, state)
    parts = _parts(thing, state)
    of_parts = [(part, stated) for part in parts if (stated := price_in(part, state))]
    variants = _priced_variants(thing, state)
    if price is None and variants:
        variants = _distinct([*of_parts, *variants])  # the main variant is one of them
    elif price is None and of_parts:
        price = of_parts[0][1]
    if price is None:
        counted = any(key in thing for key in keys.SKUS) and any(key in thing for key in keys.STOCK_COUNTS)
        if not (variants or parts or counted):
            return None
        price = UNSTATED
    return _Found(thing, name, price, parts, variants)


def _name(thing: dict[str, Any], language: str) -> str:
    return next((text for key in keys.NAMES if (text := named(thing.get(key), language))), "")


def _parts(thing: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """What an object holds of itself, with folded keys: its main variant, its offers, those of its first article."""
    found = list[dict[str, Any]]()
    pending = [thing]
    while pending and len(found) < _PARTS_LIMIT:
        whole = pending.pop(0)
        inside = [member for key in keys.PARTS for member in _members(whole.get(key), state, alone=True)]
        # VTEX keeps a seller's offer in each article.
        articles = _members(whole.get("items"), state) if "items" in whole else []
        inside += [article for article in articles[:1] if "sellers" in article]
        folded_ones = [{folded_key(key): member for key, member in part.items()} for part in inside]
        found += folded_ones
        pending += folded_ones
    return found


def _priced_variants(thing: dict[str, Any], state: State) -> list[tuple[dict[str, Any], StatedPrice]]:
    for key in keys.VARIANTS:
        variants = list[tuple[dict[str, Any], StatedPrice]]()
        for member in _members(thing.get(key), state)[:_VARIANT_LIMIT]:
            variant = {folded_key(inner): value for inner, value in member.items()}
            stated = price_in(variant, state)
            if stated is not None:
                variants.append((variant, stated))
        if variants:
            return variants
    return []


def _distinct(variants: list[tuple[dict[str, Any], StatedPrice]]) -> list[tuple[dict[str, Any], StatedPrice]]:
    """Variants without those of a number that an earlier one has."""
    known = dict[str, tuple[dict[str, Any], StatedPrice]]()
    for place, (variant, stated) in enumerate(variants):
        known.setdefault(scalar(variant.get("sku")) or str(place), (variant, stated))
    return list(known.values())


def _members(value: Any, state: State, *, alone: bool = False) -> list[dict[str, Any]]:
    """Objects of a list, of a GraphQL connection, or that a normalised cache refers to.

    Args:
        value: of a key.
        state: in which it stands.
        alone: an object is itself the member, rather than a collection of them by their names.
    """
    if alone and is_object(value):
        value = [value]
    if is_object(value):
        value = value.get("nodes") or value.get("edges") or value.get("items") or list(value.values())
    found = list[dict[str, Any]]()
    for member in each(value):
        if is_object(member) and is_object(member.get("node")):
            member = member["node"]  # noqa: PLW2901 - an edge stands for its node
        member = state.target(member)  # noqa: PLW2901 - likewise
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
        for slug in _slugs(thing):
            if slug in self._by_end:
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
        _availability(thing)
        or joint_availability(_availability(variant) for variant, _ in found.variants)
        or next((stated for part in found.parts if (stated := _availability(part))), None)
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


def _settled(found: _Found, currency: str | None, page: Page) -> tuple[Decimal, Decimal | None] | None:
    """The price and the one before: the product's own, else of its cheapest variant in stock, else of the cheapest."""
    own = found.price.settled(currency, page)
    if own is not None or found.price is not UNSTATED:
        return (own, found.price.before(currency, page)) if own is not None else None
    priced = [
        (_availability(variant) is not Availability.IN_STOCK, amount, price)
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


def _slugs(thing: dict[str, Any]) -> Iterator[str]:
    """Last segments of an object's addresses, in lower case; of a translated one, in every language."""
    for key in keys.SLUGS:
        value = thing.get(key)
        for text in value.values() if is_object(value) else (value,):
            slug = scalar(text).strip("/").rpartition("/")[2].lower()
            if slug:
                yield slug


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
    if any(slug in ends or any(end.rpartition(".")[0] == slug for end in ends) for slug in _slugs(thing)):
        return page.own_url, True
    if folded(name) in page.names:
        return page.own_url, True
    for key in keys.IDENTITIES:
        number = scalar(thing.get(key)).rpartition("/")[2]
        if len(number) >= _LONG_NUMBER and re.search(rf"(?<!\w){re.escape(number)}(?!\w)", page.url):
            return page.own_url, True
    return links.of(thing), False


def _currency(found: _Found, page: Page) -> str | None:
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
        stated = {folded_key(name): member for name, member in value.items()}
        code = next((term for key in ("code", "status") if (term := availability_term(scalar(stated.get(key))))), None)
        inner = stated.get("stocklevelstatus")  # SAP nests a code in it
        return (
            code
            or (_worded(inner) if is_object(inner) else None)
            or _availability({name: member for name, member in stated.items() if not is_container(member)})
        )
    text = first_text(value) if not isinstance(value, (int, float)) else ""
    return availability_term(text) if text else None


def _variants(found: _Found, product: str, currency: str | None, page: Page) -> list[Variant]:
    variants = list[Variant]()
    for thing, price in found.variants:
        name = plain(_name(thing, page.language) or first_text(thing.get("sku")))
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
