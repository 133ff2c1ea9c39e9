"""The own pages of a crawl's products, as they are kept."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from magicai.errors import Invalid
from magicai.ports import Files
from magicai.shops.fields.page import FieldPage
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product, Seen
from magicai.shops.product_keys import url_key
from magicai.values.frozen import Frozen

_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")


class KeptPage(Frozen):
    """A product's own page; `digest` is "" where the crawl has read none."""

    crawl_id: str
    product_id: str
    url: str
    digest: str = ""
    content_type: str = ""


async def kept_pages(shops: ShopRecords, crawl_id: str) -> AsyncIterator[KeptPage]:
    """One of each product that the crawl has seen, in the order of the products."""
    async for product in shops.products.of_crawl(crawl_id):
        if (found := await kept_page(shops, crawl_id, product)) is not None:
            yield found


async def kept_page(shops: ShopRecords, crawl_id: str, product: Product) -> KeptPage | None:
    """The own page of a product; None of one that the crawl has not seen."""
    if product.seen is not Seen.SEEN:
        return None
    key = url_key(product.url)
    read = {stated.url: stated.digest for stated in product.provenance.values() if url_key(stated.url) == key}
    page = KeptPage(crawl_id=crawl_id, product_id=product.id, url=product.url)
    for url, digest in {product.url: "", **read}.items():
        row = await shops.crawls.row(crawl_id, url)
        if row is None and digest:  # another address led there
            return page.model_copy(update={"url": url, "digest": digest})
        # A list may be all that there is of its products.
        if row and row.digest and any(one.own_page for one in await shops.crawls.observations_of(crawl_id, url)):
            found = {"url": url, "digest": row.digest, "content_type": row.content_type}
            return page.model_copy(update=found)
    return page


async def read(files: Files, kept: KeptPage, use: Callable[[FieldPage], _Made]) -> _Made:
    """What somebody makes of a kept page, in a thread: parsing takes seconds of a large one.

    Raises:
        NotFound: it is not kept any more.
        Invalid: it can't be read.
    """
    body = await files.get(kept.digest)
    try:
        return await asyncio.to_thread(lambda: use(FieldPage(body, url=kept.url, content_type=kept.content_type)))
    except Exception as exc:  # a hostile page may raise anything, and costs its reader this page alone
        _log.exception("%s can't be read", kept.url)
        raise Invalid("kept_page_not_readable", url=kept.url) from exc
