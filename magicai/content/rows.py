"""Rows of variables from a file: CSV, Excel, Parquet or JSON Lines, a row for each text."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, cast

from magicai.errors import Invalid, Missing
from magicai.runs.run import JSON

SUFFIXES = (".csv", ".xlsx", ".parquet", ".jsonl")
_PARQUET, _ZIP = b"PAR1", b"PK"
_LARGEST_UNPACKED = 500_000_000
_NO_NAME = re.compile(r"\W+")


def rows_of(body: bytes, called: str = "The file") -> Iterator[JSON]:
    """Rows as variables by column; columns are called as variables are, with underscores; empty cells are left out.

    Raises:
        Invalid: it is none of these, has no rows, or one that can't be read; names the row.
        Missing: what reads Excel files is not installed.
    """
    if body.startswith(_PARQUET):
        rows = _parquet(body, called)
    elif body.startswith(_ZIP):
        rows = _excel(body, called)
    elif body.lstrip()[:1] == b"{":
        rows = _lines(body, called)
    else:
        rows = _csv(body, called)
    empty = True
    for row in rows:
        empty = False
        yield {_name(name): value for name, value in row.items() if name and value not in (None, "")}
    if empty:
        raise Invalid(f"{called} has no rows.", way_out="Give a first line with names, and a row for each text.")


def check_rows(body: bytes, called: str) -> int:
    """See that every row can be read, and count them.

    Raises:
        Invalid: one can't; names it.
    """
    return sum(1 for _ in rows_of(body, called))


def _name(column: str) -> str:
    return _NO_NAME.sub("_", str(column).strip()).strip("_").lower()


def _csv(body: bytes, called: str) -> Iterator[JSON]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise Invalid(f"{called} is not text in UTF-8: {exc.reason}.", way_out="Save it as CSV in UTF-8.") from exc
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if None in row:
                what = f"{called}: line {reader.line_num} has more cells than the first line has names."
                raise Invalid(what, way_out="Put text that holds the delimiter into double quotes.")
            yield dict(row)
    except csv.Error as exc:
        raise Invalid(f"{called}: line {reader.line_num}: {exc}.", way_out="Save it as CSV in UTF-8.") from exc


def _lines(body: bytes, called: str) -> Iterator[JSON]:
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise Invalid(f"{called}: line {number} is not JSON: {exc!s:.100}.", way_out="One object a line.") from exc
        if not isinstance(row, dict):
            raise Invalid(f"{called}: line {number} is not an object.", way_out='Such as {"name": "Kettle"}.')
        yield row


def _excel(body: bytes, called: str) -> Iterator[JSON]:
    try:
        import openpyxl
    except ImportError as exc:
        way_out = "To install it: python3 start.py install excel"
        raise Missing("Excel files require openpyxl.", way_out=way_out) from exc
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise Invalid(f"{called} unpacks to more than 500 MB.", way_out="Split it.")
        sheet: Any = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True).active
        rows = sheet.iter_rows(values_only=True)
        names = [str(name or "") for name in next(rows, ())]
        for row in rows:
            if any(value is not None for value in row):
                yield {name: _cell(value) for name, value in zip(names, row, strict=False)}
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as exc:
        raise Invalid(f"{called} is not an Excel file: {exc!s:.100}.", way_out="Save it as .xlsx or .csv.") from exc


def _parquet(body: bytes, called: str) -> Iterator[JSON]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(pa.BufferReader(body)).iter_batches(1_000):  # pyright: ignore[reportUnknownMemberType]
            for row in batch.to_pylist():
                yield {name: _cell(value) for name, value in row.items()}
    except (pa.ArrowException, OSError) as exc:
        raise Invalid(f"{called} is not a Parquet file: {exc!s:.100}.", way_out="Save it again, or as .csv.") from exc


def _cell(value: Any) -> Any:
    """A cell as JSON."""
    if value is None or isinstance(value, list | dict | str | bool | int):
        return cast("Any", value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return str(value)
