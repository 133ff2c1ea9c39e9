"""Stock of a Shopify-shaped shop at one location. Items are SKUs, or `shopify:ID` where there is none.

Source: Shopify's REST Admin API, InventoryLevel and InventoryItem.
"""

import re
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from urllib.parse import quote

from integrations.http.json_client import JsonClient
from integrations.inventory.rest import level, part, rows, told, version_of, whole
from magicai.catalogue.inventory.stock import Level, Outgoing
from magicai.errors import NotFound, Permanent

_API = "/admin/api/2026-01"
_PAGE, _IDS = 250, 100
_NEXT = re.compile(r'<[^>]*[?&]page_info=([^&>]+)[^>]*>;\s*rel="?next"?')


class ShopifyStock:
    """Counts by the Admin API.

    Args:
        shop: its API.
        location: the location's id.
    """

    def __init__(self, shop: JsonClient, location: str) -> None:
        self._shop, self._location = shop, location
        self._names: dict[int, str] = {}

    async def levels(self) -> AsyncGenerator[Level]:
        """Every tracked item at the location."""
        path: str | None = f"{_API}/inventory_levels.json?location_ids={quote(self._location)}&limit={_PAGE}"
        while path is not None:
            answer = await self._shop.get(path)
            counted = [
                row for row in rows(part(answer.value, "inventory_levels")) if part(row, "available") is not None
            ]
            await self._name([whole(part(row, "inventory_item_id")) for row in counted])
            for row in counted:
                yield await self.level_of(row)
            found = _NEXT.search(answer.headers.get("link", ""))
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
        answer = await self._shop.change("POST", f"{_API}/inventory_levels/adjust.json", body=wanted)
        return told(lambda: _level(outgoing.item, part(answer.value, "inventory_level")))

    async def look_up(self, outgoing: Outgoing) -> Level | None:
        """Its API keeps no key of an adjustment."""
        raise Permanent("stock_change_unverifiable", item=outgoing.item)

    async def close(self) -> None:
        """Let go of connections."""
        await self._shop.close()

    async def _number(self, item: str) -> int:
        if item.startswith("shopify:") and item.removeprefix("shopify:").isdigit():
            return int(item.removeprefix("shopify:"))
        if item not in self._names.values():
            async for _ in self.levels():
                pass
        for number, name in self._names.items():
            if name == item:
                return number
        raise NotFound("shop_item_not_found", item=item)

    async def _name(self, numbers: Sequence[int]) -> None:
        wanted = [number for number in numbers if number not in self._names]
        for start in range(0, len(wanted), _IDS):
            ids = ",".join(map(str, wanted[start : start + _IDS]))
            answer = await self._shop.get(f"{_API}/inventory_items.json?ids={ids}&limit={_IDS}")
            for row in rows(part(answer.value, "inventory_items")):
                number = whole(part(row, "id"))
                self._names[number] = str(row.get("sku") or f"shopify:{number}")
        for number in wanted:
            self._names.setdefault(number, f"shopify:{number}")


def _level(item: str, row: Any) -> Level:
    return level(item, whole(part(row, "available")), version_of(part(row, "updated_at")))
