"""What a list may be: a sitemap or a compressed file, uploaded or at an address, is read as it is said to be."""

import gzip
from pathlib import Path
from typing import cast

import pytest

from integrations.files.folder import FolderFiles
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Listed
from magicai.errors import Invalid
from magicai.messages import say
from magicai.ports import Fetcher, Records
from magicai.runs.requests.files_in import upload_path
from tasks.product_list.read_list import read_list
from tests.in_this_process import InThisProcess
from tests.unit.shops.crawling.small_web import Web, page
from tests.unit.tasks.conftest import Bench

SITE = "https://shop.example"
PAGES = (
    '<urlset xmlns:image="i"><url><loc>https://shop.example/pan</loc>'
    "<image:image><image:loc>https://shop.example/pan.jpg</image:loc></image:image></url></urlset>"
)
INDEX = f"<?xml version='1.0'?><sitemapindex><sitemap><loc>{SITE}/pages.xml</loc></sitemap></sitemapindex>"
FEED = f"<rss><channel><item><title>Pan</title><link>{SITE}/pan</link><price>3 EUR</price></item></channel></rss>"


class Desk:
    """One run of product-list, and the web that it finds."""

    def __init__(self, bench: Bench, records: Records, folder: Path) -> None:
        self._bench, self._records, self._folder = bench, records, folder
        self.files, self.web = FolderFiles(folder / "files"), Web()

    async def read(self, name: str, body: bytes) -> Listed:
        path = self._folder / name
        path.write_bytes(body)
        upload = await upload_path(self._records, self.files, path, owner_id="ann")
        return await self._listed(ProductList(file=upload.file_id))

    async def read_feed(self, url: str) -> Listed:
        return await self._listed(ProductList(feed=url))

    async def addresses(self, listed: Listed) -> list[str]:
        return [one["url"] for name in listed.addresses for one in await read_chunk(self.files, name)]

    async def _listed(self, request: ProductList) -> Listed:
        return await read_list(
            self._bench.step(),
            request,
            records=self._records,
            files=self.files,
            fetcher=cast("Fetcher", self.web),
            file_reader=InThisProcess(),
        )


@pytest.fixture
def desk(bench: Bench, records: Records, tmp_path: Path) -> Desk:
    desk = Desk(bench, records, tmp_path)
    desk.web.pages[f"{SITE}/pages.xml"] = page(PAGES, content_type="text/xml")
    desk.web.pages[f"{SITE}/index.xml"] = page(INDEX, content_type="text/xml")
    desk.web.pages[f"{SITE}/feed.xml.gz"] = page(gzip.compress(FEED.encode()), content_type="application/gzip")
    return desk


async def test_a_sitemap_is_the_same_as_a_file_and_at_an_address(desk: Desk) -> None:
    for body in (PAGES, INDEX):
        listed = await desk.read("sitemap.xml", body.encode())
        assert (await desk.addresses(listed), listed.failed_count) == ([f"{SITE}/pan"], 0)
    assert await desk.addresses(await desk.read_feed(f"{SITE}/index.xml")) == [f"{SITE}/pan"]


async def test_compressed_lists_are_read(desk: Desk) -> None:
    joined = gzip.compress(b"name,price,currency\n") + gzip.compress(b"Pan,3,EUR\nPot,4,EUR\n")
    assert (await desk.read("products.csv.gz", joined)).row_count == 2
    assert (await desk.read_feed(f"{SITE}/feed.xml.gz")).row_count == 1
    assert await desk.addresses(await desk.read("sitemap.xml.gz", gzip.compress(INDEX.encode()))) == [f"{SITE}/pan"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (gzip.compress(b"name\n" * 1000)[:-9], "damaged"),
        (gzip.compress(b"\0" * 100_000_001), "more than 100 MB"),
        (b"\x1f\x8bno gzip", "damaged"),
    ],
    ids=["cut off", "too large", "no gzip"],
)
async def test_what_does_not_unpack_is_refused(desk: Desk, body: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        await desk.read("products.csv.gz", body)


async def test_addresses_need_no_scheme_where_they_are_named_one_by_one(desk: Desk) -> None:
    listed = await desk.read("urls.txt", b"https://shop.example/pan\nshop.example/pot\nnot one\nlocalhost\n")
    assert await desk.addresses(listed) == [f"{SITE}/pan", f"{SITE}/pot"]
    assert listed.failed_count == 2


async def test_prices_without_a_currency_are_told_of_once(desk: Desk, bench: Bench) -> None:
    listed = await desk.read("stock.csv", b"name,price\nPan,3\nPot,4\n")
    assert (listed.row_count, listed.failed_count) == (2, 0)
    ((where, what),) = bench.heard.problems
    assert where == "stock.csv"
    assert str(say("prices_without_currency", n=2, file="stock.csv")) in what


async def test_a_file_with_nothing_below_its_header_is_told_of(desk: Desk, bench: Bench) -> None:
    listed = await desk.read("stock.csv", b"sku,name,price,currency\n")
    assert (listed.row_count, listed.failed_count) == (0, 0)
    ((where, what),) = bench.heard.problems
    assert where == "stock.csv"
    assert str(say("list_without_products", file="stock.csv")) in what
