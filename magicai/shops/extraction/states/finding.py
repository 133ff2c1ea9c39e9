"""Objects in scripts' states that look like products: a name, something that names them, and a price or a stock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from magicai.shops.extraction.json_values import each, first_text, is_array, is_container, is_object
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.states import keys
from magicai.shops.extraction.states.amounts import Amount, amount_in, before_in, hundredths
from magicai.shops.extraction.states.keys import folded, folded_key
from magicai.shops.extraction.states.names import named
from magicai.shops.extraction.states.stock import COUNTS
from magicai.shops.extraction.states.systems import shaped

_NODE_LIMIT = 120_000
_DEPTH_LIMIT = 40
_VARIANT_LIMIT = 300
_NAME_LIMIT = 250
_OWN_PARTS = frozenset((*keys.VARIANTS, *keys.PRICES, *keys.PRICES_BEFORE, "mastervariant"))

Thing = dict[str, Any]


@dataclass(slots=True)
class Priced:
    """An object with its keys folded, and what it costs and cost before."""

    thing: Thing
    price: Amount | None
    before: Amount | None

    def amounts(self) -> list[Amount]:
        """Both, as far as they are stated."""
        return [amount for amount in (self.price, self.before) if amount is not None]


@dataclass(slots=True)
class FoundProduct:
    """An object that looks like a product."""

    name: str
    own: Priced
    variants: list[Priced] = field(default_factory=lambda: [])


def products_in(root: Any, page: ParsedPage) -> Iterator[FoundProduct]:
    """Objects that look like products, outermost first; what is shared is looked at once, and circles end."""
    cache: Thing = root if is_object(root) else {}
    stack: list[tuple[Any, int]] = [(root, 0)]
    seen: set[int] = set()
    while stack and len(seen) < _NODE_LIMIT:
        value, depth = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if is_array(value):
            members = list(reversed(value))
            found = None
        elif is_object(value):
            if is_object(apollo := value.get("__APOLLO_STATE__")):
                cache = apollo
            thing = {folded_key(key): _target(member, cache) for key, member in value.items()}
            found = _as_product(thing, page)
            if found is not None:
                yield found
            left_out = keys.ELSEWHERE | (_OWN_PARTS if found is not None else frozenset[str]())
            members = [member for key, member in reversed(thing.items()) if key not in left_out]
        else:
            continue
        if depth < _DEPTH_LIMIT:
            stack += [(member, depth + 1) for member in members if is_container(member)]


def _target(value: Any, cache: Thing) -> Any:
    """What a reference of a normalised cache stands for, in a list too; any other value is itself."""
    if is_array(value):
        return [_target(member, cache) if is_object(member) else member for member in value]
    name = value.get("__ref") if is_object(value) else None
    return cache.get(name, value) if isinstance(name, str) else value


def _as_product(thing: Thing, page: ParsedPage) -> FoundProduct | None:
    name = name_of(thing, page)
    kind = folded_key(first_text(thing.get("typename")) or first_text(thing.get("type")))
    if not name or len(name) > _NAME_LIMIT or kind in keys.NOT_PRODUCTS:
        return None
    if not any(key in thing for key in (*keys.ADDRESSES, *keys.SLUGS, *keys.IDENTITIES, *keys.SKUS, "linktext")):
        return None
    currencies = frozenset(page.evidence.stated)
    thing = shaped(thing)
    own, members = _priced(thing, currencies), _members(thing)[:_VARIANT_LIMIT]
    counted = any(key in thing for key in keys.SKUS) and any(key in thing for key in COUNTS)
    if own.price is None and not members and not counted:
        return None
    variants = [priced for member in members if (priced := _priced(member, currencies)).price is not None]
    return FoundProduct(name, own, variants)


def _members(thing: Thing) -> list[Thing]:
    """Its variants, of a list or a GraphQL connection, with folded keys."""
    value = next((thing[key] for key in keys.VARIANTS if is_container(thing.get(key))), None)
    if is_object(value):
        value = value.get("nodes") or value.get("edges") or list(value.values())
    members = (member.get("node", member) for member in each(value) if is_object(member))
    return [folded(member) for member in members if is_object(member)]


def _priced(thing: Thing, currencies: frozenset[str]) -> Priced:
    price = next((found for key in keys.PRICES if (found := amount_in(thing.get(key), currencies))), None)
    price = price or next((found for key in thing if key.endswith("cents") and (found := _cents(key, thing))), None)
    before = next((found for key in keys.PRICES_BEFORE if (found := amount_in(thing.get(key), currencies))), None)
    before = before or next((found for key in keys.PRICES if (found := before_in(thing.get(key), currencies))), None)
    if price is None:
        price, before = before, None
    return Priced(thing, price, before)


def _cents(key: str, thing: Thing) -> Amount | None:
    """A price under a key that says that it counts cents: `priceInCents`."""
    return hundredths(thing[key]) if key.startswith(keys.PRICES) else None


def name_of(thing: Thing, page: ParsedPage) -> str:
    """The name of an object in the page's language, where it has several."""
    return next((text for key in keys.NAMES if (text := named(thing.get(key), page.language))), "")
