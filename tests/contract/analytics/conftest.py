"""Crawls in real records, and every implementation of Analytics over them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from integrations.analytics.duckdb import DuckAnalytics
from integrations.records import offer_columns, sqlite
from integrations.records.store import SqlRecords
from magicai.domain.crawl import Crawl, CrawlBatch, Discovered, UrlKind
from magicai.domain.ids import new_id
from magicai.domain.product import Product
from magicai.domain.run import Origin, Run, RunStatus
from magicai.ports import Analytics


class Shop:
    """One shop's crawls, the older first.

    Attributes:
        by_column: whether their offers stay in the records by column, too.
    """

    def __init__(self, records: SqlRecords) -> None:
        self.records = records
        self.by_column = False
        self._number = count(1)

    async def crawl(
        self,
        products: Sequence[Product],
        *,
        owner_id: str = "o",
        shop: str = "shop.example",
        complete: bool = True,
        unread: Sequence[str] = (),
    ) -> Crawl:
        """Save a crawl's products; `unread` are addresses that it knew of and did not get."""
        number = next(self._number)
        run = Run(
            run_id=new_id(),
            owner_id=owner_id,
            workflow="w",
            request={},
            origin=Origin.CLI,
            status=RunStatus.QUEUED,
            created_at=number,
        )
        await self.records.runs.add(run, key=run.run_id)
        crawl = Crawl(new_id(), run.run_id, owner_id, shop, f"https://{shop}/", started_at=number * 1_000_000)
        await self.records.crawls.open(crawl)
        pending = [Discovered(url, UrlKind.PRODUCT, 1.0, 1) for url in unread]
        await self.records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=pending))
        await self.records.products.save(crawl, products, [])
        if not self.by_column:
            await self.records.database.write(lambda c: offer_columns.forget(c, crawl.crawl_id))
        crawl = replace(crawl, finished_at=number * 1_000_000 + 1, complete=complete, coverage=1.0)
        await self.records.crawls.close(crawl)
        return crawl


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
async def shop(tmp_path: Path, empty_records: Path) -> AsyncIterator[Shop]:
    shutil.copy(empty_records, tmp_path)
    records = sqlite.open(tmp_path / "records.sqlite3", many=1)
    yield Shop(records)
    await records.close()


def _here(home: Path) -> Analytics:
    return DuckAnalytics(home / "records.sqlite3", many=1_000_000)


def _in_child(home: Path) -> Analytics:
    return DuckAnalytics(home / "records.sqlite3", many=0)


IMPLEMENTATIONS: dict[str, Callable[[Path], Analytics]] = {
    "duckdb": _here,
    "duckdb in a child": _in_child,
    "duckdb by column": _here,
}


@pytest.fixture(params=IMPLEMENTATIONS)
def analytics(request: pytest.FixtureRequest, tmp_path: Path, shop: Shop) -> Analytics:
    shop.by_column = request.param.endswith("by column")
    return IMPLEMENTATIONS[request.param](tmp_path)
