"""Products as tables. A text that a spreadsheet would calculate is kept from it; amounts are numbers."""

import csv
import tempfile
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from magicai.catalogue.exports.rows import COLUMNS, row_of
from magicai.catalogue.product import CatalogueProduct
from magicai.errors import Invalid, Missing
from magicai.values.cells import harmless

_MOST_ROWS = 1_048_575
_LONGEST_CELL = 32_767
_PLACES = Decimal("0.0001")
_AMOUNTS = frozenset(("price", "list_price"))


class CsvFile:
    """CSV in UTF-8 with a byte order mark, without which Excel misreads everything but English."""

    left_out = 0

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="", errors="replace")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more."""
        self._writer.writerows([_cell(value) for value in row_of(product).values()] for product in products)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class ExcelFile:
    """An Excel workbook of one sheet.

    Raises:
        Missing: xlsxwriter is not installed.
    """

    left_out = 0

    def __init__(self, path: Path) -> None:
        try:
            from xlsxwriter import Workbook
        except ImportError as exc:
            raise Missing("xlsxwriter_not_installed") from exc
        # Nothing that a source says is taken for a formula, a link or a number.
        as_text = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self._scratch = tempfile.TemporaryDirectory()
        self._book: Any = Workbook(path, {"constant_memory": True, "tmpdir": self._scratch.name, **as_text})
        self._sheet: Any = self._book.add_worksheet("Products")
        self._sheet.write_row(0, 0, COLUMNS, self._book.add_format({"bold": True, "bottom": 1}))
        self._sheet.freeze_panes(1, 0)
        self._rows = 0

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more.

        Raises:
            Invalid: more than a sheet can hold.
        """
        for product in products:
            self._rows += 1
            if self._rows > _MOST_ROWS:
                raise Invalid("too_many_sheet_rows", limit=f"{_MOST_ROWS:,}")
            for column, value in enumerate(row_of(product).values()):
                if isinstance(value, Decimal):
                    self._sheet.write_number(self._rows, column, float(value))
                elif value is not None:
                    text = str(value)[:_LONGEST_CELL].encode("utf-8", "replace").decode()
                    self._sheet.write_string(self._rows, column, text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._book.close()
        finally:
            self._sheet._opt_close()  # noqa: SLF001 - where it fails, xlsxwriter leaves its files open
            self._scratch.cleanup()


class ParquetFile:
    """Parquet; amounts are decimals."""

    left_out = 0

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        amount = pa.decimal128(38, 4)
        self._schema = pa.schema([(name, amount if name in _AMOUNTS else pa.string()) for name in COLUMNS])
        self._table: Any = pa.Table
        self._writer: Any = pq.ParquetWriter(path, self._schema)

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more."""
        if products:
            self._writer.write_table(self._table.from_pylist([_plain(row_of(one)) for one in products], self._schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """As Parquet takes it: amounts with four decimals, and no halves of characters, which no encoding can write."""
    return {name: _fitting(value) for name, value in row.items()}


def _fitting(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.quantize(_PLACES, ROUND_HALF_EVEN)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
