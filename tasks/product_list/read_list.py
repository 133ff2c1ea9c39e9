import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import AT_ONCE, Chunks
from magicai.catalogue.intake.files import Entry, Opened, entries, opened
from magicai.catalogue.intake.rows import Address, Fault
from magicai.catalogue.pages.hosts import name_of
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import MOST_NAMED, Listed, Repeated
from magicai.errors import Invalid
from magicai.ports import Fetcher, Files, PageRequest, Records
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import parts_of
from magicai.runs.run import JSON
from magicai.shops.addresses import absolute, without_tracking
from magicai.shops.crawling import answers
from magicai.shops.crawling.sitemaps import read_sitemap
from magicai.shops.product_keys import url_key
from magicai.values.hashes import HashMap
from magicai.values.times import now_us

_LARGEST_FEED = 100_000_000
_FEED_TIMEOUT_S = 120.0
_MOST_SITEMAPS = 200
_IN_MEMORY = 10_000_000
# Whose places are remembered, to say what an address repeats.
_MOST_PLACES = 100_000


@step(provides="listed", retries=2, resources=Resources(cpu=1.0, memory=300))
async def read_list(run: StepRun, request: ProductList, *, records: Records, files: Files, fetcher: Fetcher) -> Listed:
    """Read the list: addresses to fetch, products that rows state, and what can't be used."""
    listing = _Listing(run, files)
    for url in request.urls:
        await listing.take([_address(url)])
    if request.file is not None:
        upload = await records.uploads.get(request.file, owner_id=run.owner_id)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            async for part in parts_of(files, upload):
                file.write(part)
            file.seek(0)
            await listing.read(cast("BinaryIO", file), upload.name, request, source=f"file:{upload.name}")
    if request.feed is not None:
        await _read_feed(listing, fetcher, request.feed, request)
    return await listing.close()


async def _read_feed(listing: "_Listing", fetcher: Fetcher, url: str, request: ProductList) -> None:
    waiting, seen = [url], {url}
    while waiting:
        url = waiting.pop(0)
        body = await _body(fetcher, url)
        head = body[:65_536].lower()
        if body.startswith(b"\x1f\x8b") or b"<urlset" in head or b"<sitemapindex" in head:
            found = await read_sitemap(body)
            if found.fault:
                raise Invalid(f"{url} {found.fault}.", way_out="Give the address of a feed or a sitemap.")
            new = [one for one in found.maps if one not in seen][: _MOST_SITEMAPS - len(seen)]
            seen.update(new)
            waiting += new
            for pages in found.pages.taken():
                await listing.take([_address(page) for page in pages])
        else:
            called = urlsplit(url).path.rpartition("/")[2] or urlsplit(url).netloc
            await listing.read(io.BytesIO(body), called, request, source=f"feed:{url_key(url)}", url=url)


async def _body(fetcher: Fetcher, url: str) -> bytes:
    page = await fetcher.fetch(PageRequest(url, accept="*/*", max_bytes=_LARGEST_FEED, timeout_s=_FEED_TIMEOUT_S))
    answers.check_answer(page, url)
    return page.body


def _address(url: str) -> Entry:
    plain = without_tracking(absolute(url if "://" in url else f"https://{url}", ""))
    return Address(url, plain) if plain else Fault(url, f"{url[:200]!r} is not an address.", "Correct it.")


class _Listing:
    """Sorts what sources state, as it comes."""

    def __init__(self, run: StepRun, files: Files) -> None:
        self._run = run
        self._addresses, self._rows, self._failed = (
            Chunks(files, run.run_id, called) for called in ("addresses", "rows", "unusable")
        )
        # By address: the number of the first that is the same.
        self._known, self._first = HashMap(), list[str]()
        self._hosts: Counter[str] = Counter()
        self._repeated: list[Repeated] = []
        self._repeats = 0

    async def read(self, file: BinaryIO, called: str, request: ProductList, *, source: str, url: str = "") -> None:
        """Take all that a file states; it is read in a thread, some hundred entries at a time."""
        one: Opened = await asyncio.to_thread(opened, file, called, source=source, url=url)
        if one.note:
            await self._run.reporter.problem(called, one.note, "If names look wrong, save it in UTF-8.", missing=False)
        found: Iterator[Entry] = entries(one, currency=request.currency, at=now_us())
        while part := await asyncio.to_thread(lambda: list(islice(found, AT_ONCE))):
            await self.take(part)
            done = self._rows.count + self._addresses.count
            await self._run.reporter.progress(done, None, "entries read")

    async def take(self, part: list[Entry]) -> None:
        """Take some entries."""
        rows: list[JSON] = []
        failed: list[JSON] = []
        addresses: list[JSON] = []
        for one in part:
            if isinstance(one, Fault):
                failed.append({"url": one.place, "what": one.what, "way_out": one.way_out})
            elif isinstance(one, Address):
                addresses += self._new(one)
            else:
                rows.append(one.model_dump(mode="json", exclude_defaults=True))
        await self._rows.add(rows)
        await self._failed.add(failed)
        await self._addresses.add(addresses)

    def _new(self, one: Address) -> list[JSON]:
        key = hash(url_key(one.url))
        if (before := self._known.get(key)) >= 0:
            self._repeats += 1
            if len(self._repeated) < MOST_NAMED:
                of = self._first[before] if before < len(self._first) else "an earlier address"
                self._repeated.append(Repeated(place=one.place, of=of))
            return []
        self._known.add(key, self._hosts.total())
        if len(self._first) < _MOST_PLACES:
            self._first.append(one.place)
        self._hosts[name_of(one.url)] += 1
        return [{"url": one.url}]

    async def close(self) -> Listed:
        """What the list holds."""
        return Listed(
            addresses=await self._addresses.close(),
            rows=await self._rows.close(),
            failed=await self._failed.close(),
            address_count=self._addresses.count,
            row_count=self._rows.count,
            failed_count=self._failed.count,
            repeated_count=self._repeats,
            repeated=tuple(self._repeated),
            hosts=dict(self._hosts),
        )
