"""References among the items of a page's structured data, which JSON-LD may define in one place and use in others."""

from functools import cached_property
from typing import Any

from magicai.shops.extraction.json_values import each, is_container, is_object, scalar

_ITEM_LIMIT = 5_000
_REFERENCE_LENGTH = 2  # its @id, perhaps with its type


class References:
    """What the items of a page refer to by their @id.

    Gathered when the first reference is followed, for most pages have none.

    Args:
        items: the values of a page's scripts.
    """

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def followed(self, item: dict[str, Any]) -> dict[str, Any]:
        """What a bare reference points to; an item that is none, or whose target is missing, as it is."""
        if len(item) <= _REFERENCE_LENGTH and "@id" in item:
            return self._named.get(scalar(item["@id"]), item)
        return item

    @cached_property
    def _named(self) -> dict[str, dict[str, Any]]:
        """The fullest item of each @id."""
        named: dict[str, dict[str, Any]] = {}
        waiting: list[Any] = list(reversed(self._items))
        seen = 0
        while waiting and seen < _ITEM_LIMIT:
            value = waiting.pop()
            if is_object(value):
                seen += 1
                name = value.get("@id")
                if isinstance(name, str) and len(value) > len(named.get(name, ())):
                    named[name] = value
                waiting += filter(is_container, value.values())
            else:
                waiting += filter(is_container, each(value))
        return named
