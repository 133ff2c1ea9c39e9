"""What a list may be: a sitemap or a compressed file, uploaded or at an address, is read as it is said to be."""

import gzip
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from integrations.files.folder import FolderFiles
from magicai.catalogue.chunks import read_chunk
from magicai.catalogue.ports import OpenShopSystem
from magicai.catalogue.previewing import preview_list
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Listed
from magicai.errors import Invalid
from magicai.messages import say
from magicai.ports import Fetcher, Records
from magicai.runs.file_preview import FilePreview
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

    async def read(self, name: str, body: bytes, **request: Any) -> Listed:
        path = self._folder / name
        path.write_bytes(body)
        upload = await upload_path(self._records, self.files, path, owner_id="ann")
        return await self._listed(ProductList(file=upload.file_id, **request))

    async def read_feed(self, url: str) -> Listed:
        return await self._listed(ProductList(feed=url))

    async def rows(self, listed: Listed) -> list[dict[str, Any]]:
        return [one["values"] for name in listed.rows for one in await read_chunk(self.files, name)]

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
            shop_systems=cast("OpenShopSystem", None),
        )

    async def preview(self, url: str) -> FilePreview:
        ports: Any = SimpleNamespace(records=self._records, file_reader=InThisProcess(), fetcher=self.web)
        return await preview_list(ports, ProductList(feed=url, columns={"title": "name"}), None, "ann")


@pytest.fixture
def desk(bench: Bench, records: Records, tmp_path: Path) -> Desk:
    desk = Desk(bench, records, tmp_path)
    desk.web.pages[f"{SITE}/pages.xml"] = page(PAGES, content_type="text/xml")
    desk.web.pages[f"{SITE}/index.xml"] = page(INDEX, content_type="text/xml")
    desk.web.pages[f"{SITE}/feed.xml.gz"] = page(gzip.compress(FEED.encode()), content_type="application/gzip")
    return desk


async def test_what_was_not_understood_of_a_file_is_said(bench: Bench, desk: Desk) -> None:
    listed = await desk.read("a.csv", b"sku,name,price,currency,ean,Regalplatz\n1,Pot,3,EUR,4006381333932,A\n")
    assert listed.row_count == 1
    assert [what.partition(":")[0] for _, what in bench.heard.problems] == [
        "1 column of a.csv was not understood, and is kept as an attribute",
        "1 GTIN in a.csv is wrong, and was left out",
    ]


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


async def test_a_feed_is_previewed_without_being_kept(desk: Desk) -> None:
    made = await desk.preview(f"{SITE}/feed.xml.gz")
    assert made.rows == ({"name": "Pan", "price": "3", "currency": "EUR", "url": f"{SITE}/pan"},)
    assert [(one.name, one.field, one.by) for one in made.columns] == [
        *(("title", "name", "mapping"), ("link", "url", "name"), ("price", "price", "name")),
    ]
    assert (made.file, made.mapping_id, made.count) == ("feed.xml.gz", "", 1)


async def test_columns_are_read_as_they_were_said_to_be_for_the_next_file_of_their_source_too(
    desk: Desk, bench: Bench
) -> None:
    rows = "Bez;Kosten;Nr\nPan;3,50 EUR;P-1\n"
    first = await desk.read("a.csv", rows.encode(), columns={"Bez": "name", "Kosten": "price", "Nr": "ignore"})
    (pan,) = await desk.rows(first)
    assert (pan["name"], pan["price"], pan.get("sku")) == ("Pan", "3.50", None)
    ((_, said),) = bench.heard.problems
    mapped = {"file": "a.csv", "columns": "Bez = name, Kosten = price, Nr = ignore"}
    assert str(say("columns_mapped", **mapped)) in said

    later = await desk.read("b.csv", rows.replace("3,50", "4,50").encode(), columns={"Nr": "sku"})
    (pan,) = await desk.rows(later)
    assert (pan["price"], pan["sku"]) == ("4.50", "P-1")
    await desk.read("c.csv", rows.encode())
    mapped = {"file": "c.csv", "columns": "Bez = name, Kosten = price, Nr = sku"}
    assert str(say("columns_mapped_before", **mapped)) in bench.heard.problems[-1][1]
    await desk.read("d.csv", rows.replace("Nr", "Ref").encode())
    assert "d.csv" not in [where for where, what in bench.heard.problems if "mapping" in what]
