import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

from magicai.brain.situation import Machine
from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.pages.hosts import Hosts, name_of
from magicai.catalogue.pages.visiting import Visitor
from magicai.catalogue.ports import CatalogueRecords, Saved
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import MOST_NAMED, Failed, Imported, Listed, Repeated
from magicai.ports import Fetcher, Files
from magicai.runs.items import each, failed, results
from magicai.runs.plan import Resources
from magicai.runs.run import JSON
from magicai.settings import Settings
from magicai.shops.crawling import Politeness

_TRIES = 3
_LONGEST_KEY = 400
# Addresses among which those of different hosts take turns.
_WINDOW = 5_000


@step(provides="fetched", retries=2, resources=Resources(cpu=0.5, memory=300))
async def fetch_products(
    run: StepRun,
    request: ProductList,
    listed: Listed,
    *,
    catalogue: CatalogueRecords,
    files: Files,
    fetcher: Fetcher,
    browser: Fetcher,
    machine: Callable[[], Machine],
    settings: Settings,
) -> Imported:
    """Read the listed pages, several at a time, and keep the product of each."""
    hosts = Hosts(fetcher, Politeness(delay_s=settings.crawl_delay), most=request.concurrency, left=listed.hosts)
    drawing = browser if listed.addresses and machine().browser else None
    visitor = Visitor(fetcher, drawing, hosts, catalogue, owner_id=run.owner_id, run_id=run.run_id)

    async def visit(_key: str, given: JSON) -> JSON:
        return asdict(await visitor.visit(given["url"]))

    addresses = _in_turn(files, listed.addresses)
    counts = await each(run, addresses, visit, at_once=request.concurrency, attempts=_TRIES, unit="pages")
    made = dict.fromkeys(("new", "changed", "same"), 0)
    repeated: list[Repeated] = []
    repeats = contradicting = 0
    async for key, value in results(run):
        saved = Saved(**value)
        if saved.repeats:
            repeats += 1
            if len(repeated) < MOST_NAMED:
                repeated.append(Repeated(place=key, of=saved.repeats))
            continue
        made[saved.change] += 1
        contradicting += saved.contradicts
    return Imported(
        **made,
        contradicting=contradicting,
        repeated_count=repeats,
        repeated=tuple(repeated),
        failed=tuple([Failed.of(key, one.said, one.way_said) async for key, one in failed(run)]),
        failed_count=counts.failed,
    )


async def _in_turn(files: Files, names: tuple[str, ...]) -> AsyncIterator[tuple[str, JSON]]:
    """Addresses with those of different hosts in turn, so that none waits for another."""
    window: list[str] = []
    for name in names:
        window += [entry["url"] for entry in await read_chunk(files, name)]
        if len(window) >= _WINDOW:
            for url in _mixed(window):
                yield _key(url), {"url": url}
            window = []
    for url in _mixed(window):
        yield _key(url), {"url": url}


def _mixed(window: list[str]) -> list[str]:
    of_host: dict[str, deque[str]] = {}
    for url in window:
        of_host.setdefault(name_of(url), deque()).append(url)
    mixed: list[str] = []
    while of_host:
        for host in list(of_host):
            mixed.append(of_host[host].popleft())
            if not of_host[host]:
                del of_host[host]
    return mixed


def _key(url: str) -> str:
    """An address as the key of its item; of a very long one, its beginning and a digest."""
    return url if len(url) <= _LONGEST_KEY else f"{url[:_LONGEST_KEY]}…{hashlib.sha256(url.encode()).hexdigest()[:16]}"
