"""What was read of shops over time, in the records."""

from collections.abc import Sequence
from typing import Protocol

from magicai.shops.history import Comparison, ProductHistory, Reading, ShopRead


class HistoryRecords(Protocol):
    """Finished readings of shops that saw products, each owner's own."""

    async def shops(self, owner_id: str, *, limit: int = 50, after: str = "") -> list[ShopRead]:
        """Shops that were read, by name, behind `after`."""
        ...

    async def readings(self, owner_id: str, shop: str, *, limit: int = 50, before: str | None = None) -> list[Reading]:
        """The latest readings of a shop, older than crawl `before`; the oldest first."""
        ...

    async def of_run(self, run_id: str) -> list[Reading]:
        """A run's readings, one of each shop."""
        ...

    async def products(
        self,
        readings: Sequence[Reading],
        *,
        changed: bool = False,
        words: str = "",
        ids: Sequence[str] = (),
        limit: int = 50,
        after: str = "",
    ) -> list[ProductHistory]:
        """Products that any of these readings knows, by id, behind `after`; named as the latest of them does.

        Args:
            changed: only those that were seen at more than one price.
            words: only those whose name, brand or number holds each of these.
            ids: only these.
        """
        ...

    async def compare(self, older: Reading, newer: Reading, *, limit: int = 50, at: int = 0) -> Comparison:
        """What differs between two readings of a shop: all counted, `limit` shown from place `at` on.

        Prices come first, then what is new, gone, and in or out of stock; within these in the newer one's order.
        """
        ...
