"""What an object of a script's state says of stock."""

from typing import Any

from magicai.shops.extraction.json_values import first_text, is_container, is_object, scalar
from magicai.shops.extraction.states.keys import folded
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.product import Availability

COUNTS = ("stock", "stockquantity", "inventoryquantity", "quantityavailable", "availablequantity", "stocklevel")
_IN_STOCK = ("instock", "isinstock", "available", "isavailable", "availableforsale", "isonstock", "orderable",
             "purchasable", "hasstock")  # fmt: skip
_OUT_OF_STOCK = ("soldout", "issoldout", "outofstock", "isoutofstock", "unavailable")
_PREORDER = ("preorder", "ispreorder", "presale")
_WORDS = ("availability", "stockstatus", "availabilitystatus", "stock", "inventory")
_FLAGS = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


def availability_of(thing: dict[str, Any]) -> Availability | None:
    """What flags, else words, else counts of an object with folded keys say of stock."""
    flagged = _flagged(thing)
    if flagged is not None:
        return flagged
    for key in _WORDS:
        stated = _worded(thing.get(key))
        if stated is not None:
            return stated
    for key in COUNTS:
        count = thing.get(key)
        if isinstance(count, (int, float)) and not isinstance(count, bool):
            return _FLAGS[count > 0]
    return None


def _flagged(thing: dict[str, Any]) -> Availability | None:
    if any(thing.get(key) is True for key in _PREORDER):
        return Availability.PREORDER
    for names, meaning in ((_OUT_OF_STOCK, False), (_IN_STOCK, True)):
        for key in names:
            if isinstance(thing.get(key), bool):
                return _FLAGS[thing[key] is meaning]
    return None


def _worded(value: Any) -> Availability | None:
    if is_object(value):
        stated = folded(value)
        term = availability_term(scalar(stated.get("status")))
        return term or availability_of({name: member for name, member in stated.items() if not is_container(member)})
    text = first_text(value) if not isinstance(value, (int, float)) else ""
    return availability_term(text) if text else None
