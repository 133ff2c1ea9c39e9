"""Workbooks that were made to harm their reader: rows that are not there, sheets that unpack without end."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from magicai.errors import Invalid
from magicai.values.workbooks import excel

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/a.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
        ' Target="worksheets/a.xml"/></Relationships>'
    ),
}
_DAY = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)  # cells have no time zone
_HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'


def workbook(rows: str, dimension: str = "A1:A2", more: str = "") -> io.BytesIO:
    """A workbook of one sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _PARTS.items():
            packed.writestr(name, text)
        packed.writestr(
            "xl/worksheets/a.xml",
            f'{more}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>',
        )
    file.seek(0)
    return file


def cell(row: int, column: str = "A", value: str = "5") -> str:
    """A row of one cell."""
    return f'<row r="{row}"><c r="{column}{row}"><v>{value}</v></c></row>'


@pytest.mark.parametrize("dimension", ["A1:ZZZ1048576", "A1:A9", "ZZZ9999999999:A1"])
@pytest.mark.parametrize("row", [1_048_576, 9_999_999_999])
def test_rows_that_are_not_there_are_not_walked_through(row: int, dimension: str) -> None:
    found = list(excel(workbook(_HEAD + cell(2) + cell(row), dimension), "a.xlsx"))
    assert found[:2] == [(1, ("name",)), (2, (5,))]
    assert found[2:] == ([(1_048_576, (5,))] if row == 1_048_576 else [])


def test_what_lies_beyond_the_last_column_is_left_out() -> None:
    found = list(excel(workbook(_HEAD + cell(2, "ZZZ") + cell(3)), "a.xlsx"))
    assert [(number, row[0], len(row)) for number, row in found] == [(1, "name", 2_000), (3, 5, 2_000)]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: workbook(f'<row r="1"><c r="ZZZ1"><v>1</v></c></row>{cell(2)}'), "more than 2,000 columns"),
        (lambda: workbook(f'{_HEAD}<row r="2"><c r="BXX2"><v>1</v></c></row>{cell(99_999)}'), "50,000,000 cells"),
        (lambda: workbook(_HEAD, more="<!-- " + " " * 30_000_000 + "-->"), "unpacks to 30 MB"),
        (lambda: io.BytesIO(b"PK\x03\x04damaged"), "damaged"),
    ],
)  # fmt: skip
def test_what_unpacks_to_more_than_a_workbook_is_refused(file: Callable[[], io.BytesIO], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(excel(file(), "a.xlsx"))


@pytest.mark.parametrize(
    ("number_format", "value", "shown"),
    [
        ('#,##0.00 "€"', 39, "39 €"),
        (r"#,##0.00\ [$€-407]", 39.5, "39.5 €"),
        ("[$$-409]#,##0.00", 14, "$ 14"),
        (r'_-* #,##0.00\ "€"_-;\-* #,##0.00\ "€"_-;_-* "-"??\ "€"_-;_-@_-', 14, "14 €"),
        ("£#,##0.00", 14, "£ 14"),
        ('0.00" kg"', 0.25, "0.25 kg"),
        ('0.00\\ "m2"', 3, "3 m2"),
        ("0.0%", 0.145, "14.5%"),
        ("General", 39, 39),
        ("[Red]0.00", 0.5, 0.5),
        ('[>=1000]0.0," kg";0" g"', 250, 250),
        ("yyyy-mm-dd", _DAY, "2026-03-01"),
        ("yyyy-mm-dd hh:mm", _DAY + timedelta(hours=9.5), "2026-03-01 09:30:00"),
    ],
)
def test_a_number_keeps_the_unit_that_its_cell_shows(number_format: str, value: Any, shown: Any) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"] = value
    sheet["A1"].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    assert list(excel(file, "prices.xlsx")) == [(1, (shown,))]
