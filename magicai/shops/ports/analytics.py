"""Numbers over the records."""

from typing import TYPE_CHECKING, Protocol

from magicai.shops.analysis import ShopAnalysis
from magicai.shops.crawl import Crawl

if TYPE_CHECKING:
    import pyarrow as pa


class Analytics(Protocol):
    """Numbers over the records."""

    async def shop(self, crawl: Crawl, previous: Crawl | None, whole: Crawl | None = None) -> ShopAnalysis:
        """A crawl's numbers, with changes against an earlier crawl.

        Args:
            whole: the last complete crawl, where `previous` was not: what it did not meet is new.
        """
        ...

    async def table(self, crawl: Crawl) -> "pa.Table":
        """A crawl's numbers per category, brand and currency: one row a group, columns as `PriceStats`."""
        ...
