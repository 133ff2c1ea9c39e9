"""Crawls in real records, and every implementation of Analytics over them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from integrations.analytics.duckdb import DuckAnalytics
from integrations.analytics.postgresql import PostgresSource
from integrations.analytics.sqlite import SqliteSource
from integrations.records import offer_columns, postgresql, sqlite
from integrations.records.store import SqlRecords
from magicai.runs.run import Origin, Run, RunStatus
from magicai.shops.crawl import Crawl, CrawlBatch, Discovered, FrontierUrl, UrlKind, Visit
from magicai.shops.ports import Analytics
from magicai.shops.product import Product
from magicai.values.ids import new_id
from tests.contract.records.schema import Schema
from tests.servers import address, namespace


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
        pages: Sequence[FrontierUrl] = (),
    ) -> Crawl:
        """Save a crawl's products; `unread` are addresses that it knew of and did not get, `pages` others."""
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
        await self.records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(page) for page in pages], pending))
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


_SOURCES = ("sqlite", "postgresql")
_WAYS = {"here": 1_000_000, "in a child": 0, "by column": 1_000_000}
IMPLEMENTATIONS = [f"{kind} {way}" for kind in _SOURCES for way in _WAYS]


@pytest.fixture(scope="session")
def schema() -> Iterator[Schema]:
    """A schema that all tests of a session take in turn."""
    with Schema.made(address("postgresql"), namespace()) as made:
        yield made


@pytest.fixture(params=IMPLEMENTATIONS)
async def analytics(request: pytest.FixtureRequest, tmp_path: Path, shop: Shop) -> AsyncIterator[Analytics]:
    kind, _, way = request.param.partition(" ")
    shop.by_column = way == "by column"
    if kind == "sqlite":
        yield DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3"), many=_WAYS[way])
    else:
        there: Schema = request.getfixturevalue("schema")
        shop.records = postgresql.open(there.server, there.name, many=1)
        await shop.records.check()
        there.clear()
        yield DuckAnalytics(PostgresSource(there.server, there.name), many=_WAYS[way])
        await shop.records.close()
