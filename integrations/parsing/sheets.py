"""XLSX by openpyxl: the rows of each sheet."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from integrations.parsing import limits
from integrations.parsing.tables import blocks_of
from magicai.errors import Invalid, Missing
from magicai.knowledge.parsed import Block

_LAST_ROW = 1_048_576  # of an Excel sheet


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; a sheet's name is a heading where there are several."""
    try:
        import openpyxl
    except ImportError as exc:
        raise Missing("openpyxl_not_installed") from exc
    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        blocks: list[Block] = []
        counted = _Counted()
        for sheet in book.worksheets:
            sheet_blocks = blocks_of(counted.rows(sheet), sheet=sheet.title)
            if sheet_blocks and len(book.worksheets) > 1:
                blocks.append(Block(text=sheet.title, level=1, place=sheet_blocks[0].place))
            blocks += sheet_blocks
        title = book.properties.title or ""
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as exc:
        raise Invalid("document_damaged", reason=f"{exc!s:.200}") from exc
    return title.strip(), tuple(blocks)


class _Counted:
    """The rows of a workbook's sheets, up to a number of cells."""

    def __init__(self) -> None:
        self._cells = 0

    def rows(self, sheet: Any) -> Iterator[list[str]]:
        """Of a sheet, each as wide as its last cell; those that are missing are empty."""
        sheet.reset_dimensions()  # what a file says of its own size fills every row and column of it
        for row in sheet.iter_rows(max_row=_LAST_ROW, values_only=True):
            self._cells += max(1, len(row))
            if self._cells > limits.MOST_CELLS:
                raise Invalid("too_many_document_cells", limit=f"{limits.MOST_CELLS:,}")
            yield [_shown(cell) for cell in row]


def _shown(cell: object) -> str:
    """A cell as its sheet shows it: dates without midnight, whole numbers without a point."""
    if isinstance(cell, datetime):
        return str(cell).removesuffix(" 00:00:00")
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return "" if cell is None else str(cell)
