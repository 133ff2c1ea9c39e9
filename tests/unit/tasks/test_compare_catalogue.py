"""One's own catalogue beside each shop's; one that can't be read is a problem, and no end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.files.folder import FolderFiles
from magicai.runs.requests.files_in import upload
from tasks.crawl_analyze_generate.compare_catalogue import compare_catalogue
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[FolderFiles]:
    made = FolderFiles(tmp_path / "files")
    yield made
    await made.close()


async def test_prices_are_compared_with_one_s_own(bench: Bench, files: FolderFiles) -> None:
    theirs = next(one for one in example_shop.products() if one.price is not None and one.currency is not None)

    async def body() -> AsyncIterator[bytes]:
        yield f"name,price,currency,sku\nOurs,{theirs.price},{theirs.currency},{theirs.sku}\n".encode()

    kept = await upload(bench.shops, files, "own.csv", body(), owner_id="ann")
    request = REQUEST.model_copy(update={"own_catalogue": kept.file_id})
    saved = await bench.saved([theirs])
    (found,) = await compare_catalogue(bench.step(), request, saved, shops=bench.shops, files=files)
    assert (found.shop, found.catalogue, found.matched, found.same) == (SHOP, 1, 1, 1)
    assert bench.heard.told == [(1, 1)]


async def test_a_catalogue_that_is_not_there_is_told_of_and_nothing_is_compared(
    bench: Bench, files: FolderFiles
) -> None:
    request = REQUEST.model_copy(update={"own_catalogue": "none"})
    saved = await bench.saved([])
    assert await compare_catalogue(bench.step(), request, saved, shops=bench.shops, files=files) == []
    ((where, what),) = bench.heard.problems
    assert where == "own_catalogue"
    assert "You have no file" in what
