"""A run as a step sees it, and one crawl of a shop in the records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from magicai.brain.steps import StepRun
from magicai.messages import Message
from magicai.ports import Records, Reporter, Usage
from magicai.runs.items import StepItems
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, Problem
from magicai.shops.crawl import Crawl, CrawlBatch
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawl_result import PageCounts
from magicai.shops.entities import product_entity
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product
from magicai.shops.references import products_of
from magicai.shops.step_results import Saved, SavedShop
from magicai.values.ids import new_id
from magicai.values.times import now_us

SHOP = "leafandkettle.example"
REQUEST = CrawlAnalyzeGenerate(competitor_url=(SHOP,))


class Listener:
    """Hears what a step tells."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int | None]] = []
        self.problems: list[tuple[str, str]] = []
        self.findings: list[dict[str, object]] = []
        self.usages: list[Usage] = []
        self.shown: dict[str, str | Sequence[Mapping[str, object]]] = {}

    async def progress(self, done: int, total: int | None, unit: str, **_: object) -> None:
        del unit
        self.told.append((done, total))

    async def problem(self, where: str, what: Message, way: Message | None = None, **_: object) -> None:
        problem = Problem.saying(where, what, way)
        self.problems.append((where, f"{problem.what} {problem.way_out}".strip()))

    async def finding(self, **data: object) -> None:
        self.findings.append(data)

    async def text(self, piece: str, *, item: str, begins: bool) -> None: ...

    async def spent(self, usage: Usage) -> None:
        self.usages.append(usage)

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        self.shown[key] = content


class Bench:
    """A run of ann's, and what its steps find in the records."""

    def __init__(self, shops: ShopRecords, run_id: str) -> None:
        self.shops, self.run_id, self.heard = shops, run_id, Listener()

    def step(self, **options: Any) -> StepRun:
        return StepRun(self.run_id, "ann", "step", cast("Reporter", self.heard), options)

    async def step_with_items(self, records: Records) -> StepRun:
        """A try of a step that has items."""
        attempt = await records.runs.begin(self.run_id, host="h", pid=1, process_started_at=1, flow_run_id="f")
        return replace(self.step(), items=StepItems(records.items, attempt, "step"))

    async def crawl(self, batch: CrawlBatch | None = None) -> Crawl:
        """One reading of the shop."""
        crawl = Crawl(new_id(), self.run_id, "ann", SHOP, f"https://{SHOP}/", now_us())
        crawl = await self.shops.crawls.open(crawl)
        if batch is not None:
            await self.shops.crawls.commit(crawl.crawl_id, batch)
        await self.shops.crawls.close(replace(crawl, finished_at=now_us(), complete=True, coverage=1.0))
        return crawl

    async def saved(self, products: Sequence[Product]) -> Saved:
        """What the step before gives of these."""
        crawl = await self.crawl()
        entities = [product_entity(product, shop=SHOP, owner_id="ann") for product in products]
        await self.shops.products.save(crawl, products, entities)
        pages, found = PageCounts(fetched=len(products)), products_of(crawl.crawl_id)
        shop = SavedShop(crawl_id=crawl.crawl_id, shop=SHOP, pages=pages, coverage=1.0, products=found)
        return Saved(shop=SHOP, pages=pages, coverage=1.0, products=found, shops=(shop,))


@pytest.fixture
async def bench(records: Records) -> Bench:
    run = await accept(records, "w", REQUEST, owner_id="ann", origin=Origin.CLI)
    return Bench(cast("ShopRecords", records), run.run_id)
