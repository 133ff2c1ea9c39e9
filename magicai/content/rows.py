"""Rows of variables from a file: CSV, Excel, Parquet or JSON Lines, a row for each text."""

import io
import re
from collections.abc import Iterator

from magicai.errors import Invalid
from magicai.runs.run import JSON
from magicai.shops.extraction.encoding import encoding_of
from magicai.values.tables import rows_in

SUFFIXES = (".csv", ".xlsx", ".parquet", ".jsonl")
_NO_NAME = re.compile(r"\W+")


def rows_of(body: bytes, called: str = "The file") -> Iterator[JSON]:
    """Rows by column, without empty cells.

    Raises:
        Invalid: it is none of these, has no rows, or one that can't be read; names the row.
        Missing: what reads Excel files is not installed.
    """
    empty = True
    for row in rows_in(io.BytesIO(body), called, encoding=encoding_of(body)):
        if row.fault:
            raise Invalid("table_line_invalid", way_out=row.way_out, file=called, number=row.number, reason=row.fault)
        empty = False
        yield {name: value for name, value in row.cells.items() if name and value not in (None, "")}
    if empty:
        raise Invalid("table_empty", file=called)


def check_rows(body: bytes, called: str) -> int:
    """See that every row can be read, and count them.

    Raises:
        Invalid: one can't; names it.
    """
    return sum(1 for _ in rows_of(body, called))


def variable_name(column: str) -> str:
    """A column's name as variables are called, with underscores."""
    return _NO_NAME.sub("_", str(column).strip()).strip("_").lower()
