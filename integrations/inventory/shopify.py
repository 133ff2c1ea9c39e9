"""Stock of a Shopify-shaped shop at one location. Items are SKUs, or `shopify:ID` where there is none.

Source: Shopify's REST Admin API, InventoryLevel and InventoryItem.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.inventory.rest import Rest, level, part, rows, told, whole
from magicai.catalogue.inventory.stock import Level, Outgoing
from magicai.errors import Invalid, NotFound, Permanent
from magicai.values.times import to_us

_API = "/admin/api/2026-01"
_PAGE, _IDS = 250, 100
_NEXT = re.compile(r'<[^>]*[?&]page_info=([^&>]+)[^>]*>;\s*rel="?next"?')


class ShopifyStock:
    """Counts by the Admin API.

    Args:
        rest: asks the shop.
        location: the location's id.
    """

    def __init__(self, rest: Rest, location: str) -> None:
        self._rest, self._location = rest, location
        self._names: dict[int, str] = {}

    async def levels(self) -> AsyncGenerator[Level]:
        """Every tracked item at the location."""
        path: str | None = f"{_API}/inventory_levels.json?location_ids={quote(self._location)}&limit={_PAGE}"
        while path is not None:
            answer, headers = await self._rest.get(path)
            counted = [row for row in rows(part(answer, "inventory_levels")) if part(row, "available") is not None]
            await self._name([whole(part(row, "inventory_item_id")) for row in counted])
            for row in counted:
                yield await self.level_of(row)
            found = _NEXT.search(headers.get("link", ""))
            path = found and f"{_API}/inventory_levels.json?limit={_PAGE}&page_info={found[1]}"

    async def level_of(self, row: Any) -> Level:
        """A level as the API and webhooks have it."""
        number = whole(part(row, "inventory_item_id"))
        if number not in self._names:
            await self._name([number])
        return _level(self._names[number], row)

    async def adjust(self, outgoing: Outgoing) -> Level | None:
        """Adjust what is available."""
        wanted = {
            "location_id": int(self._location),
            "inventory_item_id": await self._number(outgoing.item),
            "available_adjustment": outgoing.quantity,
        }
        answer = await self._rest.send("POST", f"{_API}/inventory_levels/adjust.json", wanted)
        return told(lambda: _level(outgoing.item, part(answer, "inventory_level")))

    async def look_up(self, outgoing: Outgoing) -> Level | None:
        """Its API keeps no key of an adjustment."""
        raise Permanent(f"The shop can't be asked whether its count of {outgoing.item!r} was changed.")

    async def close(self) -> None:
        """Let go of connections."""
        await self._rest.close()

    async def _number(self, item: str) -> int:
        if item.startswith("shopify:") and item.removeprefix("shopify:").isdigit():
            return int(item.removeprefix("shopify:"))
        if item not in self._names.values():
            async for _ in self.levels():
                pass
        for number, name in self._names.items():
            if name == item:
                return number
        raise NotFound(f"The shop has no item with the SKU {item!r}.", way_out="Add it to the shop.")

    async def _name(self, numbers: Sequence[int]) -> None:
        wanted = [number for number in numbers if number not in self._names]
        for start in range(0, len(wanted), _IDS):
            ids = ",".join(map(str, wanted[start : start + _IDS]))
            answer, _ = await self._rest.get(f"{_API}/inventory_items.json?ids={ids}&limit={_IDS}")
            for row in rows(part(answer, "inventory_items")):
                number = whole(part(row, "id"))
                self._names[number] = str(row.get("sku") or f"shopify:{number}")
        for number in wanted:
            self._names.setdefault(number, f"shopify:{number}")


def _level(item: str, row: Any) -> Level:
    return level(item, whole(part(row, "available")), version_of(part(row, "updated_at")))


def version_of(moment: Any) -> int:
    """A version of a time of the shop's.

    Raises:
        Invalid: it is no time.
    """
    try:
        read = datetime.fromisoformat(str(moment))
        return to_us(read if read.tzinfo else datetime.fromisoformat(f"{moment}+00:00"))
    except (ValueError, OverflowError) as exc:
        raise Invalid(f"{str(moment)[:40]!r} is not a time.", way_out="Check the source's kind.") from exc
