"""Rows of Excel and Parquet files, read one after the other."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import Any, BinaryIO, cast

from magicai.errors import Invalid, Missing
from magicai.values.packed import parts_of_zip

_LARGEST_UNPACKED = 500_000_000
_MOST_COLUMNS = 2_000
# As many rows as there are, as wide as its first ones: a cell says itself in which row and column it is.
_MOST_CELLS = 50_000_000
# Within a number format: texts and signs that are shown as they are, places of digits, the end of the first section.
_FORMAT = re.compile(
    r"""\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<condition>\[[<>=])|\[[^\]]*\]|"(?P<text>[^"]*)"|\\(?P<escaped>.)|[_*]."""
    r"|(?P<digits>[0#?])|(?P<percent>%)|(?P<sign>[€£¥$])|(?P<end>;)"
)
_TOP = 30  # rows in which the header is
_MOST_ROWS = 1_048_576  # of an Excel sheet


def excel(file: BinaryIO, called: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows of the sheet that opens first, with their numbers from 1; empty ones left out.

    Raises:
        Invalid: it is not an Excel file, unpacks to more than 500 MB, or has more than 2,000 columns or 50,000,000
            cells.
        Missing: openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError as exc:
        raise Missing("openpyxl_not_installed") from exc
    parts_of_zip(file, called, most=_LARGEST_UNPACKED)
    try:
        sheet: Any = openpyxl.load_workbook(file, read_only=True, data_only=True).active
        # A file says itself how large its sheet is, and may say a billion rows.
        sheet.reset_dimensions()
        widths = [len(row) for row in sheet.iter_rows(max_row=_TOP, values_only=True)]
        if widths and widths[0] > _MOST_COLUMNS:
            raise Invalid("too_many_columns", called=called, most_columns=f"{_MOST_COLUMNS:,}")
        width = min(max(widths, default=1) or 1, _MOST_COLUMNS)
        rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=width)
        for number, cells in enumerate(rows, start=1):
            if number * width > _MOST_CELLS:
                raise Invalid("too_many_cells", called=called, most_cells=f"{_MOST_CELLS:,}")
            # A row is mostly empty cells in what is made to harm: those are looked at as fast as can be.
            if any(cell.value is not None for cell in cells):
                yield number, tuple(_as_shown(cell.value, cell.number_format) for cell in cells)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as exc:
        raise Invalid("excel_file_invalid", called=called, exc=str(exc)[:100]) from exc


def parquet(file: BinaryIO, called: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of a Parquet file, with their numbers.

    Raises:
        Invalid: it is not a Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        number = 0
        for batch in pq.ParquetFile(file).iter_batches(1_000):  # pyright: ignore[reportUnknownMemberType]
            for row in batch.to_pylist():
                number += 1
                yield number, {name: as_json(value) for name, value in row.items()}
    except (pa.ArrowException, OSError) as exc:
        raise Invalid("parquet_file_invalid", called=called, exc=str(exc)[:100]) from exc


def _as_shown(value: Any, number_format: str) -> Any:
    """A cell as JSON: a number with the unit, currency or percent sign that Excel shows beside it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return as_json(value)
    before, after, percent = _beside(number_format)
    number = as_json(round(value * 100, 10) if percent else value)
    return f"{before} {number}{'%' if percent else ''} {after}".strip() if before or after or percent else number


@lru_cache(1_000)
def _beside(number_format: str) -> tuple[str, str, bool]:
    """What a number format (ECMA-376, 18.8.31) shows before and after a number, and whether in percent."""
    shown = ["", ""]
    digits = percent = False
    for found in _FORMAT.finditer(number_format):
        if found["end"]:
            break
        if found["condition"]:
            return "", "", False
        digits = digits or bool(found["digits"])
        percent = percent or bool(found["percent"])
        shown[digits] += found["currency"] or found["text"] or found["escaped"] or found["sign"] or ""
    return (shown[0].strip(), shown[1].strip(), percent) if digits else ("", "", False)


def as_json(value: Any) -> Any:
    """A cell as JSON."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if value is None or isinstance(value, list | dict | str | bool | int):
        return cast("Any", value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return str(value)
