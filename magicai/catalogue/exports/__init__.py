"""Products as files: CSV, Excel, Parquet, a Merchant feed, JSON-LD."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
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


def file_of(path: Path) -> ProductFile:
    """The file that a path's ending asks for.

    Raises:
        Invalid: there is none of that kind.
    """
    kind = path.suffix.removeprefix(".").lower()
    if kind not in KINDS:
        raise Invalid(
            f"{path.name} has an unknown ending.", way_out=f"Use one of: {', '.join(f'.{one}' for one in KINDS)}."
        )
    return KINDS[kind](path)
