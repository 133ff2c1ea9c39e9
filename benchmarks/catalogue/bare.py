"""The flow beside a bare asyncio script of the same functions, and 8 requests at a time beside one."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.catalogue.lists import carry_out
from benchmarks.catalogue.shop import Item, Shop, serving
from flows.product_list import GOAL
from integrations.open import Ports, open_ports
from magicai.catalogue.categories.assigning import ShopCategories
from magicai.catalogue.cleaning import cleaned
from magicai.catalogue.exports import KINDS
from magicai.catalogue.kept import products_of_run
from magicai.catalogue.pages.hosts import Hosts, name_of
from magicai.catalogue.pages.visiting import Visitor
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.wording.boilerplate import Repeated
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shops.crawling import Politeness
from magicai.values.times import now_us

_OWNER = "local"
_SLOW_S = 0.2
_FEW = 120


@dataclass(frozen=True)
class Ratios:
    """The flow's time by the script's, and the time of one request at a time by that of eight."""

    ratio: float
    eight: float


def compared(items: Sequence[Item]) -> Ratios:
    """Both over the same shop, each with an installation of its own."""
    flow, script = _timed(items, _flow), _timed(items, _script)
    few = items[:_FEW]
    one, eight = (_fetching(few, number) for number in (1, 8))
    return Ratios(flow / script, one / eight)


def _fetching(items: Sequence[Item], concurrency: int) -> float:
    """Seconds from the first page that was asked for to the last one that was answered."""
    shop = Shop([*items], latency_s=_SLOW_S)
    _time(shop, partial(_flow, concurrency=concurrency))
    return shop.last - shop.first


def _timed(items: Sequence[Item], work: Callable[[Sequence[str]], Coroutine[Any, Any, None]]) -> float:
    return _time(Shop([*items]), work)


def _time(shop: Shop, work: Callable[[Sequence[str]], Coroutine[Any, Any, None]]) -> float:
    with TemporaryDirectory(prefix="magicai-") as folder, serving(shop) as host:
        os.environ |= {"MAGICAI_HOME": folder, "MAGICAI_CRAWL_ALLOW_HOSTS": host, "MAGICAI_CRAWL_DELAY": "0"}
        urls = [f"{shop.url}/item/{number}" for number in range(len(shop.items))]
        began = time.monotonic()
        asyncio.run(work(urls))
        return time.monotonic() - began


async def _flow(urls: Sequence[str], *, concurrency: int = 8) -> None:
    async with open_ports() as ports:
        request = ProductList(urls=tuple(urls), concurrency=concurrency)
        run = await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)
        await carry_out(run.run_id)


async def _script(urls: Sequence[str]) -> None:
    async with open_ports() as ports:
        await _fetch(ports, urls)
        repeated = Repeated()
        async for kept in products_of_run(ports.catalogue, "script", owner_id=_OWNER):
            repeated.add(kept.product.values.shop, kept.product.values.description or "")
        async for kept in products_of_run(ports.catalogue, "script", owner_id=_OWNER):
            made = cleaned(kept.product, repeated=repeated, enrich=True, run_id="script", now=now_us())
            if made is not kept.product:
                await ports.catalogue.catalogue.replace(_OWNER, [(made, kept.row)])
        found = ShopCategories()
        products = [kept.product async for kept in products_of_run(ports.catalogue, "script", owner_id=_OWNER)]
        for product in products:
            found.add(product.values)
        await found.save(ports.records, None, owner_id=_OWNER)
        with TemporaryDirectory() as folder:
            for kind, written in KINDS.items():
                with written(Path(folder) / f"p.{kind}") as file:
                    file.add(products)


async def _fetch(ports: Ports, urls: Sequence[str]) -> None:
    hosts = Hosts(ports.fetcher, Politeness(delay_s=0), most=8, left={name_of(urls[0]): len(urls)})
    visitor = Visitor(ports.fetcher, None, hosts, ports.catalogue, owner_id=_OWNER, run_id="script")
    waiting = asyncio.Semaphore(8)

    async def visit(url: str) -> None:
        async with waiting:
            await visitor.visit(url)

    await asyncio.gather(*map(visit, urls))
