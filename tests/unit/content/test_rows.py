import io
import json
import pickle
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from magicai.brain.situation import Machine
from magicai.content.generate_content import cost, size
from magicai.content.rows import check_rows, rows_of, variable_name
from magicai.errors import Invalid
from magicai.ports import Price
from magicai.runs.requests.files_in import CountedFile
from magicai.values import workbooks

ROWS = [{"name": "Kettle", "price": "49 EUR"}, {"name": "Teapot, large"}]


def excel() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (("Name", "Price"), ("Kettle", "49 EUR"), (None, None), ("Teapot, large", None)):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), file)  # pyright: ignore[reportUnknownMemberType]
    return file.getvalue()


def test_a_table_as_german_excel_saves_it_is_read_in_its_encoding() -> None:
    body = "Name;Größe;Preis\nBecher;groß;14,90 €\n".encode("cp1252")
    assert list(rows_of(body)) == [{"Name": "Becher", "Größe": "groß", "Preis": "14,90 €"}]


@pytest.mark.parametrize(
    "body",
    [
        b'Name,Price\nKettle,49 EUR\n"Teapot, large",\n',
        "\ufeffName;Price\r\nKettle;49 EUR\r\nTeapot, large;\r\n".encode(),
        b"name\tPRICE\nKettle\t49 EUR\nTeapot, large\t\n",
        "\n".join(json.dumps(row) for row in ROWS).encode(),
        excel(),
        parquet(),
    ],
    ids=["csv", "semicolons", "tabs", "jsonl", "xlsx", "parquet"],
)
def test_rows_are_read_from_every_kind_of_file(body: bytes) -> None:
    assert [{variable_name(called): cell for called, cell in row.items()} for row in rows_of(body)] == ROWS


def test_a_row_that_can_t_be_read_is_told_with_what_to_do() -> None:
    for body, way_out in (
        (b"name,price\nKettle,1,2\n", "Put text that holds the delimiter into double quotes."),
        (b'{"name": 1}\n{"cells"\n', "Correct it."),
    ):
        with pytest.raises(Invalid) as refused:
            list(rows_of(body))
        assert refused.value.way_out == way_out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"name,price\n", "no rows"),
        (b"name,price\nKettle,1,2\n", "line 2 has more cells"),
        (b'{"name": 1}\n[1]\n', "line 2 is not an object"),
        (b'{"name": 1}\n{"name"\n', "line 2 is not JSON"),
        (b"PK\x03\x04 nothing", "is damaged"),
        (b"PAR1 nothing", "not a Parquet file"),
    ],
)
def test_a_file_that_can_t_be_read_is_named_with_its_line(body: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        list(rows_of(body, "rows"))


def test_an_excel_file_that_unpacks_to_more_than_memory_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_LARGEST_UNPACKED", 1_000)
    with pytest.raises(Invalid, match="unpacks to"):
        list(rows_of(excel()))


def test_rows_are_counted_where_they_are_checked_and_a_batch_costs_by_them() -> None:
    assert check_rows(parquet(), "rows.parquet") == 2
    file = pickle.loads(pickle.dumps(CountedFile("01a2", 1_000)))
    assert (file, size({"variables": file})["texts"]) == ("01a2", 1_000.0)
    price = Price(1.0, 4.0)
    machine = Machine(2, 1000)
    one = cost({"variables": {"name": "Mug"}}, [price], machine)
    many = cost({"variables": file, "variants": 2}, [price], machine)
    assert many[0] == pytest.approx(2_000 * one[0])
    assert many[1] == pytest.approx(2_000 * one[1])
