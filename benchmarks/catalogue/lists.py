"""Lists of a shop's pages, carried out in processes that are killed with -9, and beside bare functions."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.catalogue.shop import PASSING, Item, Shop, serving
from flows.product_list import GOAL
from integrations.open import Ports, open_ports
from magicai.brain.planner import Goal
from magicai.catalogue.entities import product_in
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.product_list import ProductList
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.requests.files_in import upload_path
from magicai.runs.run import JSON, Origin, RunStatus

_OWNER = "local"
_LONGEST_S = 3_000
_LEFT_OUT = frozenset(("process_images", "score_reviews", "relate_products", "index_stores"))


@dataclass
class Outcome:
    """What came of a list.

    Attributes:
        right: good pages whose product is there once with its name and price.
        bad, named: pages that are no product's, and how many of them the run names.
        wrong: names of good pages that are not right, and addresses of bad ones that are not named.
    """

    status: str
    good: int
    right: int
    bad: int
    named: int
    doubled: int
    asked: int
    kills: int
    seconds: float
    peak_mb: float
    wrong: list[str] = field(default_factory=list[str])


def killed(
    items: Sequence[Item], kills: int, *, latency_s: float = 0.02, hangs_s: float = 30.0, concurrency: int = 8
) -> Outcome:
    """Import a shop's pages by their addresses, and kill the process at random moments that are spread over it."""
    shop = Shop([*items], latency_s=latency_s, hangs_s=hangs_s)
    with TemporaryDirectory(prefix="magicai-") as folder, serving(shop) as host:
        home = Path(folder) / "home"
        variables = _variables(home, host)
        os.environ.update({name: variables[name] for name in ("MAGICAI_HOME", "MAGICAI_CRAWL_ALLOW_HOSTS")})
        path = Path(folder) / "urls.txt"
        path.write_text("".join(f"{shop.url}/item/{number}\n" for number in range(len(items))))
        run_id = _asked(lambda ports: _begin(ports, path, concurrency))
        began, peak, done = time.monotonic(), 0.0, 0
        for number in range(kills):
            wanted = round(len(items) * (number + random.uniform(0.2, 0.8)) / (kills + 1))  # noqa: S311 - moments
            done += _kill_at(_attempt(run_id, variables), shop, wanted)
            _asked(_find_dead)
        process = _attempt(run_id, variables)
        peak = _peak(process)
        seconds = time.monotonic() - began
        status, result, products = _asked(lambda ports: _found(ports, run_id))
    return _judged(items, shop, status, result, products, done, seconds, peak)


def _judged(
    items: Sequence[Item],
    shop: Shop,
    status: str,
    result: JSON,
    products: Sequence[CatalogueProduct],
    kills: int,
    seconds: float,
    peak: float,
) -> Outcome:
    by_sku: dict[str, list[CatalogueProduct]] = {}
    for product in products:
        by_sku.setdefault(product.values.sku or "", []).append(product)
    named = {one["url"] for one in result.get("failed", ())}
    made = Outcome(status, 0, 0, 0, 0, 0, shop.asked.total(), kills, seconds, peak)
    for number, item in enumerate(items):
        if not item.fault or item.fault in PASSING:
            made.good += 1
            found = by_sku.get(item.sku, [])
            made.doubled += len(found) > 1
            right = len(found) == 1 and found[0].values.name == " ".join(item.name.split())
            right = right and found[0].values.price is not None and float(found[0].values.price) == float(item.price)
            made.right += right
            if not right:
                made.wrong.append(item.name)
        else:
            made.bad += 1
            is_named = f"{shop.url}/item/{number}" in named
            made.named += is_named
            if not is_named:
                made.wrong.append(f"{item.fault}: {shop.url}/item/{number}")
    return made


def _variables(home: Path, host: str) -> dict[str, str]:
    own = {"MAGICAI_HOME": str(home), "MAGICAI_CRAWL_ALLOW_HOSTS": host, "MAGICAI_CRAWL_DELAY": "0"}
    return {**os.environ, **own, "MAGICAI_MODEL": "none", "NO_PROXY": "127.0.0.1"}


def _attempt(run_id: str, variables: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "benchmarks.catalogue.lists", run_id], env=dict(variables))


def _kill_at(process: "subprocess.Popen[bytes]", shop: Shop, wanted: int) -> bool:
    """Kill a process once the shop has been asked for so many pages; answers whether it was."""
    ends = time.monotonic() + _LONGEST_S
    while len(shop.asked) < wanted:
        if process.poll() is not None or time.monotonic() > ends:
            return False
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.3))  # noqa: S311 - as above
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return True


def _peak(process: "subprocess.Popen[bytes]") -> float:
    """The most memory that a process has had, in MB, once it has ended."""
    peak, watched = 0.0, psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.1)
    process.wait(_LONGEST_S)
    return peak


def _asked(question: Callable[[Ports], Awaitable[Any]]) -> Any:
    async def ask() -> Any:
        async with open_ports() as ports:
            return await question(ports)

    return asyncio.run(ask())


async def _begin(ports: Ports, path: Path, concurrency: int) -> str:
    file = await upload_path(ports.records, ports.files, path, owner_id=_OWNER)
    request = ProductList(file=file.file_id, concurrency=concurrency)
    return (await accept(ports.records, GOAL.workflow.name, request, owner_id=_OWNER, origin=Origin.CLI)).run_id


async def _find_dead(ports: Ports) -> None:
    for _, attempt in await ports.records.runs.unfinished():
        await ports.records.runs.restart(attempt, most=99)


async def _found(ports: Ports, run_id: str) -> tuple[str, JSON, list[CatalogueProduct]]:
    run = await ports.records.runs.get(run_id)
    products: list[CatalogueProduct] = []
    after = ""
    while True:
        page = await ports.records.entities.listed(_OWNER, KIND, after=after, limit=500)
        products += [product_in(item.entity) for item in page.items if item.entity is not None]
        if page.next is None:
            return str(run.status), run.result or {}, products
        after = page.next


def of_lists(goal: Goal) -> Goal:
    """The same goal without what feeds the other stores, and what benchmarks of their own measure."""
    steps = tuple(step for step in goal.steps if step.name not in _LEFT_OUT)
    given = {step.provides for step in steps}
    return Goal(goal.workflow, tuple(one for one in goal.provides if one in given), steps, goal.wants)


async def carry_out(run_id: str) -> RunStatus:
    """An attempt at a run, in this process."""
    async with open_ports() as ports:
        own = psutil.Process()
        begun = await ports.records.runs.begin(
            run_id, host="localhost", pid=own.pid, process_started_at=round(own.create_time()), flow_run_id=None
        )
        run = await ports.records.runs.get(run_id)
        request = ProductList.model_validate(run.request)
        goal = of_lists(GOAL)
        status, result = await Executor(goal, run, request, begun, ports, perform=_perform, show=_show).carry_out()
        await ports.records.runs.finish(begun, status, result)
        return status


async def _perform(_call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: object) -> None: ...


if __name__ == "__main__":
    asyncio.run(carry_out(sys.argv[1]))
