"""What an object of a script's state says of stock."""

from typing import Any

from magicai.shops.extraction import state_keys as keys
from magicai.shops.extraction.json_values import first_text, is_container, is_object, scalar
from magicai.shops.extraction.state_keys import folded_key
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.product import Availability

_FLAGS = {True: Availability.IN_STOCK, False: Availability.OUT_OF_STOCK}


def availability_of(thing: dict[str, Any]) -> Availability | None:
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
            or availability_of({name: member for name, member in stated.items() if not is_container(member)})
        )
    text = first_text(value) if not isinstance(value, (int, float)) else ""
    return availability_term(text) if text else None
