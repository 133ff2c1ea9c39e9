"""Rows of variables from a file: CSV, Excel, Parquet or JSON Lines, a row for each text."""

import io
import re
from collections.abc import Iterator, Sequence

from magicai.content.template import Template
from magicai.errors import Invalid
from magicai.runs.run import JSON
from magicai.values.tables import rows_in

SUFFIXES = (".csv", ".xlsx", ".parquet", ".jsonl")
_SHOWN = 20  # names of columns
_NO_NAME = re.compile(r"\W+")


def rows_of(body: bytes, called: str = "The file") -> Iterator[JSON]:
    """Rows as variables by column; columns are called as variables are, with underscores; empty cells are left out.

    Raises:
        Invalid: it is none of these, has no rows, or one that can't be read; names the row.
        Missing: what reads Excel files is not installed.
    """
    empty = True
    for row in rows_in(io.BytesIO(body), called):
        if row.fault:
            way_out = "Put text that holds the delimiter into double quotes." if "cells" in row.fault else "Correct it."
            raise Invalid(f"{called}: line {row.number} {row.fault}.", way_out=way_out)
        empty = False
        yield {_name(name): value for name, value in row.cells.items() if name and value not in (None, "")}
    if empty:
        raise Invalid(f"{called} has no rows.", way_out="Give a first line with names, and a row for each text.")


def check_rows(body: bytes, called: str) -> int:
    """See that every row can be read, and count them.

    Raises:
        Invalid: one can't; names it.
    """
    return sum(1 for _ in rows_of(body, called))


def used_by(template: Template, row: JSON) -> tuple[JSON, tuple[str, ...]]:
    """The columns of a row that its template has, and the names of the others: a table often has more."""
    used = {name: value for name, value in row.items() if name in template.variables}
    return used, tuple(name for name in row if name not in used)


def ignored_columns(template: Template, names: Sequence[str]) -> tuple[str, str]:
    """What to say of columns that no variable has the name of, and the way out."""
    shown = ", ".join(names[:_SHOWN]) + (" …" if names[_SHOWN:] else "")
    has = ", ".join(template.variables)
    return (
        f"The template {template.name} does not use the columns {shown}.",
        f"To use one, name it as one of its variables: {has}.",
    )


def _name(column: str) -> str:
    return _NO_NAME.sub("_", str(column).strip()).strip("_").lower()
