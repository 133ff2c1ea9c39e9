"""DOCX by python-docx: headings by their styles, paragraphs, the rows of tables."""

import io
import re
import zipfile
from importlib import import_module
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table, _Cell  # pyright: ignore[reportPrivateUsage] - there is no other way to a cell's text
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
        raise Invalid("content_damaged", way_out="save_again_as_docx", exc=str(exc)[:200]) from exc
    return title.strip(), tuple(outline.blocks)


def _is_item(paragraph: Paragraph, style: str) -> bool:
    """Whether a paragraph is an item of a list: by its style, or its numbering."""
    return style.lower().startswith("list") or bool(_found(paragraph, "./w:pPr/w:numPr"))


def _rows(table: Table) -> list[Block]:
    """The rows of a table; a cell over several columns is in the first of them, one over several rows in each.

    A cell says itself over how many columns it stretches, so they are counted and not walked through.
    """
    rows: list[dict[int, str]] = []
    for row in table.rows:
        above, texts, column = rows[-1] if rows else {}, dict[int, str](), row.grid_cols_before
        # `cells` would repeat each for every column.
        element: Any = row._element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        for cell in element.tc_lst:
            continued = cell.vMerge == "continue"
            texts[column] = above.get(column, "") if continued else _Cell(cell, table).text
            column += cell.grid_span
        rows.append(texts)
    columns = sorted({column for texts in rows for column in texts})
    headed = bool(_found(table, "./w:tr[1]/w:trPr/w:tblHeader"))
    return rows_of([[texts.get(column, "") for column in columns] for texts in rows], headed=headed)


def _found(part: Paragraph | Table, path: str) -> Any:
    """What python-docx has no name for, by its place in the document."""
    element: Any = part._element  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    return element.xpath(path)
