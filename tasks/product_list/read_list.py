import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from typing import BinaryIO, TypeVar, cast

from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import Chunks
from magicai.catalogue.intake.files import Entry, address
from magicai.catalogue.intake.lists import entries_in, note_in
from magicai.catalogue.intake.rows import Address, Fault, Note
from magicai.catalogue.pages.hosts import name_of
from magicai.catalogue.ports import OpenShopSystem
from magicai.catalogue.previewing import LARGEST_FEED, READER, called_of, feed_body, read_columns
from magicai.catalogue.product import SourceStatement
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.shop_system import ShopConnection
from magicai.catalogue.step_results import MOST_NAMED, Failed, Listed, Repeated
from magicai.catalogue.systems.connections import connection_of
from magicai.catalogue.systems.reading import SystemRead, read, stated_by
from magicai.errors import Invalid
from magicai.messages import plain, say
from magicai.ports import Fetcher, FileReader, Files, Records
from magicai.runs.column_mappings import as_read
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import parts_of
from magicai.runs.run import JSON
from magicai.shops.crawling.sitemaps import is_sitemap, read_sitemap
from magicai.shops.product_keys import url_key
from magicai.values.packed import GZIP, ungzipped
from magicai.values.times import now_us
from tasks.shared.mapped_columns import note_mapping

_MOST_SITEMAPS = 200
_IN_MEMORY = 10_000_000
_LISTED_AT_ONCE = 200
_HEAD = 65_536
# How often the reporter is asked whether to go on, while a file has nothing to say.
_LOOK_S = 0.5
# Whose places are remembered, to say what an address repeats.
_MOST_PLACES = 100_000
_Come = TypeVar("_Come")


@step(provides="listed", retries=2, resources=Resources(cpu=1.0, memory=300))
async def read_list(
    run: StepRun,
    request: ProductList,
    *,
    records: Records,
    files: Files,
    fetcher: Fetcher,
    file_reader: FileReader,
    shop_systems: OpenShopSystem,
) -> Listed:
    """Read the list: addresses to fetch, products that rows state, and what can't be used."""
    listing = _Listing(run, records, files, file_reader)
    for url in request.urls:
        await listing.take([address(url, url)])
    if request.file is not None:
        upload = await records.uploads.get(request.file, owner_id=run.owner_id)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            async for part in parts_of(files, upload):
                file.write(part)
            maps = await listing.read(cast("BinaryIO", file), upload.name, request, source=f"file:{upload.name}")
        await _read_feeds(listing, fetcher, maps, request)
    if request.feed is not None:
        await _read_feeds(listing, fetcher, [request.feed], request)
    if request.system is None:
        return await listing.close()
    connection = await connection_of(records, request.system, owner_id=run.owner_id)
    system = await listing.read_system(shop_systems, connection, full=request.full or not connection.cursor)
    return (await listing.close()).model_copy(update={"system": system})


async def _read_feeds(listing: "_Listing", fetcher: Fetcher, waiting: list[str], request: ProductList) -> None:
    seen = set(waiting)
    while waiting:
        url = waiting.pop(0)
        body = io.BytesIO(await feed_body(fetcher, url))
        maps = await listing.read(body, called_of(url), request, source=f"feed:{url_key(url)}", url=url)
        new = [one for one in maps if one not in seen][: _MOST_SITEMAPS - len(seen)]
        seen.update(new)
        waiting += new


def _has_open_currency(stated: SourceStatement) -> bool:
    return stated.values.price is not None and stated.values.currency is None


class _Listing:
    """Sorts what sources state, as it comes."""

    def __init__(self, run: StepRun, records: Records, files: Files, file_reader: FileReader) -> None:
        self._run, self._records, self._file_reader = run, records, file_reader
        self._addresses, self._rows, self._failed = (
            Chunks(files, run.run_id, called) for called in ("addresses", "rows", "unusable")
        )
        # By address: the number of the first that is the same.
        self._known, self._first = dict[int, int](), list[str]()
        self._hosts: Counter[str] = Counter()
        self._repeated: list[Repeated] = []
        self._repeats = 0

    async def read(self, file: BinaryIO, called: str, request: ProductList, *, source: str, url: str = "") -> list[str]:
        """Take all that a file states, some hundred entries at a time.

        Returns:
            The addresses of further sitemaps, if it is one.
        """
        file.seek(0)
        if file.read(len(GZIP)) == GZIP:
            file.seek(0)
            file = io.BytesIO(await asyncio.to_thread(ungzipped, file.read(), called, most=LARGEST_FEED))
        file.seek(0)
        if is_sitemap(file.read(_HEAD)):
            file.seek(0)
            return await self._read_sitemap(file.read(), called)
        file.seek(0)
        mapping = await self._mapping(file, called, request, url)
        usual = {"source": source, "url": url, "currency": request.currency, "at": now_us()}
        options = {**usual, "mapping": as_read(mapping)}
        is_empty, without_currency = True, 0
        async with aclosing(self._while_it_may(self._file_reader.read("list", file, called, options))) as parts:
            if note := note_in(await anext(parts)):
                await self._run.reporter.problem(called, plain(note), say("save_in_utf8"), missing=False)
            async for found in parts:
                part = entries_in(found)
                for one in part:
                    if isinstance(one, Note):
                        await self._run.reporter.problem(called, one.said, missing=False)
                await self.take(part)
                is_empty = is_empty and all(isinstance(one, Note) for one in part)
                without_currency += sum(isinstance(one, SourceStatement) and _has_open_currency(one) for one in part)
                await self._tell()
        if without_currency:
            what = say("prices_without_currency", n=without_currency, file=called)
            await self._run.reporter.problem(called, what, missing=False)
        if is_empty:
            await self._run.reporter.problem(called, say("list_without_products", file=called))
        return []

    async def _mapping(self, file: BinaryIO, called: str, request: ProductList, url: str) -> dict[str, str]:
        """What the columns of a file were said to be, now or for an earlier file of its source; kept, and noted."""
        run, records = self._run, self._records
        reading = read_columns(records, self._file_reader, file, called, request, owner_id=run.owner_id, url=url)
        read = await self._meanwhile(reading)
        await note_mapping(run, records, read, reader=READER, given=request.columns)
        file.seek(0)
        return read.mapping

    async def read_system(self, shop_systems: OpenShopSystem, connection: ShopConnection, *, full: bool) -> SystemRead:
        """Take the products of a connected shop."""
        system, cursor, at = shop_systems(connection), connection.cursor, now_us()
        try:
            async for page in read(system, connection, full=full):
                await self.take([stated_by(product, connection, at=at) for product in page.products])
                cursor = page.cursor
                await self._tell()
        finally:
            await system.close()
        return SystemRead(connection=connection.model_copy(update={"secret": ""}), cursor=cursor, full=full, at=at)

    async def _tell(self) -> None:
        await self._run.reporter.progress(self._rows.count + self._addresses.count, None, "entries read")

    async def _while_it_may(self, parts: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """The parts, each waited for in this way."""
        async with aclosing(parts):
            while (part := await self._meanwhile(anext(parts, None))) is not None:
                yield part

    async def _meanwhile(self, coming: Awaitable[_Come]) -> _Come:
        """What comes; the reporter is asked meanwhile, so that a run that is stopped leaves a file without an end."""
        waiting = asyncio.ensure_future(coming)
        try:
            while not (await asyncio.wait((waiting,), timeout=_LOOK_S))[0]:
                await self._tell()
        finally:
            waiting.cancel()
            await asyncio.wait((waiting,))
        return waiting.result()

    async def _read_sitemap(self, body: bytes, called: str) -> list[str]:
        found = await read_sitemap(body)
        if found.fault:
            raise Invalid("sitemap_invalid", file=called, reason=found.fault)
        for begin in range(0, len(found.pages), _LISTED_AT_ONCE):
            await self.take([address(page, page) for page in found.pages[begin : begin + _LISTED_AT_ONCE]])
        return found.maps

    async def take(self, part: Sequence[Entry | Note]) -> None:
        """Take some entries."""
        rows: list[JSON] = []
        failed: list[JSON] = []
        addresses: list[JSON] = []
        for one in part:
            if isinstance(one, Fault):
                names_it = one.place in str(one.said)
                what = one.said if names_it else say("item_failed", item=one.place, why=one.said)
                failed.append(Failed.of(one.place, what, one.said.way_out).model_dump(mode="json"))
            elif isinstance(one, Address):
                addresses += self._new(one)
            elif isinstance(one, SourceStatement):
                rows.append(one.model_dump(mode="json", exclude_defaults=True))
        await self._rows.add(rows)
        await self._failed.add(failed)
        await self._addresses.add(addresses)

    def _new(self, one: Address) -> list[JSON]:
        key = hash(url_key(one.url))
        if (before := self._known.get(key)) is not None:
            self._repeats += 1
            if len(self._repeated) < MOST_NAMED:
                of = self._first[before] if before < len(self._first) else "an earlier address"
                self._repeated.append(Repeated(place=one.place, of=of))
            return []
        self._known[key] = self._hosts.total()
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
