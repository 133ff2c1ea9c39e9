"""Asks for one product page after the other, each in its turn, and reads what it states."""

import asyncio
import hashlib

from magicai.catalogue.entities import product_in
from magicai.catalogue.keys import natural_keys
from magicai.catalogue.pages.hosts import Hosts
from magicai.catalogue.pages.reading import stated_by
from magicai.catalogue.ports import CatalogueRecords, Saved
from magicai.catalogue.product import KIND, Origin, OriginKind, PageState, SourceStatement, Values
from magicai.errors import MagicError, Permanent, Refused, Temporary
from magicai.ports import FetchedPage, Fetcher, PageRequest
from magicai.runs.items import PutOff
from magicai.shops.addresses import host_of, site_of
from magicai.shops.crawling import answers, urls
from magicai.shops.crawling.actions import acts
from magicai.shops.product_keys import url_key
from magicai.stores.entities import find
from magicai.values.times import now_us

_MOST_BYTES = 5_000_000
_LATER = "Try it again later."
_OTHERWISE = "Correct the address, or import the product from a file."
_TIMEOUT_S = 20.0
_NOT_MODIFIED = 304
# A page below this is read where the requests are sent: handing it to a thread would cost more than it saves.
_LARGE_PAGE = 400_000


class Visitor:
    """Reads product pages into the catalogue.

    Args:
        browser: reads pages again that scripts draw; None where there is none.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        browser: Fetcher | None,
        hosts: Hosts,
        records: CatalogueRecords,
        *,
        owner_id: str,
        run_id: str,
    ) -> None:
        self._fetcher, self._browser, self._hosts, self._records = fetcher, browser, hosts, records
        self._owner, self._run = owner_id, run_id

    async def visit(self, url: str) -> Saved:
        """Read a page, and keep its product.

        Raises:
            PutOff: it is not this host's turn.
            Temporary: the shop did not answer as it should.
            Permanent: it is not the page of one product; says what it is.
        """
        try:
            stated = await self._stated(url)
        except PutOff:
            raise
        except Temporary as exc:
            exc.otherwise(_LATER)
            raise
        except MagicError as exc:
            exc.otherwise(_OTHERWISE)
            self._hosts.done(url)
            raise
        (saved,) = await self._records.catalogue.save(self._owner, self._run, [stated])
        self._hosts.done(url)
        return saved

    async def _stated(self, url: str) -> SourceStatement:
        if acts(url):
            raise Refused("page_is_shop_action")
        before = await self._before(url)
        async with self._hosts.turn(url):
            if not (await self._hosts.rules(url)).allows(url):
                raise Refused("robots_disallow")
            page = await self._fetcher.fetch(_request(url, before))
            answers.check_answer(page, may_be_unchanged=before is not None)
        if page.status == _NOT_MODIFIED and before is not None:
            return _unchanged(url, before)
        try:
            return await _read(page)
        except Permanent:
            if self._browser is None or len(page.body) > _LARGE_PAGE:
                raise
        async with self._hosts.turn(url):
            drawn = await self._browser.fetch(_request(url, None))
            answers.check_answer(drawn)
        return await _read(drawn)

    async def _before(self, url: str) -> PageState | None:
        """The page as a run read it before, where it may still hold."""
        key = url_key(url)
        found = await self._records.catalogue.find(self._owner, natural_keys(Values(url=url)))
        for product_id in found.values():
            kept = await find(self._records.entities, KIND, product_id, owner_id=self._owner)
            if kept is not None:
                return product_in(kept).pages.get(key)
        return None


def _request(url: str, before: PageState | None) -> PageRequest:
    site = site_of(host_of(url))
    return PageRequest(
        url,
        etag=before.etag if before else "",
        last_modified=before.last_modified if before else "",
        max_bytes=_MOST_BYTES,
        timeout_s=_TIMEOUT_S,
        follow=lambda target: site_of(host_of(urls.normal(target))) == site and not acts(target),
    )


def _unchanged(url: str, before: PageState) -> SourceStatement:
    origin = Origin(kind=OriginKind.PAGE, source=f"shop:{host_of(url)}", place=url, at=now_us())
    return SourceStatement(values=Values(url=url), origin=origin, page=before)


async def _read(page: FetchedPage) -> SourceStatement:
    def read() -> SourceStatement:
        return stated_by(page, digest=hashlib.sha256(page.body).hexdigest(), at_us=now_us())

    return read() if len(page.body) < _LARGE_PAGE else await asyncio.to_thread(read)
