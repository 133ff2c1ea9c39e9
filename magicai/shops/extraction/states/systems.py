"""How the usual shop systems hold a product in a state: one small reader each, which puts it under the plain keys.

A reader takes an object with folded keys (`keys.py`), and answers None where that is none of its system's products.
"""

from collections.abc import Callable
from typing import Any

from magicai.shops.extraction.json_values import each, first_text, is_object
from magicai.shops.extraction.states.amounts import Amount, amount_in, hundredths
from magicai.shops.extraction.states.keys import folded

Thing = dict[str, Any]


def shaped(thing: Thing) -> Thing:
    """An object with what its system calls otherwise under the plain keys."""
    return next((found for system in _SYSTEMS if (found := system(thing)) is not None), thing)


def _inside(value: Any, *path: str) -> Any:
    """What stands in nested objects under these keys, None where one is missing."""
    for key in path:
        value = folded(value).get(key) if is_object(value) else None
    return value


def _objects(value: Any) -> list[Thing]:
    """Objects of a list, or of a GraphQL connection, with folded keys."""
    if is_object(value):
        value = value.get("nodes") or value.get("edges") or value.get("items")
    members = (member.get("node", member) for member in each(value) if is_object(member))
    return [folded(member) for member in members if is_object(member)]


def _commercetools(thing: Thing) -> Thing | None:
    main = thing.get("mastervariant")
    if not is_object(main):
        return None
    variants = {first_text(one.get("sku")) or place: one for place, one in enumerate(_objects(thing.get("variants")))}
    variants = {first_text(main.get("sku")): folded(main)} | variants
    return thing | {"sku": main.get("sku"), "variants": [_of_commercetools(variant) for variant in variants.values()]}


def _of_commercetools(variant: Thing) -> Thing:
    prices = [folded(price) for price in each(variant.get("price") or variant.get("prices")) if is_object(price)]
    reduced = [_inside(price, "discounted", "value") for price in prices]
    return variant | {
        "price": [now or price.get("value") for now, price in zip(reduced, prices, strict=True)],
        "listprice": [price.get("value") for now, price in zip(reduced, prices, strict=True) if now],
        "instock": _inside(variant.get("availability"), "isonstock"),
    }


def _vtex(thing: Thing) -> Thing | None:
    sellers = [seller for item in _objects(each(thing.get("items"))[:1]) for seller in _objects(item.get("sellers"))]
    if not sellers:
        return None
    offer = folded(sellers[0].get("commertialoffer") or {})
    return thing | {
        "slug": thing.get("linktext"),
        "price": offer.get("price"),
        "listprice": offer.get("listprice"),
        "stock": offer.get("availablequantity"),
    }


def _stripe(thing: Thing) -> Thing | None:
    price = thing.get("defaultprice")
    return thing | {"price": price} if is_object(price) else None


def _shopify(thing: Thing) -> Thing | None:
    """Of the Storefront API."""
    lowest = _inside(thing.get("pricerange"), "minvariantprice")
    if lowest is None:
        return None
    return thing | {"price": lowest, "listprice": _inside(thing.get("compareatpricerange"), "minvariantprice")}


def _shopify_theme(thing: Thing) -> Thing | None:
    """Of a theme's product JSON, which counts hundredths whatever the currency."""
    if not thing.keys() >= {"handle", "pricemin", "compareatpricemin"} or not isinstance(thing.get("price"), int):
        return None
    variants = [_in_hundredths(variant) for variant in _objects(thing.get("variants"))]
    return _in_hundredths(thing) | {"variants": variants}


def _in_hundredths(thing: Thing) -> Thing:
    amounts = {key: hundredths(thing.get(key)) for key in ("price", "compareatprice")}
    return {key: member for key, member in thing.items() if not key.startswith("price")} | amounts


def _medusa(thing: Thing) -> Thing | None:
    variants = _objects(thing.get("variants"))
    if not variants or not any(is_object(variant.get("calculatedprice")) for variant in variants):
        return None
    return thing | {"variants": [_of_medusa(variant) for variant in variants]}


def _of_medusa(variant: Thing) -> Thing:
    price = folded(variant.get("calculatedprice") or {})
    currency = first_text(price.get("currencycode"))
    return variant | {
        "price": price.get("calculatedamountwithtax") or price.get("calculatedamount"),
        "listprice": price.get("originalamountwithtax") or price.get("originalamount"),
        "currency": currency,
        "stock": variant.get("inventoryquantity"),
    }


def _saleor(thing: Thing) -> Thing | None:
    price = _inside(thing.get("pricing"), "pricerange", "start", "gross")
    before = _inside(thing.get("pricing"), "pricerangeundiscounted", "start", "gross")
    return None if price is None else thing | {"price": price, "listprice": before}


def _vendure(thing: Thing) -> Thing | None:
    if not thing.keys() >= {"pricewithtax", "currencycode"}:
        return None
    price = amount_in(thing["pricewithtax"], frozenset())
    if isinstance(price, Amount):
        price.likely_minor = True
    return thing | {"price": price}


def _bigcommerce(thing: Thing) -> Thing | None:
    prices = thing.get("prices")
    price = _inside(prices, "saleprice") or _inside(prices, "price")
    if not is_object(price):
        return None
    status = _inside(thing.get("availabilityv2"), "status")
    stocked = _inside(thing.get("inventory"), "isinstock")
    return thing | {
        "price": price,
        "listprice": _inside(prices, "baseprice") or _inside(prices, "retailprice"),
        "stockstatus": status if stocked is not False else "out of stock",
    }


def _magento(thing: Thing) -> Thing | None:
    price = _inside(thing.get("pricerange"), "minimumprice", "finalprice")
    before = _inside(thing.get("pricerange"), "minimumprice", "regularprice")
    return None if price is None else thing | {"price": price, "listprice": before}


def _salesforce(thing: Thing) -> Thing | None:
    prices = folded(thing["prices"]) if is_object(thing.get("prices")) else {}
    before = next((price for book, price in prices.items() if book.endswith("listprices")), None)
    if before is None:
        return None
    now = next((price for book, price in prices.items() if book.endswith("saleprices")), thing.get("price"))
    return thing | {
        "url": thing.get("slugurl"),
        "prices": None,
        "price": now,
        "listprice": before,
        "instock": _inside(thing.get("inventory"), "orderable"),
    }


def _sap(thing: Thing) -> Thing | None:
    status = _inside(thing.get("stock"), "stocklevelstatus")
    if status is None:
        return None
    return thing | {"stock": None, "stockstatus": _inside(status, "code") or status}


_SYSTEMS: tuple[Callable[[Thing], Thing | None], ...] = (
    _commercetools, _vtex, _stripe, _shopify, _shopify_theme, _medusa, _saleor, _vendure, _bigcommerce, _magento,
    _salesforce, _sap,
)  # fmt: skip
