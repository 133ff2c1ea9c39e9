"""One address: ask for it, understand the answer, read the page."""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from magicai.errors import Invalid, Missing, NotFound, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import FetchedPage, Fetcher, FileReader, Files, PageRequest
from magicai.shops.crawl import Crawl, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import answers, urls
from magicai.shops.crawling.actions import acts
from magicai.shops.crawling.frontier import Frontier
from magicai.shops.crawling.limits import CrawlLimits, Politeness
from magicai.shops.crawling.robots import Robots
from magicai.shops.crawling.scope import Scope
from magicai.shops.crawling.shop_apis import ShopApi
from magicai.shops.crawling.sitemaps import LARGEST as LARGEST_SITEMAP
from magicai.shops.crawling.sitemaps import Sitemap, read_sitemap
from magicai.shops.crawling.throttle import Throttle
from magicai.shops.extraction import read_answer, read_page
from magicai.shops.extraction.detail_answers import DetailRoutes
from magicai.shops.extraction.feed_parts import observations_in
from magicai.shops.extraction.link_words import says_more
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.ports import CrawlRecords
from magicai.shops.product import Observation
from magicai.values.times import now_us

_OVERLOADED = frozenset((429, 503))
_ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.1"
_ACCEPT = {
    UrlKind.API: "application/json",
    UrlKind.SITEMAP: "application/xml,text/xml,text/plain;q=0.8,*/*;q=0.1",
    UrlKind.FEED: "application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.1",
}
# A page below this is read where the crawl runs: handing it to a thread would cost more than it saves.
_LARGE_PAGE = 400_000
_MOST_ASKING = 8


@dataclass(slots=True)
class Visited:
    """What came of a visit, beside the row that it changed.

    Attributes:
        asked: whether the shop was asked at all.
        trouble: the shop failed in a way that may mean that it fails altogether.
        body: to be kept; b"" where it is kept already.
        html: of a page, whether or not it is kept already.
        refusal: why it was not read, where that was not the shop's answer.
    """

    asked: bool = False
    trouble: bool = False
    stated: Sequence[Observation] = ()
    body: bytes = b""
    html: bytes = b""
    reading: Reading | None = None
    sitemap: Sitemap | None = None
    refusal: Permanent | None = None


@dataclass(slots=True)
class Visitor:
    """Reads addresses of one shop.

    Attributes:
        data_fetcher: reads what no browser is needed for: sitemaps, feeds, JSON.
        previous: an earlier crawl whose answers may still hold, or None.
        robots, api: set once they are known.
    """

    crawl_id: str
    fetcher: Fetcher
    data_fetcher: Fetcher
    file_reader: FileReader
    records: CrawlRecords
    files: Files
    frontier: Frontier
    scope: Scope
    throttle: Throttle
    politeness: Politeness
    limits: CrawlLimits
    previous: Crawl | None
    robots: Robots
    api: ShopApi | None = None
    # Where an address that is pending led to: nobody else reads that, and when it is tried again it is followed again.
    _followed: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _details: DetailRoutes = field(default_factory=DetailRoutes)
    _detailed: str = ""  # a product's page whose scripts were answered
    # Pages whose scripts were answered parts of lists, lately: address and body.
    _asking: dict[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])

    async def visit(self, row: FrontierUrl) -> Visited:
        """Read an address; its row says what came of it, and is still pending where it should be tried again later."""
        visited = await self._visit(row)
        if row.state is not UrlState.PENDING:
            self._followed.pop(row.url, None)
        return visited

    async def _visit(self, row: FrontierUrl) -> Visited:
        if not self.robots.allows(_asked_for(row)):
            row.end(UrlState.REFUSED, say("page_disallowed"))
            return Visited()
        if (answered := await self._detail(row)) is not None:
            return answered
        before = await self._before(row)
        sent = await self.throttle.wait()
        try:
            page = await self._ask(row, before)
            held = await self._held(before) if page.status == 304 and before is not None else None  # noqa: PLR2004
            if page.status == 304 and held is None:  # noqa: PLR2004 - what it refers to is not kept any more
                page, before = await self._ask(row, None), None
        except Temporary as exc:
            news = self.throttle.record_overload(sent, self._bearable(exc.retry_after_s))
            answers.retry_later(row, exc.message, self.politeness, now_us(), exc.retry_after_s)
            return Visited(asked=True, trouble=news)
        except Missing:
            raise
        except Permanent as exc:
            row.end(UrlState.REFUSED, exc.message)
            return Visited(asked=True, refusal=exc)
        if held is not None and before is not None:
            return await self._unchanged(row, page, before, held)
        return await self._understand(row, page, sent)

    async def read_again(self, row: FrontierUrl) -> Visited:
        """What a page that was read in an earlier attempt says, from its kept body; nothing where that is gone."""
        try:
            held = await self.files.get(row.digest) if row.digest else b""
        except NotFound:
            held = b""
        return await self._read(row, held, state=row.state) if held else Visited()

    async def _ask(self, row: FrontierUrl, before: FrontierUrl | None) -> FetchedPage:
        request = PageRequest(
            _asked_for(row),
            etag=before.etag if before else "",
            last_modified=before.last_modified if before else "",
            accept=_ACCEPT.get(row.kind, _ACCEPT_PAGE),
            max_bytes=self._most_bytes(row),
            timeout_s=self.politeness.timeout_s,
            follow=lambda target: self._follows(row, target),
            may_ask=self._may_ask,
            is_more=None if row.kind is UrlKind.PRODUCT else says_more,
        )
        return await (self.data_fetcher if row.kind in _ACCEPT else self.fetcher).fetch(request)

    def _may_ask(self, url: str) -> bool:
        """Whether a page's scripts may ask for an address on our account: of other hosts' rules nothing is known."""
        home = self.scope.home(urls.normal(url))
        return not home or (self.robots.allows(home) and not acts(home))

    def _most_bytes(self, row: FrontierUrl) -> int:
        if row.kind is UrlKind.SITEMAP:
            return LARGEST_SITEMAP
        files = self.limits.files
        return files.max_bytes if files.named(row.url) else self.limits.max_page_bytes

    def _follows(self, row: FrontierUrl, target: str) -> bool:
        """Whether a redirect stays in the shop, is allowed, and leads to what is not read anyway."""
        home = self.scope.home(urls.normal(target))
        if not home or not self.robots.allows(home) or (row.kind is not UrlKind.FRONT and acts(home)):
            return False
        if urls.key(home) == urls.key(row.url) or home in self._followed.get(row.url, ()):
            return True
        if not self.frontier.mark_found(home):
            return False
        self._followed.setdefault(row.url, set()).add(home)
        return True

    async def _before(self, row: FrontierUrl) -> FrontierUrl | None:
        """The last crawl's row of an address, where its answer may still hold."""
        if self.previous is None:
            return None
        before = await self.records.row(self.previous.crawl_id, row.url)
        if before is None or before.rendered or not before.digest or not (before.etag or before.last_modified):
            return None
        return before

    async def _held(self, before: FrontierUrl) -> bytes | None:
        try:
            return await self.files.get(before.digest)
        except NotFound:
            return None

    async def _unchanged(self, row: FrontierUrl, page: FetchedPage, before: FrontierUrl, held: bytes) -> Visited:
        self.throttle.record_success()
        row.status, row.final_url, row.fetched_at_us = page.status, before.final_url, now_us()
        row.content_type, row.digest = before.content_type, before.digest
        row.etag = page.etag or before.etag
        row.last_modified = page.last_modified or before.last_modified
        visited = await self._read(row, held, state=UrlState.UNCHANGED)
        visited.body = b""
        return visited

    async def _understand(self, row: FrontierUrl, page: FetchedPage, sent: float) -> Visited:
        row.status, row.final_url, row.fetched_at_us = page.status, page.final_url, now_us()
        row.bytes_read, row.rendered = len(page.body), page.rendered
        row.content_type = f"{page.content_type}; charset={page.charset}" if page.charset else page.content_type
        if page.location:
            self._leads_elsewhere(row, page)
            self.throttle.record_success()
            return Visited(asked=True)
        if answers.is_content(page.status):
            self.throttle.record_success()
            row.digest = hashlib.sha256(page.body).hexdigest()
            row.etag, row.last_modified = ("", "") if page.rendered else (page.etag, page.last_modified)
            visited = await self._read(row, page.body, state=UrlState.FETCHED)
            visited.trouble = row.state is UrlState.REFUSED
            return visited
        walled = await self._wall(row, page)
        if walled is not None:
            row.end(UrlState.REFUSED, walled)
        elif answers.may_help_again(page.status):
            news = page.status not in _OVERLOADED or self.throttle.record_overload(
                sent, self._bearable(page.retry_after_s)
            )
            why = say("page_answered_status", status=page.status)
            answers.retry_later(row, why, self.politeness, now_us(), page.retry_after_s)
            return Visited(asked=True, trouble=news)
        else:
            self.throttle.record_success()
            answers.refuse(row, page.status)
        return Visited(asked=True, trouble=walled is not None)

    def _bearable(self, wait_s: float | None) -> float | None:
        """A wait that the whole crawl is put to; one row's unbearable wait must not stop all the others."""
        return wait_s if wait_s is not None and wait_s <= self.politeness.longest_wait_s else None

    def _leads_elsewhere(self, row: FrontierUrl, page: FetchedPage) -> None:
        row.final_url = page.location
        home = self.scope.home(urls.normal(page.location))
        if not home:
            row.end(UrlState.SKIPPED, say("shop_redirected", location=page.location))
        elif not self.robots.allows(home):
            row.end(UrlState.REFUSED, say("page_leads_to_disallowed", address=home))
        elif acts(home):
            row.end(UrlState.SKIPPED, say("page_leads_to_action", address=home))
        else:
            row.end(UrlState.SKIPPED, say("page_leads_to_other_page", address=home))

    async def _wall(self, row: FrontierUrl, page: FetchedPage) -> Message | None:
        """The wall that a page without content is."""
        if row.kind in _ACCEPT or not answers.is_html(page.content_type, page.body):
            return None
        reading = await self._page(row, page.body)
        return answers.WALLS.get(reading.kind)

    async def _read(self, row: FrontierUrl, body: bytes, *, state: UrlState) -> Visited:
        """Read a body by what its address is expected to be."""
        visited = Visited(asked=True, body=body, html=body)
        row.state, row.reason = state, ""
        if row.kind is UrlKind.SITEMAP:
            visited.sitemap = await read_sitemap(body)
            row.complete_listing = visited.sitemap.whole
            if visited.sitemap.fault:
                if row.found_on:
                    row.end(UrlState.FAILED, visited.sitemap.fault)
                else:
                    row.end(UrlState.SKIPPED, say("sitemap_absent"))
        elif row.kind is UrlKind.API and self.api is not None and self.api.has(row.url):
            visited.stated = self.api.read(body, url=row.url, digest=row.digest, at_us=row.fetched_at_us)
        elif row.kind is UrlKind.API:
            visited.reading = await self._answer(row, body)
            visited.stated = visited.reading.observations
        elif row.kind is UrlKind.FEED:
            visited.stated = await self._feed(row, body)
        else:
            await self._read_page(row, body, visited)
        for stated in visited.stated:
            # A product is known by its address: a session's id in it would make another product of each visit.
            if stated.url and stated.url != row.url:
                stated.url = urls.normal(stated.url)
        return visited

    async def _read_page(self, row: FrontierUrl, body: bytes, visited: Visited) -> None:
        if not answers.is_html(row.content_type, body):
            if self.limits.files.wanted(row.url, row.content_type):
                return
            row.end(UrlState.SKIPPED, say("page_not_html", type=row.content_type or "application/octet-stream"))
            visited.body = b""
            return
        reading = await self._page(row, body)
        answers.mark_read(row, reading)
        row.needs_rendering = reading.is_undrawn if row.rendered else reading.needs_rendering
        if reading.answers:
            self._remember(row.url, row.final_url, body)
            for answer in reading.answers if reading.kind is PageKind.PRODUCT else ():
                self._details.learn(row.url, answer)
                self._detailed = row.url
        if row.state not in (UrlState.REFUSED, UrlState.FAILED):
            visited.reading, visited.stated = reading, reading.observations

    async def _detail(self, row: FrontierUrl) -> Visited | None:
        """A product as the shop's interface states it, in place of its page; None where no interface is known."""
        route = self._details.learnt if row.kind is UrlKind.PRODUCT else None
        url = route.of(row.url) if route is not None else ""
        if not url or not self.scope.home(url) or not self._may_ask(url):
            return None
        await self.throttle.wait()
        request = PageRequest(
            url, accept=_ACCEPT[UrlKind.API], max_bytes=self.limits.max_page_bytes, timeout_s=self.politeness.timeout_s
        )
        try:
            page = await self.data_fetcher.fetch(request)
        except (Permanent, Temporary):
            return None  # its page may say more
        page_url, asked_by = await self._asked_by(self._detailed)
        digest = hashlib.sha256(page.body).hexdigest()
        reading = read_answer(
            page.body, url=url, asked_by=asked_by, page_url=page_url, own_url=row.url, digest=digest, at_us=now_us()
        )
        if not answers.is_content(page.status) or reading.kind is not PageKind.PRODUCT:
            self._details.learnt = None  # until a page agrees again
            return None
        self.throttle.record_success()
        row.status, row.final_url, row.fetched_at_us = page.status, row.url, now_us()
        row.bytes_read, row.content_type, row.digest = len(page.body), page.content_type, digest
        row.state, row.reason, row.needs_rendering = UrlState.FETCHED, "", False
        return Visited(asked=True, stated=reading.observations, body=page.body)

    def _remember(self, url: str, final_url: str, body: bytes) -> None:
        self._asking.pop(url, None)
        self._asking[url] = (final_url, body)
        if len(self._asking) > _MOST_ASKING:
            self._asking.pop(next(iter(self._asking)))

    async def _answer(self, row: FrontierUrl, body: bytes) -> Reading:
        """A further part of a list, read as the page would that asked for its first."""
        page_url, asked_by = await self._asked_by(row.found_on)
        return read_answer(
            body, url=row.url, asked_by=asked_by, page_url=page_url, digest=row.digest, at_us=row.fetched_at_us
        )

    async def _asked_by(self, url: str) -> tuple[str, bytes]:
        """Address and body of a page whose scripts were answered; an empty one where it is not kept any more."""
        if url not in self._asking:
            page = await self.records.row(self.crawl_id, url)
            try:
                held = await self.files.get(page.digest) if page is not None and page.digest else b""
            except NotFound:
                held = b""
            self._remember(url, page.final_url if page is not None else url, held)
        return self._asking[url]

    async def _feed(self, row: FrontierUrl, body: bytes) -> list[Observation]:
        options = {"content_type": row.content_type, "digest": row.digest, "at_us": row.fetched_at_us}
        stated: list[Observation] = []
        try:
            async with aclosing(self.file_reader.read("feed", io.BytesIO(body), row.url, options)) as parts:
                async for part in parts:
                    stated += observations_in(part)
        except (Invalid, Temporary) as exc:
            row.end(UrlState.FAILED, exc.message)
        return stated

    async def _page(self, row: FrontierUrl, body: bytes) -> Reading:
        content_type, _, charset = row.content_type.partition("; charset=")

        def read() -> Reading:
            return read_page(
                body,
                url=row.final_url,
                content_type=content_type,
                charset=charset,
                digest=row.digest,
                at_us=row.fetched_at_us,
            )

        return read() if len(body) < _LARGE_PAGE else await asyncio.to_thread(read)


def _asked_for(row: FrontierUrl) -> str:
    """Where a row's page is asked for: a front page may have moved to another host."""
    return row.final_url if row.kind is UrlKind.FRONT and row.final_url else row.url
