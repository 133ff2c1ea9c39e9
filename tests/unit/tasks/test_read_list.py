"""A list that holds no product says so."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from integrations.files.folder import FolderFiles
from magicai.catalogue.product_list import ProductList
from magicai.runs.requests.files_in import upload
from tasks.product_list.read_list import read_list
from tests.unit.tasks.conftest import Bench


async def test_a_file_with_nothing_below_its_header_is_told_of(bench: Bench, tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "files")
    fetcher: Any = None

    async def body() -> AsyncIterator[bytes]:
        yield b"sku,name,price,currency\n"

    kept = await upload(bench.shops, files, "stock.csv", body(), owner_id="ann")
    listed = await read_list(
        bench.step(), ProductList(file=kept.file_id), records=bench.shops, files=files, fetcher=fetcher
    )
    assert (listed.row_count, listed.failed_count) == (0, 0)
    ((where, what),) = bench.heard.problems
    assert (where, "stock.csv lists no products." in what) == ("stock.csv", True)
    await files.close()
