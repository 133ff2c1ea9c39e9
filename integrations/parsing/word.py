"""DOCX by python-docx: headings by their styles, paragraphs, the rows of tables."""

import io
import re
import zipfile
from importlib import import_module
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from integrations.parsing.outline import Outline
from integrations.parsing.tables import rows_of
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

etree: Any = import_module("lxml.etree")  # lxml brings no types

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    try:
        document = Document(io.BytesIO(body))
        title = document.core_properties.title or ""
        outline = Outline()
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                outline.rows(_rows(part))
                continue
            text = part.text.strip()
            style = (part.style.name or "") if part.style is not None else ""
            heading = _HEADING.match(style)
            if style.lower() == "title" and text:
                title = title or text
            elif heading:
                outline.heading(text, int(heading[1]))
            elif _is_item(part, style):
                outline.item_of_list(text)
            else:
                outline.paragraph(text)
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
    return title.strip(), tuple(outline.blocks)


def _is_item(paragraph: Paragraph, style: str) -> bool:
    """Whether a paragraph is an item of a list: by its style, or its numbering."""
    return style.lower().startswith("list") or bool(_found(paragraph, "./w:pPr/w:numPr"))


def _rows(table: Table) -> list[Block]:
    """The rows of a table; a cell over several columns is in the first of them."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells = row.cells
        firsts = {id(cell): number for number, cell in reversed(list(enumerate(cells)))}
        rows.append([cell.text if firsts[id(cell)] == number else "" for number, cell in enumerate(cells)])
    headed = bool(_found(table, "./w:tr[1]/w:trPr/w:tblHeader"))
    return rows_of(rows, headed=headed)


def _found(part: Paragraph | Table, path: str) -> Any:
    """What python-docx has no name for, by its place in the document."""
    element: Any = part._element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return element.xpath(path)
