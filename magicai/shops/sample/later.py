"""What the shop changes on each day after its second: prices and stock move, products come and go, without an end."""

import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

SECOND_DAY = 2
# A price moves every so many days, to these percent of what it was on the second day: half of them this way.
_PRICE_DAYS = 9
_PERCENT = ((100, 106, 94, 110, 97), (100, 95, 103, 92, 108))
# Stock turns for one day of so many.
_STOCK_DAYS = 17
_TURNED = {"in_stock": "out_of_stock", "out_of_stock": "in_stock"}
# A section has a new product every so many days, and sells it for so many.
_EDITION_DAYS = 4
_SOLD_DAYS = 5
# How long its address is said to be gone.
_GONE_DAYS = 10
_LEFT_OUT = ("gtin", "path", "copies", "day2")


def moved(raw: dict[str, Any], day: int) -> dict[str, Any]:
    """A product or variant of the second day, as it is on a later one."""
    lot = zlib.crc32(str(raw.get("slug") or raw.get("sku") or raw["name"]).encode())
    made = dict(raw)
    moves = (day - SECOND_DAY + lot % _PRICE_DAYS) // _PRICE_DAYS
    if raw.get("price") and moves:
        price, percent = Decimal(raw["price"]), _PERCENT[lot % len(_PERCENT)]
        made["price"] = str((price * percent[moves % len(percent)] / 100).quantize(price))
        if Decimal(raw.get("list_price") or 0) <= Decimal(made["price"]):
            made.pop("list_price", None)
    if raw.get("stock") in _TURNED and (day + lot) % _STOCK_DAYS == 0:
        made["stock"] = _TURNED[raw["stock"]]
    return made


def editions(items: Sequence[dict[str, Any]], day: int, place: int) -> Iterator[dict[str, Any]]:
    """Products of a section that came after the second day, those that are gone again too.

    Args:
        items: of the section on its first two days.
        place: of the section.
    """
    models = [item for item in items if item.get("price") and not {"variant", "first_day", "last_day"} & item.keys()]
    for first in range(max(SECOND_DAY + 1, day - _SOLD_DAYS - _GONE_DAYS), day + 1):
        if (first + place) % _EDITION_DAYS == 0:
            model = models[first % len(models)]
            yield {name: value for name, value in model.items() if name not in _LEFT_OUT} | {
                "slug": f"{model['slug']}-{first}",
                "name": f"{model['name']} No. {first}",
                **({"sku": f"{model['sku']}-{first}"} if "sku" in model else {}),
                "first_day": first,
                "last_day": first + _SOLD_DAYS - 1,
                "gone_status": 410,
            }
