"""Products as files: CSV, Excel, Parquet, a Merchant feed, JSON-LD."""

import asyncio
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from magicai.catalogue.exports.feed import FeedFile
from magicai.catalogue.exports.json_ld import JsonLdFile
from magicai.catalogue.exports.tables import CsvFile, ExcelFile, ParquetFile
from magicai.catalogue.product import CatalogueProduct
from magicai.errors import Invalid


class ProductFile(AbstractContextManager["ProductFile"], Protocol):
    """A file that is written a part at a time, and is whole once its block has ended.

    Attributes:
        left_out: products that this kind of file can't have, as one without a price in a feed.
    """

    left_out: int

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more."""
        ...


KINDS: Mapping[str, Callable[[Path], ProductFile]] = {
    "csv": CsvFile,
    "xlsx": ExcelFile,
    "parquet": ParquetFile,
    "xml": FeedFile,
    "jsonld": JsonLdFile,
}


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """How many products were given, and how many of them the file can't have."""

    products: int
    left_out: int


async def write(path: Path, parts: AsyncIterable[Sequence[CatalogueProduct]]) -> ExportCounts:
    """Write products to the file that a path's ending asks for, a part at a time; nothing else waits meanwhile.

    Raises:
        Invalid: there is none of that kind, or it can't hold so many.
        Missing: what writes it is not installed.
    """
    file, count = await asyncio.to_thread(file_of, path), 0
    async with AsyncExitStack() as stack:
        stack.push_async_exit(partial(asyncio.to_thread, file.__exit__))
        async for part in parts:
            await asyncio.to_thread(file.add, part)
            count += len(part)
    return ExportCounts(count, file.left_out)


def file_of(path: Path) -> ProductFile:
    """The file that a path's ending asks for.

    Raises:
        Invalid: there is none of that kind.
    """
    return KINDS[kind_of(path)](path)


def kind_of(path: Path) -> str:
    """The kind of file that a path's ending asks for.

    Raises:
        Invalid: there is none of that kind.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise Invalid("unknown_file_ending", name=path.name, names=", ".join(f".{one}" for one in KINDS))
    return kind
