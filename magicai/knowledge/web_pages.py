"""Pages of the web as documents: single ones by their addresses, and those of sites that were crawled."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from magicai.errors import Invalid, NotFound, Refused, Temporary
from magicai.knowledge.add_documents import LONGEST_SOURCE, SUFFIXES
from magicai.messages import say
from magicai.ports import FetchedPage, Fetcher, PageRequest
from magicai.shops.crawl import FrontierUrl, UrlKind
from magicai.shops.crawling import Politeness, urls
from magicai.shops.crawling.answers import WALLS, is_content, is_gone, is_html, may_help_again
from magicai.shops.crawling.coverage import READ
from magicai.shops.crawling.linked_files import LinkedFiles
from magicai.shops.crawling.robots import Robots, read_robots
from magicai.shops.crawling.scope import Scope
from magicai.shops.crawling.throttle import Throttle
from magicai.shops.crawling.waiting import Waiting
from magicai.shops.extraction import read_page
from magicai.shops.extraction.reading import PageKind
from magicai.shops.ports import CrawlRecords

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/markdown": ".md",
    "text/csv": ".csv",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
}
_PAGES = (".html",)
LINKED = LinkedFiles(
    suffixes=tuple(one for one in SUFFIXES if "htm" not in one),
    media_types=frozenset(media for media, suffix in _TYPES.items() if suffix not in _PAGES),
    max_bytes=50_000_000,
)
_ACCEPT = ",".join((*_TYPES, "text/plain", "*/*;q=0.1"))
_NO_PAGES = (UrlKind.SITEMAP, UrlKind.API, UrlKind.FEED)


class Gone(NotFound):
    """There is no such page any more."""


@dataclass(frozen=True, slots=True)
class _Site:
    robots: Robots
    throttle: Throttle


class PageReader:
    """Reads single pages, as politely as a crawl.

    Args:
        fetcher: reads from allowed addresses only.
    """

    def __init__(self, fetcher: Fetcher, politeness: Politeness) -> None:
        self._fetcher, self._politeness = fetcher, politeness
        self._sites: dict[str, _Site] = {}
        self._opening = asyncio.Lock()

    async def read(self, url: str) -> tuple[str, bytes]:
        """The name that a page's file would have, and its body.

        Raises:
            Refused: its address is not allowed, robots.txt forbids it, it is too large, or a log-in or captcha is shown
                instead.
            Gone: it is not there.
            Invalid: it has no content, or leads to another site.
            Temporary: it can't be had now.
        """
        scope = Scope(url)
        site = await self._site(scope.origin)
        if not site.robots.allows(url):
            why = site.robots.closed or say("page_disallowed")
            raise Refused("page_not_fetched", url=url, reason=why)
        sent = await site.throttle.wait()

        def follows(target: str) -> bool:
            home = scope.home(urls.normal(target))
            return bool(home) and site.robots.allows(home)

        asked = PageRequest(
            url, accept=_ACCEPT, max_bytes=LINKED.max_bytes, timeout_s=self._politeness.timeout_s, follow=follows
        )
        page = await self._fetcher.fetch(asked)
        if page.location:
            raise Invalid("address_redirects", address=url, target=page.location)
        if may_help_again(page.status):
            site.throttle.record_overload(sent, page.retry_after_s)
            raise Temporary(
                "address_error_status",
                way_out="try_again",
                retry_after_s=page.retry_after_s,
                url=url,
                status=page.status,
            )
        if is_gone(page.status):
            raise Gone("address_error_status", url=url, status=page.status)
        if not is_content(page.status):
            raise Invalid("address_error_status", url=url, status=page.status)
        if kind := await asyncio.to_thread(_wall_of, page):
            raise Refused("page_not_fetched", way_out=WALLS[kind].way_out or "", url=url, reason=WALLS[kind])
        return name_of(page.final_url, page.content_type), in_utf8(page.body, page.content_type, page.charset)

    async def _site(self, origin: str) -> _Site:
        async with self._opening:
            if origin not in self._sites:
                robots = await read_robots(origin, self._fetcher, self._politeness, Waiting())
                throttle = Throttle(self._politeness.delay_s, self._politeness.longest_delay_s)
                throttle.set_minimum(robots.delay_s)
                self._sites[origin] = _Site(robots, throttle)
            return self._sites[origin]


def _wall_of(page: FetchedPage) -> PageKind | None:
    """What a page is that was shown instead of the one that was asked for; None of the latter."""
    if not is_html(page.content_type, page.body):
        return None
    kind = read_page(page.body, url=page.final_url, content_type=page.content_type, charset=page.charset).kind
    return kind if kind in WALLS else None


async def pages_of(crawls: CrawlRecords, crawl_id: str, known: Collection[str] = ()) -> AsyncIterator[FrontierUrl]:
    """The pages that a crawl has read, each body once, and those that are documents already."""
    seen = set[str]()
    async for row in crawls.rows(crawl_id, states=READ):
        new = row.digest not in seen or row.url in known
        if row.digest and row.kind not in _NO_PAGES and new and len(row.url) <= LONGEST_SOURCE:
            seen.add(row.digest)
            yield row


def name_of(url: str, content_type: str) -> str:
    """What a page's file would be called: what its type says counts more than its address."""
    path = PurePosixPath(unquote(urlsplit(url).path))
    said = _TYPES.get(content_type.partition(";")[0].strip().lower(), "")
    if path.suffix.lower() in SUFFIXES and (not said or path.suffix.lower() == said):
        return path.name
    return f"{path.stem or urlsplit(url).hostname or 'page'}{said or '.html'}"


def in_utf8(body: bytes, content_type: str, charset: str) -> bytes:
    """Text in UTF-8, where its server says what it is in."""
    if not charset or not content_type.startswith("text/") or charset.lower().replace("-", "") == "utf8":
        return body
    try:
        return body.decode(charset, "replace").encode()
    except LookupError:
        return body


def charset_of(content_type: str) -> str:
    """The encoding that a frontier's row notes with its type; "" where none is said."""
    return content_type.partition("; charset=")[2]
