"""Documents whose pages a crawl of their site did not read: gone, still there though nothing links them, or unknown."""

from collections.abc import AsyncIterator, Collection
from typing import Literal

from magicai.knowledge.web_pages import LINKED
from magicai.shops.crawl import Crawl, FrontierUrl
from magicai.shops.crawling import urls
from magicai.shops.crawling.answers import is_gone
from magicai.shops.crawling.coverage import READ
from magicai.shops.crawling.scope import Scope
from magicai.shops.ports import CrawlRecords

# To be removed, to be asked for, or to be kept as it is.
Fate = Literal["gone", "ask", "kept"]


async def unread(
    crawls: CrawlRecords, crawl: Crawl, known: Collection[str], *, max_pages: int
) -> AsyncIterator[tuple[str, Fate]]:
    """What is to become of documents of a crawled site that the crawl has not read, by their addresses.

    Only what its server says is gone (404, 410) is removed: what could not be fetched, or was forbidden, is kept.

    Args:
        known: addresses of documents, of any site.
        max_pages: of the crawl; what it left of them, the pages that nothing links are asked for with.
    """
    scope = await _scope_of(crawls, crawl)
    counts = await crawls.counts(crawl.crawl_id)
    left = max_pages - counts.fetched - counts.unchanged - counts.failed - counts.refused
    for source in known:
        home = scope.home(urls.normal(source))
        row = await crawls.row(crawl.crawl_id, home) if home else None
        if row is not None:
            if row.state not in READ:
                yield source, "gone" if _is_gone(row) else "kept"
        elif home and (scope.holds(home) or LINKED.named(home)):  # files lie in a folder of their own
            left -= 1
            yield source, "ask" if left >= 0 else "kept"


def _is_gone(row: FrontierUrl) -> bool:
    return row.status is not None and is_gone(row.status)


async def _scope_of(crawls: CrawlRecords, crawl: Crawl) -> Scope:
    """The site of a crawl, where its entry page has led to."""
    scope = Scope(crawl.entry_url)
    front = await crawls.row(crawl.crawl_id, urls.normal(crawl.entry_url) or crawl.entry_url)
    if front is not None and front.final_url:
        scope.adopt(front.final_url)
    return scope
