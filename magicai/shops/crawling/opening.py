"""How a crawl begins: robots.txt, the front page, and whatever lists the shop's products better than its pages."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from magicai.errors import Invalid, Permanent, Refused, Temporary
from magicai.messages import Message, say
from magicai.runs.run import Problem
from magicai.shops.crawl import Crawl, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import urls
from magicai.shops.crawling.actions import acts
from magicai.shops.crawling.budget import Budget
from magicai.shops.crawling.coverage import NOT_NEEDED, READ
from magicai.shops.crawling.discovery import Discovery
from magicai.shops.crawling.robots import read_robots
from magicai.shops.crawling.shop_apis import ShopApi, are_filed, find_api, find_feeds, suffices
from magicai.shops.crawling.visits import Visited, Visitor
from magicai.shops.crawling.waiting import Waiting
from magicai.shops.extraction.reading import Reading
from magicai.shops.product import Observation, Source
from magicai.values.times import now_us

_MOST_FEEDS = 5
_MOST_MOVES = 10
_MOST_SITEMAPS = 50
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a shop can't be read at all."""

    what: Message
    way: Message | None = None
    temporary: bool = False

    def problem(self, where: str) -> Problem:
        """The problem that it is."""
        return Problem.saying(where, self.what, self.way, temporary=self.temporary)


@dataclass(slots=True)
class Covered:
    """Products whose pages need not be read, because the shop's interface or a feed states them.

    Attributes:
        products: keys of their addresses.
        everything: the interface lists all products.
        filed: it names their categories too.
    """

    products: set[int] = field(default_factory=set[int])
    everything: bool = False
    filed: bool = False

    def add(self, stated: Sequence[Observation]) -> None:
        """Products that were stated; those without a price or a currency still need their pages."""
        for observation in stated:
            if observation.price is not None and observation.currency:
                self.products.add(urls.key(urls.normal(observation.url)))

    def add_whole(self, stated: Sequence[Observation]) -> None:
        """Products that the answers to a page's scripts stated; those of which they state a part need their pages."""
        self.add([one for one in stated if one.source is Source.HYDRATION and one.availability is not None])

    def not_needed(self, url: str, kind: UrlKind) -> Message | None:
        """Why an address need not be read; None where it must be."""
        if kind is UrlKind.PRODUCT:
            return NOT_NEEDED if self.everything or urls.key(url) in self.products else None
        lists = kind in (UrlKind.LISTING, UrlKind.OTHER, UrlKind.SITEMAP)
        return NOT_NEEDED if lists and self.everything and self.filed else None


class Opening:
    """Reads what must be known before the shop's pages are.

    Args:
        waiting: hears what is asked for; of nothing once it is open.
    """

    def __init__(self, crawl: Crawl, visitor: Visitor, discovery: Discovery, budget: Budget, waiting: Waiting) -> None:
        self._crawl = crawl
        self._waiting = waiting
        self._visitor = visitor
        self._discovery = discovery
        self._budget = budget
        self._covered = Covered()
        discovery.not_needed, discovery.learn_answered = self._covered.not_needed, self._covered.add_whole

    async def open(self, *, rendering: bool = False) -> Closed | None:
        """Make the crawl ready for its pages; answers why that cannot be.

        Args:
            rendering: the front page's lists were read without a browser before.
        """
        try:
            return await self._open(rendering=rendering)
        finally:
            self._waiting.end()

    async def _open(self, *, rendering: bool) -> Closed | None:
        row = await self._row(urls.normal(self._crawl.entry_url) or self._crawl.entry_url, UrlKind.FRONT, "", 0)
        if row.state not in READ:
            row.state, row.tries, row.not_before_us = UrlState.PENDING, 0, 0
        closed, visited = await self._reach_front(row)
        if row.state is not UrlState.PENDING:
            self._visitor.frontier.add_visit(row, visited.stated, visited.body)
        if closed is not None or visited.reading is None:
            return closed
        scope = self._visitor.scope
        if scope.below:
            scope.products_elsewhere = self._are_elsewhere(visited.reading)
        if not rendering:
            api = find_api(visited.html, row.final_url, scope)
            if api is not None:
                await self._read_api(api, row)
            if not self._covered.everything:
                await self._read_feeds(visited.html, row)
        self._discovery.page(row, visited.reading)
        if not rendering and not self._covered.everything:
            self._seed_sitemaps()
        return None

    async def _reach_front(self, row: FrontierUrl) -> tuple[Closed | None, Visited]:
        visited = Visited()
        for _ in range(_MOST_MOVES):
            if row.final_url:
                self._visitor.scope.adopt(row.final_url)
            closed = await self._ask_robots(row)
            if closed is not None:
                return closed, visited
            if row.state in READ:
                return None, await self._visitor.read_again(row)
            visited = await self._now(row)
            if row.state in READ:
                # To https or www, perhaps: everything else is asked for there.
                self._visitor.scope.adopt(row.final_url)
            moved = row.state is UrlState.SKIPPED and not self._visitor.scope.home(row.final_url)
            if not moved:
                break
            row.state = UrlState.PENDING
        return self._why_closed(row, visited.refusal), visited

    async def _ask_robots(self, row: FrontierUrl) -> Closed | None:
        visitor = self._visitor
        try:
            visitor.robots = await read_robots(
                visitor.scope.origin, visitor.data_fetcher, visitor.politeness, self._waiting
            )
        except (Temporary, Refused, Invalid) as exc:
            temporary = isinstance(exc, Temporary)
            row.end(UrlState.FAILED if temporary else UrlState.REFUSED, exc.message)
            return Closed(self._named(exc.message), exc.way, temporary)
        if visitor.robots.closed is not None:
            row.end(UrlState.REFUSED, visitor.robots.closed)
            return Closed(visitor.robots.closed, temporary=True)
        visitor.throttle.set_minimum(visitor.robots.delay_s)
        return None

    def _why_closed(self, row: FrontierUrl, refusal: Permanent | None) -> Closed | None:
        url = row.final_url or row.url
        if row.state in READ:
            return None
        if row.state is UrlState.PENDING:
            return Closed(say("shop_page_too_slow", url=url, why=row.why), temporary=True)
        if row.status is None and row.state is UrlState.REFUSED:
            if refusal is not None:
                return Closed(self._named(refusal.message), refusal.way or say("check_front_page"))
            agent, host = self._visitor.politeness.agent, self._visitor.scope.host
            return Closed(say("robots_disallow_shop", host=host, agent=agent, url=url))
        temporary = row.state is UrlState.FAILED and row.tries > 0
        way = say("try_it_later" if temporary else "check_front_page")
        return Closed(say("shop_page_not_readable", url=url, why=row.why), row.why.way_out or way, temporary)

    def _named(self, what: Message) -> Message:
        """The same, after the address that was given, where it names another: of a redirect, or in another spelling."""
        given = self._crawl.entry_url
        names_it = urlsplit(given).netloc in str(what)
        return what if names_it else say("shop_page_not_readable", url=given, why=what)

    async def _read_api(self, api: ShopApi, front: FrontierUrl) -> None:
        self._visitor.api = api
        listed: set[int] = set()
        all_stated, all_filed = True, True
        found_on, number = front.url, 1
        while (url := api.page(number)) and not self._budget.over():
            row, stated = await self._list_page(url, UrlKind.API, found_on)
            if row.state not in READ:
                return
            new = {urls.key(observation.url) for observation in stated} - listed
            if not new:
                # Behind the last page; some shops answer with the first page again.
                self._covered.everything = bool(listed) and all_stated and not self._visitor.limits.product_pages
                self._covered.filed = all_filed
                return
            listed |= new
            all_stated = all_stated and suffices(stated)
            all_filed = all_filed and are_filed(stated)
            self._spare_or_seed(stated, url)
            found_on, number = url, number + 1

    async def _read_feeds(self, html: bytes, front: FrontierUrl) -> None:
        # A feed can take long to read, too: it ends with the crawl's time, and is read by the next one.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._budget.seconds_left):
                for url in find_feeds(html, front.final_url, self._visitor.scope)[:_MOST_FEEDS]:
                    if not self._budget.over() and not acts(url):
                        _, stated = await self._list_page(url, UrlKind.FEED, front.url)
                        self._spare_or_seed(stated, url)

    def _spare_or_seed(self, stated: Sequence[Observation], found_on: str) -> None:
        """Spare products that were stated, or have their own pages read where those are wanted."""
        if not self._visitor.limits.product_pages:
            self._covered.add(stated)
            return
        for observation in stated:
            if home := self._visitor.scope.home(urls.normal(observation.url)):
                self._discovery.seed(home, UrlKind.PRODUCT, found_on=found_on, depth=1)

    async def _list_page(self, url: str, kind: UrlKind, found_on: str) -> tuple[FrontierUrl, Sequence[Observation]]:
        row = await self._row(url, kind, found_on, 1)
        if row.state in READ:
            return row, await self._visitor.records.observations_of(self._crawl.crawl_id, url)
        visited = await self._now(row)
        self._visitor.frontier.add_visit(row, visited.stated, visited.body)
        await self._visitor.frontier.commit_if_full()
        return row, visited.stated

    async def _now(self, row: FrontierUrl) -> Visited:
        """Read an address at once, waiting where it asks to be tried again."""
        while True:
            self._waiting.begin(row.url, row.tries + 1, self._visitor.politeness.tries)
            visited = await self._visitor.visit(row)
            if visited.asked and row.state is not UrlState.PENDING:
                self._budget.begin()
                self._budget.add(row.bytes_read)
            if row.state is not UrlState.PENDING or self._budget.over():
                return visited
            await asyncio.sleep(max(0.0, min(self._budget.seconds_left, (row.not_before_us - now_us()) / _SECOND_US)))

    async def _row(self, url: str, kind: UrlKind, found_on: str, depth: int) -> FrontierUrl:
        self._visitor.frontier.mark_found(url)
        known = await self._visitor.records.row(self._crawl.crawl_id, url)
        return known or FrontierUrl(url, kind, 0.0, depth, found_on)

    def _are_elsewhere(self, reading: Reading) -> bool:
        scope = self._visitor.scope
        found = (scope.home(urls.normal(link.url)) for link in reading.links if link.kind is UrlKind.PRODUCT)
        inside = [scope.holds(url) for url in found if url]
        return bool(inside) and 2 * sum(inside) < len(inside)

    def _seed_sitemaps(self) -> None:
        scope = self._visitor.scope
        named = [scope.home(urls.normal(url)) for url in self._visitor.robots.sitemaps]
        for url in list(filter(None, named))[:_MOST_SITEMAPS]:
            self._discovery.seed(url, UrlKind.SITEMAP, found_on=f"{scope.origin}/robots.txt")
        if not named:
            self._discovery.seed(f"{scope.origin}/sitemap.xml", UrlKind.SITEMAP)
