"""The flow beside a bare asyncio script of the same functions, and 8 requests at a time beside one.

`python -m benchmarks.catalogue.bare SIDE FILE`, in MAGICAI_HOME, imports the addresses of a file: `flow` by Prefect
while its server runs, `script` without it, and `executor` as the flow without Prefect. It prints its seconds, and the
processor seconds of its process.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.catalogue.lists import carry_out, of_lists
from benchmarks.catalogue.shop import Item, Shop, serving
from benchmarks.processes import answer, in_turn
from flows.product_list import GOAL
from integrations.open import Ports, open_ports
from integrations.prefect import environment, server_on_demand
from magicai.catalogue.categories.assigning import ShopCategories
from magicai.catalogue.cleaning import cleaned
from magicai.catalogue.exports import KINDS
from magicai.catalogue.pages.hosts import Hosts, name_of
from magicai.catalogue.pages.visiting import Visitor
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.stored_products import products_of_run
from magicai.catalogue.wording.boilerplate import Repeated
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shops.crawling import Politeness
from magicai.values.times import now_us

_OWNER = "local"
_SLOW_S = 0.2
_FEW = 120
_ROUNDS = 3
_IDLE_S = 600

Import = Callable[[Sequence[str]], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Ratios:
    """The flow's time by the script's, by the clock and in processor time, and that of one request at a time by eight.

    Attributes:
        executor: the processor time of the same steps without Prefect, by the script's.
    """

    ratio: float
    processor: float
    executor: float
    eight: float


def compared(items: Sequence[Item]) -> Ratios:
    """Each side in turn imports the same shop into an installation of its own; medians of three rounds."""
    shop = Shop([*items])
    with _installed(shop) as (path, variables):

        def side(name: str) -> Callable[[], dict[str, float]]:
            return lambda: _in_new_home(name, path, variables)

        rounds = in_turn({name: side(name) for name in ("flow", "script", "executor")}, _ROUNDS)
    seconds, processor = (
        {name: statistics.median(one[measure] for one in found) for name, found in rounds.items()}
        for measure in ("seconds", "processor")
    )
    few = items[:_FEW]
    one, eight = (_fetching(few, number) for number in (1, 8))
    return Ratios(
        seconds["flow"] / seconds["script"],
        processor["flow"] / processor["script"],
        processor["executor"] / processor["script"],
        one / eight,
    )


@contextmanager
def _installed(shop: Shop) -> Generator[tuple[Path, dict[str, str]]]:
    with TemporaryDirectory(prefix="magicai-") as folder, serving(shop) as host:
        path = Path(folder) / "urls.txt"
        path.write_text("".join(f"{shop.url}/item/{number}\n" for number in range(len(shop.items))))
        yield path, {"MAGICAI_CRAWL_ALLOW_HOSTS": host, "MAGICAI_CRAWL_DELAY": "0", "MAGICAI_MODEL": "none"}


def _in_new_home(side: str, path: Path, variables: Mapping[str, str]) -> dict[str, float]:
    with TemporaryDirectory(prefix="magicai-", ignore_cleanup_errors=True) as home:
        here = {**variables, "MAGICAI_HOME": home}
        if side == "flow":
            server = server_on_demand.ensure(Path(home), idle_s=_IDLE_S)
            here = {**environment.client(Path(home), server.url, here), "PREFECT_LOGGING_LEVEL": "ERROR"}
        try:
            return answer("-m", "benchmarks.catalogue.bare", side, str(path), environment=here)
        finally:
            server_on_demand.leave(Path(home))


def _fetching(items: Sequence[Item], concurrency: int) -> float:
    """Seconds from the first page that was asked for to the last one that was answered."""
    shop = Shop([*items], latency_s=_SLOW_S)
    with _installed(shop) as (path, variables), TemporaryDirectory(prefix="magicai-") as home:
        os.environ |= {**variables, "MAGICAI_HOME": home}
        asyncio.run(_executor(path.read_text().split(), concurrency=concurrency))
    return shop.last - shop.first


async def _executor(urls: Sequence[str], *, concurrency: int = 8) -> None:
    async with open_ports() as ports:
        request = ProductList(urls=tuple(urls), concurrency=concurrency)
        run = await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)
        await carry_out(run.run_id)


async def _flow(urls: Sequence[str]) -> None:
    from prefect import flow

    from integrations.prefect.walk import walk

    @flow(name=GOAL.workflow.name, persist_result=False)
    async def imported(request: ProductList) -> Any:
        """The steps that the script has, too."""
        return await walk(of_lists(GOAL), request)

    await imported(ProductList(urls=tuple(urls)))


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


def main() -> None:
    """Carry out one side."""
    side, path = sys.argv[1:]
    sides: dict[str, Import] = {"flow": _flow, "script": _script, "executor": _executor}
    urls = Path(path).read_text(encoding="utf-8").split()
    began, processor = time.monotonic(), time.process_time()
    asyncio.run(sides[side](urls))
    json.dump({"seconds": time.monotonic() - began, "processor": time.process_time() - processor}, sys.stdout)


if __name__ == "__main__":
    main()
