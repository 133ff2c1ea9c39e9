"""What a crawl covered, and what became of products that an earlier crawl had seen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from magicai.messages import Message, say
from magicai.shops.crawl import Crawl, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import urls
from magicai.shops.crawling.answers import WALLS
from magicai.shops.ports import CrawlRecords
from magicai.shops.product import Product, Seen

NOT_NEEDED = say("page_not_needed")
_NOT_NEEDED = NOT_NEEDED.stored()
READ = (UrlState.FETCHED, UrlState.UNCHANGED)
_WALLED = frozenset(wall.stored() for wall in WALLS.values())
_GONE = (404, 410)
_LISTS = (UrlKind.LISTING, UrlKind.API, UrlKind.FRONT)


@dataclass(slots=True)
class Survey:
    """Counts a crawl's rows, one by one.

    Attributes:
        walled: lists of which nothing is known but the wall before them.
        rendered: how many pages a browser has read.
        any_stated: whether any page stated a product.
        refused, failed: how many rows by stored reason, which names no address; one of each is in `example`.
    """

    pending: int = 0
    needs_rendering: int = 0
    rendered: int = 0
    any_stated: bool = False
    products: int = 0
    products_read: int = 0
    walled: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])
    failed: Counter[str] = field(default_factory=Counter[str])
    example: dict[str, str] = field(default_factory=dict[str, str])
    _pages: dict[str, "_ListPage"] = field(default_factory=dict[str, "_ListPage"])

    def add(self, row: FrontierUrl) -> None:
        """Count a row."""
        read = row.state in READ
        self.pending += row.state is UrlState.PENDING
        self.needs_rendering += row.needs_rendering
        self.rendered += read and row.rendered
        if row.kind is UrlKind.PRODUCT and (row.state is not UrlState.SKIPPED or row.reason == _NOT_NEEDED):
            self.products += 1
            self.products_read += read or row.reason == _NOT_NEEDED
        if row.kind in _LISTS:
            self.walled += row.state is UrlState.REFUSED and row.reason in _WALLED
            self._pages[row.url] = _ListPage(row.kind, row.found_on, row.depth, read)
        for state, reasons in ((UrlState.REFUSED, self.refused), (UrlState.FAILED, self.failed)):
            if row.state is state and row.status not in _GONE:
                reason = _of_any(row)
                reasons[reason] += 1
                self.example.setdefault(reason, row.url)

    @property
    def coverage(self) -> float:
        """Read product addresses by known ones, 0 to 1.

        A list behind a wall counts as a product that was not read: it hides one at least. A page that its scripts have
        not drawn may have been a product's. Where none is known, nothing was read of a shop whose pages scripts draw
        and state none, and all of another.
        """
        known = self.products + self.walled + self.needs_rendering
        return self.products_read / known if known else float(self.any_stated or not self.rendered)

    def complete_lists(self) -> list[str]:
        """First pages of lists whose pages were all read."""
        whole: dict[str, bool] = {}
        several: set[str] = set()
        known: dict[str, str] = {}
        for url, page in self._pages.items():
            first = first_page(url, self._pages, known)
            whole[first] = whole.get(first, True) and page.read
            if first != url:
                several.add(first)
        # A front page alone shows a choice that changes from day to day.
        return [url for url, all_read in whole.items() if all_read and (url in several or not self._is_front(url))]

    def _is_front(self, url: str) -> bool:
        return self._pages[url].kind is UrlKind.FRONT


def _of_any(row: FrontierUrl) -> str:
    """Why a row was not read, in words that hold for all that were not for the same."""
    why = row.why
    for url in sorted({row.url, row.final_url} - {""}, key=len, reverse=True):
        why = Message(why.code, {name: _without(value, url) for name, value in why.params.items()})
    return why.stored()


def _without(value: Any, url: str) -> Any:
    """A parameter that does not name an address."""
    if value == url:
        return asdict(say("it_address"))
    match value:
        case str():
            return value.replace(url, "it")
        case {"code": code, "params": params}:
            within = cast("Mapping[str, Any]", params)
            return {"code": code, "params": {name: _without(one, url) for name, one in within.items()}}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _ListPage:
    kind: UrlKind
    found_on: str
    depth: int
    read: bool


def first_page(url: str, pages: Mapping[str, _ListPage], known: dict[str, str]) -> str:
    """The first page of the list that a page belongs to.

    Further pages lie as deep as the page that links them. One that a sitemap named before is known by its address.

    Args:
        known: those that were found before, which takes this one in: a list is walked once.
    """
    way = {url}
    while url not in known:
        page = pages[url]
        parent = pages.get(page.found_on)
        if parent is None or parent.depth != page.depth or page.found_on in way:
            known[url] = next((first for first in urls.first_pages(url) if first in pages), url)
            break
        url = page.found_on
        way.add(url)
    known.update(dict.fromkeys(way, known[url]))
    return known[url]


def seen_state(now: FrontierUrl | None, lists: Sequence[bool]) -> Seen:
    """What became of a product that an earlier crawl saw and this one did not.

    Args:
        now: the row of its address in this crawl, if it has one.
        lists: for each list on which it stood, whether this crawl read that list to its end.
    """
    if now is not None and now.status in _GONE:
        return Seen.GONE
    asked = now is None or now.state in READ or (now.state is UrlState.SKIPPED and now.status is not None)
    return Seen.GONE if asked and lists and all(lists) else Seen.NOT_VISITED


async def last_whole(records: CrawlRecords, previous: Crawl) -> Crawl | None:
    """The last complete crawl of a shop up to this one: what it did not meet was not there."""
    found: Crawl | None = previous
    while found is not None and not found.complete:
        found = await records.last_finished(found.owner_id, found.shop, before=found.crawl_id)
    return found


class Fates:
    """What became of products of the previous crawl that this one did not see: gone or not visited.

    A list is followed to its first page once, however many of its products are absent.

    Args:
        whole: the last complete crawl, where the previous one was not: it knows of the pages that one did not meet.
    """

    def __init__(self, records: CrawlRecords, crawl: Crawl, previous: Crawl, whole: Crawl | None = None) -> None:
        self._records, self._crawl_id = records, crawl.crawl_id
        self._earlier = [one.crawl_id for one in (previous, whole) if one is not None]
        # By the pages of earlier crawls: whether this one read their list to its end; None of what is in no list.
        self._lists: dict[str, bool | None] = {}

    async def seen_states(self, missing: Iterable[Product]) -> dict[str, Seen]:
        """By product id."""
        return {product.id: await self._seen_state_of(product) for product in missing}

    async def _seen_state_of(self, product: Product) -> Seen:
        address = urls.normal(product.url)
        now = await self._records.row(self._crawl_id, address)
        before = await self._before(address)
        pages = {source.url for source in product.provenance.values()}
        # A row of a price list has no page of its own: it is gone when its list no longer has it, wherever that was
        # found.
        if before is None or before.kind not in _LISTS:
            pages -= {product.url, address}
            if before is not None and before.found_on:
                pages.add(before.found_on)
        lists = [await self._was_read(page) for page in sorted(pages)]
        return seen_state(now, [one for one in lists if one is not None])

    async def _before(self, url: str) -> FrontierUrl | None:
        """What was last known of an address."""
        for crawl_id in self._earlier:
            row = await self._records.row(crawl_id, url)
            if row is not None:
                return row
        return None

    async def _was_read(self, page: str) -> bool | None:
        """Whether this crawl read the list of a page to its end; None where it was none, or a front page's choice."""
        if page in self._lists:
            return self._lists[page]
        row = await self._before(page)
        if row is None or row.kind not in (*_LISTS, UrlKind.SITEMAP):
            self._lists[page] = None
            return None
        way = {page}
        while row.url not in self._lists:
            parent = await self._before(row.found_on) if row.found_on else None
            if parent is None or parent.depth != row.depth or parent.kind not in _LISTS or parent.url in way:
                self._lists[row.url] = await self._is_complete(row)
                break
            row = parent
            way.add(row.url)
        found = self._lists.get(row.url)
        self._lists.update(dict.fromkeys(way, found))
        return found

    async def _is_complete(self, row: FrontierUrl) -> bool | None:
        for address in urls.first_pages(row.url):
            first = await self._before(address)
            if first is not None and first.kind in _LISTS:
                row = first
                break
        if row.kind is UrlKind.FRONT and not row.complete_listing:
            return None
        present = await self._records.row(self._crawl_id, row.url)
        return present is not None and present.complete_listing
