"""XLSX by openpyxl: the rows of each sheet."""

import io
import zipfile
from datetime import datetime
from itertools import islice
from typing import Any

from integrations.parsing import limits
from integrations.parsing.tables import blocks_of
from magicai.errors import Invalid, Missing
from magicai.knowledge.parsed import Block


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; a sheet's name is a heading where there are several."""
    try:
        import openpyxl
    except ImportError as exc:
        raise Missing(
            "XLSX files require openpyxl, which is not installed.",
            way_out="To install it: python3 start.py install excel",
        ) from exc
    try:
        book: Any = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        blocks: list[Block] = []
        for sheet in book.worksheets:
            rows = islice(sheet.iter_rows(values_only=True), limits.MOST_ROWS + 1)
            its = blocks_of(([_shown(cell) for cell in row] for row in rows), sheet=sheet.title)
            if its and len(book.worksheets) > 1:
                blocks.append(Block(text=sheet.title, level=1, place=its[0].place))
            blocks += its
        title = book.properties.title or ""
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as exc:
        raise Invalid(f"It is damaged: {exc!s:.200}.", way_out="Save it again as XLSX.") from exc
    return title.strip(), tuple(blocks)


def _shown(cell: object) -> str:
    """A cell as its sheet shows it: dates without midnight, whole numbers without a point."""
    if isinstance(cell, datetime):
        return str(cell).removesuffix(" 00:00:00")
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return "" if cell is None else str(cell)
