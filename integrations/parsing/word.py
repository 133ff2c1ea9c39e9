"""DOCX by python-docx: headings by their styles, paragraphs, the rows of tables."""

import io
import re
import zipfile
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell  # pyright: ignore[reportPrivateUsage] - there is no other way to a cell's text

from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

etree: Any = import_module("lxml.etree")  # lxml brings no types

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    try:
        document = Document(io.BytesIO(body))
        title = document.core_properties.title or ""
        blocks: list[Block] = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                blocks += [Block(text=row) for row in _rows(part) if row.strip(" |")]
                continue
            text = part.text.strip()
            style = (part.style.name or "") if part.style is not None else ""
            heading = _HEADING.match(style)
            if style.lower() == "title" and text:
                title = title or text
            elif text:
                blocks.append(Block(text=text, level=int(heading[1]) if heading else 0))
    except (
        PackageNotFoundError,
        etree.LxmlError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
    ) as exc:
        raise Invalid(f"It is damaged: {exc!s:.200}.", way_out="Save it again as DOCX.") from exc
    return title.strip(), tuple(blocks)


def _rows(table: Table) -> Iterator[str]:
    """The texts of each row's cells; one that stretches over several rows is in each, by the column at which it begins.

    A cell says itself over how many columns it stretches, so they are counted and not walked through.
    """
    above: dict[int, str] = {}
    for row in table.rows:
        texts: dict[int, str] = {}
        column = row.grid_cols_before
        # `cells` would repeat each for every column.
        element: Any = row._element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for cell in element.tc_lst:
            continued = cell.vMerge == "continue"
            texts[column] = above.get(column, "") if continued else _Cell(cell, table).text.strip()
            column += cell.grid_span
        above = texts
        yield " | ".join(dict.fromkeys(texts.values()))
