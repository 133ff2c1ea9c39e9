"""A web in memory, and the ports that a crawl needs: each fits its port, and holds nothing beside a dictionary."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from magicai.errors import Cancelled, MagicError, NotFound
from magicai.messages import Message
from magicai.ports import FetchedPage, PageRequest, Usage
from magicai.runs.run import Problem
from magicai.shops.crawl import Crawl, CrawlBatch, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import Crawler, CrawlLimits, Politeness, open_crawl
from magicai.shops.ports import LeftBehind
from magicai.shops.product import Observation
from tests.in_this_process import InThisProcess

SHOP = "https://shop.example"
AT_ONCE = Politeness(delay_s=0, backoff_s=0, longest_delay_s=0.01, longest_wait_s=5)


class InTurn:
    """Answers that come one after the other; the last stays."""

    def __init__(self, *answers: "FetchedPage | MagicError") -> None:
        self._answers = list(answers)

    def next(self) -> "FetchedPage | MagicError":
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


Answer = FetchedPage | MagicError | InTurn | Callable[[PageRequest], FetchedPage]


def page(
    body: str | bytes = "",
    status: int = 200,
    content_type: str = "text/html",
    **more: Any,
) -> FetchedPage:
    """An answer; its addresses are filled in by the web."""
    raw = body.encode() if isinstance(body, str) else body
    return FetchedPage("", "", status, content_type, "utf-8", raw, **more)


def redirect(to: str) -> FetchedPage:
    """A redirect to an absolute address."""
    return page(status=302, location=to)


@dataclass
class Web:
    """A Fetcher over pages by address; what is not there answers 404.

    Attributes:
        asked: addresses in the order in which they were asked for, redirects included.
    """

    pages: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[str] = field(default_factory=list[str])
    requests: list[PageRequest] = field(default_factory=list[PageRequest])
    rendered: bool = False

    async def fetch(self, request: PageRequest) -> FetchedPage:
        url = request.url
        self.requests.append(request)
        while True:
            answer = self._answer(url, request)
            given = replace(answer, url=request.url, final_url=url, rendered=self.rendered)
            if not answer.location or (request.follow is not None and not request.follow(answer.location)):
                return given
            url = answer.location

    def _answer(self, url: str, request: PageRequest) -> FetchedPage:
        self.asked.append(url)
        known = self.pages.get(url, page("no such page", 404))
        given = known.next() if isinstance(known, InTurn) else known
        if isinstance(given, MagicError):
            raise given
        return given if isinstance(given, FetchedPage) else given(request)

    async def close(self) -> None:
        """Nothing is held."""


class MemoryFiles:
    """Files in a dictionary."""

    results_at = "memory"

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def put(self, bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        right = [hashlib.sha256(body).hexdigest() for body in bodies]
        assert list(digests) in ([], right)
        self.bodies.update(zip(right, bodies, strict=True))
        return right

    async def get(self, digest: str) -> bytes:
        if digest not in self.bodies:
            raise NotFound(f"no body {digest}")
        return self.bodies[digest]

    async def save(self, name: str, body: bytes | Path) -> str:
        raise NotImplementedError

    async def results(self) -> AsyncIterator[str]:
        for name in ():
            yield name

    async def result(self, name: str) -> bytes:
        raise NotImplementedError

    async def here(self, name: str) -> Path:
        raise NotImplementedError

    async def discard(self, names: Sequence[str]) -> None:
        raise NotImplementedError

    async def prune(self, keep: AsyncIterator[str], *, before: int, among: AbstractSet[str] | None = None) -> int:
        raise NotImplementedError

    async def check(self) -> str:
        return "memory"

    async def close(self) -> None:
        return None


@dataclass
class _Stored:
    crawl: Crawl
    saved: bool = False
    rows: dict[str, FrontierUrl] = field(default_factory=dict[str, FrontierUrl])
    found: dict[str, int] = field(default_factory=dict[str, int])
    stated: dict[str, list[Observation]] = field(default_factory=dict[str, list[Observation]])


class MemoryCrawls:
    """CrawlRecords in dictionaries.

    Attributes:
        before_commit: called first, so that a test can break a commit.
    """

    def __init__(self, files: MemoryFiles) -> None:
        self._files = files
        self._crawls: dict[str, _Stored] = {}
        self.commits = 0
        self.before_commit: Callable[[CrawlBatch], None] = lambda _batch: None

    async def open(self, crawl: Crawl) -> Crawl:
        for known in self._crawls.values():
            if (known.crawl.run_id, known.crawl.shop) == (crawl.run_id, crawl.shop):
                return known.crawl
        self._crawls[crawl.crawl_id] = _Stored(crawl)
        return crawl

    async def remove(self, owner_id: str, run_ids: Sequence[str]) -> LeftBehind:
        raise NotImplementedError

    async def commit(self, crawl_id: str, batch: CrawlBatch) -> None:
        self.before_commit(batch)
        self.commits += 1
        stored = self._crawls[crawl_id]
        for visit in batch.visits:
            read = visit.row.state is UrlState.FETCHED
            assert not read or visit.row.digest in self._files.bodies, "bodies are kept before the rows that name them"
            self._put(stored, replace(visit.row))
            if visit.observations is not None:
                stored.stated[visit.row.url] = list(visit.observations)
        for found in batch.discovered:
            if found.url not in stored.rows:
                self._put(stored, FrontierUrl(found.url, found.kind, found.priority, found.depth, found.found_on))
        stored.crawl = replace(stored.crawl, spent_us=stored.crawl.spent_us + batch.spent_us)

    def _put(self, stored: _Stored, row: FrontierUrl) -> None:
        stored.found.setdefault(row.url, len(stored.found))
        stored.rows[row.url] = row

    async def pending(self, crawl_id: str, limit: int) -> list[FrontierUrl]:
        stored = self._crawls[crawl_id]
        rows = [replace(row) for row in stored.rows.values() if row.state is UrlState.PENDING]
        return sorted(rows, key=lambda row: (-row.priority, stored.found[row.url]))[:limit]

    async def known(self, crawl_id: str) -> list[str]:
        return list(self._crawls[crawl_id].rows)

    async def rows(
        self, crawl_id: str, *, states: Sequence[UrlState] = (), kinds: Sequence[UrlKind] = ()
    ) -> AsyncIterator[FrontierUrl]:
        for _, row in sorted(self._crawls[crawl_id].rows.items()):
            if (not states or row.state in states) and (not kinds or row.kind in kinds):
                yield replace(row)

    async def row(self, crawl_id: str, url: str) -> FrontierUrl | None:
        row = self._crawls[crawl_id].rows.get(url)
        return None if row is None else replace(row)

    async def reopen(self, crawl_id: str, urls: Sequence[Discovered]) -> None:
        stored = self._crawls[crawl_id]
        for url in urls:
            self._put(stored, replace(stored.rows[url.url], state=UrlState.PENDING, tries=0, priority=url.priority))
        stored.crawl = replace(stored.crawl, finished_at=None)

    async def observations(self, crawl_id: str) -> AsyncIterator[Observation]:
        for _, stated in sorted(self._crawls[crawl_id].stated.items()):
            for observation in stated:
                yield observation

    async def observations_of(self, crawl_id: str, page_url: str) -> list[Observation]:
        return self._crawls[crawl_id].stated.get(page_url, [])

    async def counts(self, crawl_id: str) -> CrawlCounts:
        rows = self._crawls[crawl_id].rows.values()
        states = {state.value: sum(row.state is state for row in rows) for state in UrlState}
        read = [row for row in rows if row.state in (UrlState.FETCHED, UrlState.UNCHANGED)]
        return CrawlCounts(
            **states,
            needs_rendering=sum(row.needs_rendering for row in rows),
            products_seen=sum(row.kind is UrlKind.PRODUCT for row in read),
            bytes_read=sum(row.bytes_read for row in rows),
        )

    async def close(self, crawl: Crawl) -> None:
        self._crawls[crawl.crawl_id].crawl = crawl
        self._crawls[crawl.crawl_id].saved = True

    async def of_run(self, run_id: str) -> list[Crawl]:
        return [stored.crawl for stored in self._crawls.values() if stored.crawl.run_id == run_id]

    async def last_finished(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        older = list(self._crawls)[: list(self._crawls).index(before)]
        for crawl_id in reversed(older):
            crawl = self._crawls[crawl_id].crawl
            if (crawl.owner_id, crawl.shop) == (owner_id, shop) and crawl.finished_at is not None:
                return crawl
        return None

    async def last_read(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        older = list(self._crawls)[: list(self._crawls).index(before)]
        for crawl_id in reversed(older):
            crawl, rows = self._crawls[crawl_id].crawl, self._crawls[crawl_id].rows.values()
            if (crawl.owner_id, crawl.shop) == (owner_id, shop) and any(row.digest for row in rows):
                return crawl
        return None


@dataclass
class Listener:
    """A Reporter that remembers, and stops the crawl after so many pages."""

    stop_after: int = 1_000_000_000
    progress_told: list[tuple[int, int | None, dict[str, object]]] = field(
        default_factory=list[tuple[int, int | None, dict[str, object]]]
    )
    problems: list[str] = field(default_factory=list[str])
    messages: list[Message] = field(default_factory=list[Message])  # of `problems`

    async def progress(self, done: int, total: int | None, unit: str, **data: object) -> None:
        assert unit == "pages"
        self.progress_told.append((done, total, data))
        if done >= self.stop_after:
            raise Cancelled("the user stopped it")

    async def problem(
        self, where: str, what: Message, way: Message | None = None, *, temporary: bool = False, missing: bool = True
    ) -> None:
        assert missing, "whatever a crawl could not read is missing from its result"
        problem = Problem.saying(where, what, way, temporary=temporary)
        self.messages.append(what)
        self.problems.append(f"{where}: {what} {problem.way_out} {'(temporary)' if temporary else ''}".strip())

    async def finding(self, **data: object) -> None:
        raise NotImplementedError

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        raise NotImplementedError

    async def spent(self, usage: Usage) -> None:
        raise NotImplementedError

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        raise NotImplementedError


class World:
    """A web, and what a crawler keeps of it over several runs."""

    def __init__(self, pages: dict[str, Answer] | None = None) -> None:
        self.web = Web({SHOP + path if path.startswith("/") else path: given for path, given in (pages or {}).items()})
        self.files = MemoryFiles()
        self.crawls = MemoryCrawls(self.files)
        self.listener = Listener()
        self.crawl_id = ""

    async def crawl(
        self,
        url: str = SHOP,
        *,
        run: str = "run-1",
        limits: CrawlLimits | None = None,
        politeness: Politeness = AT_ONCE,
        concurrency: int = 3,
    ) -> CrawlCounts:
        """Read the shop."""
        crawler = Crawler(self.crawls, self.files, self.web, InThisProcess(), self.listener, politeness=politeness)
        crawl = await open_crawl(self.crawls, run_id=run, owner_id="local", url=url)
        self.crawl_id = crawl.crawl_id
        return await crawler.crawl(crawl, limits or CrawlLimits(), concurrency=concurrency)

    async def render(self, web: Web, *, run: str = "run-1") -> CrawlCounts:
        """Read again what needs a browser."""
        crawler = Crawler(self.crawls, self.files, web, InThisProcess(), self.listener, politeness=AT_ONCE)
        crawl = await open_crawl(self.crawls, run_id=run, owner_id="local", url=SHOP)
        return await crawler.render(crawl, CrawlLimits())

    async def rows(self) -> dict[str, FrontierUrl]:
        """The last crawl's rows by path."""
        return {row.url.removeprefix(SHOP): row async for row in self.crawls.rows(self.crawl_id)}

    async def products(self) -> list[str]:
        """Names of all products that the last crawl's pages state, once each."""
        return sorted({stated.name async for stated in self.crawls.observations(self.crawl_id)})

    def finished(self) -> Crawl:
        """The last crawl, as it was closed."""
        return self.crawls._crawls[self.crawl_id].crawl  # pyright: ignore[reportPrivateUsage]


def product(number: int, *, price: str = "9.99", more: str = "") -> FetchedPage:
    """A product's page with structured data."""
    stated = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Lamp {number}",
        "sku": f"L{number}",
        "offers": {"@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": "InStock"},
    }
    data = json.dumps(stated)
    return page(
        f"<html><head><title>Lamp {number}</title><script type='application/ld+json'>{data}</script></head>"
        f"<body><h1>Lamp {number}</h1><p>EUR {price}</p>{more}</body></html>"
    )


def listing(numbers: Sequence[int], *, following: str = "", more: str = "", title: str = "Lamps") -> FetchedPage:
    """A page that lists products, and perhaps leads to a next one."""
    cards = "".join(
        f"<li class='product card'><a href='/product/{n}'><h3>Lamp {n}</h3></a><span class='price'>€9.99</span></li>"
        for n in numbers
    )
    link = f"<a rel='next' href='{following}'>Next</a>" if following else ""
    return page(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><ul class='products'>{cards}</ul>"
        f"<nav class='pagination'>{link}</nav>{more}</body></html>"
    )


def text(title: str, *links: str) -> FetchedPage:
    """A page that sells nothing."""
    anchors = "".join(f"<a href='{link}'>{link}</a> " for link in links)
    words = "Some words about our house, its history and the people who work in it. " * 5
    return page(f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p>{anchors}</body></html>")


def small_shop(**more: Answer) -> dict[str, Answer]:
    """Two lists of three products each, one of them over two pages, and a page about the house."""
    return {
        "/robots.txt": page("User-agent: *\nDisallow: /secret\n", content_type="text/plain"),
        "/": text("Shop", "/category/a", "/category/b", "/about", "/secret/1", "https://other.example/"),
        "/category/a": listing([1, 2], following="/category/a?page=2"),
        "/category/a?page=2": listing([3]),
        "/category/b": listing([4, 5, 6], title="More lamps"),
        "/about": text("About us", "/"),
        "/secret/1": product(99),
        **{f"/product/{n}": product(n) for n in range(1, 7)},
        **more,
    }
