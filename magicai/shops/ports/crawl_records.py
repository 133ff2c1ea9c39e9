"""Crawls in the records, and the products that they found."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.shops.crawl import Crawl, CrawlBatch, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.product import FieldProvenance, FieldValue, Observation, Product
from magicai.stores.entity import Entity


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Products and shops that no crawl knows any more."""

    product_ids: tuple[str, ...]
    shops: tuple[str, ...]


class CrawlRecords(Protocol):
    """Frontiers, pages, and what they stated."""

    async def open(self, crawl: Crawl) -> Crawl:
        """Open a crawl, or give back the one that this run already has of this shop."""
        ...

    async def commit(self, crawl_id: str, batch: CrawlBatch) -> None:
        """Keep visits, their observations (replacing the page's former ones) and new addresses, in one transaction."""
        ...

    async def pending(self, crawl_id: str, limit: int) -> list[FrontierUrl]:
        """Addresses still to be fetched, highest priority first, then as found."""
        ...

    async def known(self, crawl_id: str) -> list[str]:
        """All addresses of the frontier."""
        ...

    def rows(
        self, crawl_id: str, *, states: Sequence[UrlState] = (), kinds: Sequence[UrlKind] = ()
    ) -> AsyncIterator[FrontierUrl]:
        """Rows of the frontier in address order; all where no state or kind is named."""
        ...

    async def row(self, crawl_id: str, url: str) -> FrontierUrl | None:
        """One address of the frontier: the last crawl's validators and body digest, say."""
        ...

    async def reopen(self, crawl_id: str, urls: Sequence[Discovered]) -> None:
        """Make addresses pending again (to render them, say) and the crawl unfinished; what is known of them stays."""
        ...

    def observations(self, crawl_id: str) -> AsyncIterator[Observation]:
        """What all pages stated, in the order of their addresses, which no network changes."""
        ...

    async def observations_of(self, crawl_id: str, page_url: str) -> list[Observation]:
        """What one page stated."""
        ...

    async def counts(self, crawl_id: str) -> CrawlCounts:
        """How many addresses stand where."""
        ...

    async def close(self, crawl: Crawl) -> None:
        """End a crawl with its coverage and completeness."""
        ...

    async def of_run(self, run_id: str) -> list[Crawl]:
        """The crawls of a run."""
        ...

    async def last_finished(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        """The owner's latest finished crawl of a shop, begun before crawl `before`, that saw products."""
        ...

    async def last_read(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        """The owner's latest crawl of a site, begun before crawl `before`, that has read a page, finished or not."""
        ...

    async def remove(self, owner_id: str, run_ids: Sequence[str]) -> LeftBehind:
        """Remove the crawls of runs with all that they read."""
        ...


class ProductRecords(Protocol):
    """Products and, per crawl, their prices and stock."""

    async def save(
        self,
        crawl: Crawl,
        products: Sequence[Product],
        entities: Sequence[Entity],
        *,
        at: int = 0,
        more: bool = False,
    ) -> None:
        """Keep a crawl's products with their entities and outbox rows, replacing all that it had from place `at` on.

        Args:
            more: whether further products follow (at `at` plus these); the crawl is compared with only once they came.
        """
        ...

    async def identify(self, owner_id: str, shop: str, keys: Sequence[Sequence[str]]) -> list[str]:
        """Ids of products by their keys, strongest first (`gtin:…`, `sku:…`, `url:…`, `name:…`); new ids are given.

        The first key that is known names the product, unless that one has another key of a stronger kind.
        """
        ...

    async def fill(
        self,
        crawl_id: str,
        product_id: str,
        values: Mapping[str, FieldValue],
        provenance: Mapping[str, FieldProvenance],
    ) -> None:
        """Set the custom fields of a crawl's product."""
        ...

    def of_crawl(self, crawl_id: str) -> AsyncIterator[Product]:
        """A crawl's products in the order in which they were saved."""
        ...
