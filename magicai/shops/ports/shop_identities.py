"""Shops that were named or have moved, in the records."""

from typing import Protocol

from magicai.shops.identity import ShopIdentity


class ShopIdentities(Protocol):
    """Each owner's own."""

    async def of(self, owner_id: str) -> list[ShopIdentity]:
        """All that were named or have moved, by shop."""
        ...

    async def rename(self, owner_id: str, shop: str, name: str | None) -> ShopIdentity:
        """Name a shop; "" takes its name away, None leaves it.

        Raises:
            NotFound: it was never crawled.
        """
        ...

    async def move(self, owner_id: str, shop: str, address: str, base: str, *, run_id: str = "") -> ShopIdentity:
        """Let a shop be at another address, and what is kept of its pages, too: the next crawl is compared with it.

        Args:
            address, base: as ShopIdentity has them.
            run_id: a run that may be crawling it: it asks.

        Raises:
            NotFound: it was never crawled.
            Conflict: another shop has that address, or a run is crawling this one.
        """
        ...
