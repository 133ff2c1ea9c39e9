"""Documents that say that they are larger than they are: what they say is not walked through."""

import io
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from docx import Document

from integrations.parsing.forked import CAN_FORK
from integrations.parsing.process import ProcessParser
from magicai.errors import Invalid
from tests.unit.values.test_workbooks import cell, workbook

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="a process of its own for each limits what it takes")

_NAMES = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'


@pytest.fixture(name="parser")
async def a_parser() -> AsyncGenerator[ProcessParser]:
    parser = ProcessParser(limit_s=20)
    yield parser
    await parser.close()


def spanned(*spans: int) -> bytes:
    """A table of two columns; in each row the first cell stretches over so many."""
    document = Document()
    table = document.add_table(rows=len(spans), cols=2)
    for number, (row, span) in enumerate(zip(table.rows, spans, strict=True)):
        row.cells[0].text, row.cells[1].text = f"Weight {number}", "2 kg"
        element: Any = row.cells[0]._tc  # pyright: ignore[reportPrivateUsage] - python-docx writes no such span
        element.grid_span = span
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


@pytest.mark.parametrize("spans", [(999_999_999, 1), (50_000, *(1 for _ in range(50)))])
async def test_a_cell_that_stretches_over_a_billion_columns_is_one_cell(
    parser: ProcessParser, spans: tuple[int, ...]
) -> None:
    blocks = (await parser.parse("a.docx", spanned(*spans))).blocks
    assert [block.text for block in blocks] == [f"Weight {number}; 2 kg" for number in range(len(spans))]


async def test_a_cell_of_several_rows_is_said_in_each(parser: ProcessParser) -> None:
    document = Document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, (("Lamp", "red", "5"), ("", "blue", "6"), ("Pot", "both", "")), strict=True):
        for place, text in enumerate(texts):
            row.cells[place].text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    body = io.BytesIO()
    document.save(body)
    blocks = (await parser.parse("a.docx", body.getvalue())).blocks
    assert [block.text for block in blocks] == ["Lamp: Lamp; red: blue; 5: 6", "Lamp: Pot; red: both"]


@pytest.mark.parametrize("dimension", ["A1:XFD1048576", "A1:A2"])
@pytest.mark.parametrize("row", [2, 1_048_576])
async def test_a_sheet_that_says_it_is_full_has_its_rows(parser: ProcessParser, row: int, dimension: str) -> None:
    (block,) = (await parser.parse("a.xlsx", workbook(_NAMES + cell(row), dimension).getvalue())).blocks
    assert (block.text, block.place.row if block.place else 0) == ("name: 5", row)


async def test_a_sheet_of_a_billion_empty_cells_is_refused(parser: ProcessParser) -> None:
    rows = "".join(cell(number, "XFD") for number in range(2, 50_000))
    with pytest.raises(Invalid, match="more than 10,000,000 cells"):
        await parser.parse("a.xlsx", workbook(_NAMES + rows).getvalue())
