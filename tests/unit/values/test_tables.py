"""Rows of a file of which some are broken: those are named, and all others are read."""

import io

from magicai.values.tables import Row, rows_in


def rows(text: str, encoding: str = "utf-8") -> list[Row]:
    return list(rows_in(io.BytesIO(text.encode(encoding)), "a.csv", encoding=encoding))


def test_a_quotation_mark_that_is_never_closed_takes_no_other_row_along() -> None:
    body = 'sku,name\n1,Kettle\n2,"Pot\n3,Pan\n' + "".join(f"{number},Cup\n" for number in range(4, 2_000))
    found = rows(body)
    broken = [row.number for row in found if row.fault]
    assert broken == [3]
    assert [row.cells["sku"] for row in found if not row.fault] == ["1", *map(str, range(3, 2_000))]


def test_text_in_quotation_marks_may_have_several_lines() -> None:
    found = rows('sku,name\n1,"Kettle,\nred"\n2,Pot\n')
    assert [(row.number, row.cells) for row in found] == [
        (2, {"sku": "1", "name": "Kettle,\nred"}),
        (4, {"sku": "2", "name": "Pot"}),
    ]


def test_a_row_with_too_many_cells_is_named_by_its_line() -> None:
    found = rows("sku,name\n1,Kettle\n\n2,Pot,red\n3,Pan\n")
    assert [(row.number, bool(row.fault)) for row in found] == [(2, False), (4, True), (5, False)]


def test_text_of_another_encoding_is_read_by_its_name() -> None:
    assert rows("sku;name\n1;水壶\n", "gb18030")[0].cells["name"] == "水壶"


def test_a_line_that_is_far_too_long_is_one_row_and_those_behind_it_keep_their_numbers() -> None:
    found = rows(f'sku,name\n1,"{"word " * 200_000}"\n2,{"Pot," * 100_000}\n3,Pan\n')
    assert [(row.number, bool(row.fault)) for row in found] == [(2, True), (3, True), (4, False)]
    assert "200,000 characters" in found[0].fault
