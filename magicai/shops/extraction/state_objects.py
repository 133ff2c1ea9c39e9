"""Objects in scripts' states that look like products: a name, something that names them, and a price or a stock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from magicai.shops.extraction import state_keys as keys
from magicai.shops.extraction.json_values import each, first_text, is_array, is_container, is_object, scalar
from magicai.shops.extraction.page import Page
from magicai.shops.extraction.state_keys import folded_key
from magicai.shops.extraction.state_names import named
from magicai.shops.extraction.state_prices import UNSTATED, State, StatedPrice, price_in

_NODE_LIMIT = 120_000
_DEPTH_LIMIT = 40
_VARIANT_LIMIT = 300
_NAME_LIMIT = 250
_PARTS_LIMIT = 8
_OWN_PARTS = frozenset((*keys.VARIANTS, *keys.PARTS, *keys.PRICES_NOW, *keys.PRICES_BEFORE))


@dataclass(slots=True)
class Found:
    """An object that looks like a product, with its keys folded.

    Attributes:
        parts: what it holds of itself: its main variant, a seller's offer.
        price: its own or that of its first part with one.
    """

    thing: dict[str, Any]
    name: str
    price: StatedPrice
    parts: list[dict[str, Any]] = field(default_factory=lambda: [])
    variants: list[tuple[dict[str, Any], StatedPrice]] = field(default_factory=lambda: [])


def products_in(root: Any, page: Page) -> Iterator[Found]:
    """Objects that look like products, outermost first; references of a normalised cache are followed."""
    state = State(root if is_object(root) else {}, frozenset(page.evidence.stated))
    stack: list[tuple[Any, int]] = [(root, 0)]
    seen: set[int] = set()
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


def _as_product(thing: dict[str, Any], state: State, language: str) -> Found | None:
    name = name_of(thing, language)
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
    return Found(thing, name, price, parts, variants)


def name_of(thing: dict[str, Any], language: str) -> str:
    """The name of an object with folded keys, in the page's language where it has several; "" where it has none."""
    return next((text for key in keys.NAMES if (text := named(thing.get(key), language))), "")


def _parts(thing: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """What an object holds of itself, with folded keys: its main variant, its offers, those of its first article."""
    found: list[dict[str, Any]] = []
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
        variants: list[tuple[dict[str, Any], StatedPrice]] = []
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
    known: dict[str, tuple[dict[str, Any], StatedPrice]] = {}
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
    found: list[dict[str, Any]] = []
    for member in each(value):
        if is_object(member) and is_object(member.get("node")):
            member = member["node"]  # noqa: PLW2901 - an edge stands for its node
        member = state.target(member)  # noqa: PLW2901 - likewise
        if is_object(member):
            found.append(member)
    return found
