"""Texts as files: every format holds every text, and nothing of a text is markup or a formula there."""

import csv
import html
import io
import json
import re
from typing import Any

import docx
import pytest

from magicai.content import export
from magicai.content.content import Content, State
from magicai.content.export import FORMATS, Exporter
from magicai.content.shop_tables import ShopTable, Table
from tests.unit.content.briefs import content

HOSTILE = '# Teas\n\n=HYPERLINK("http://x") <script>alert(1)</script> [a](javascript:b)\n\n- +1 one\n- two'


def files(*contents: Content, language: str = "en") -> dict[str, bytes]:
    with Exporter(language) as exporter:
        for one in contents:
            exporter.add(one)
        return {name: exporter.file(name).read_bytes() for name in FORMATS}


def test_every_format_holds_every_text() -> None:
    made = files(content("Kettle\n\nA kettle of steel.", item="1"), content("Teapot\n\nA teapot of clay.", item="2"))
    word: Any = docx.Document(io.BytesIO(made.pop("docx")))
    read = {name: body.decode() for name, body in made.items()} | {"docx": "\n".join(p.text for p in word.paragraphs)}
    assert set(read) == set(FORMATS)
    for name, text in read.items():
        # CSV and JSON have each as text and as HTML.
        times = 2 if name in ("csv", "json") else 1
        assert text.count("A kettle of steel.") == text.count("A teapot of clay.") == times, name


def test_markdown_and_html_have_a_text_as_text() -> None:
    made = files(content(HOSTILE))
    assert made["md"].decode() == (
        '# Teas\n\n=HYPERLINK("http://x") \\<script\\>alert(1)\\</script\\> \\[a\\](javascript:b)\n\n- +1 one\n- two\n'
    )
    page = made["html"].decode()
    assert "<script" not in page
    assert "<h1>Teas</h1>" in page
    assert "<ul><li>+1 one</li><li>two</li></ul>" in page


@pytest.mark.parametrize("first", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "a;=1", "a\n=1", " =1", "＝1"])
def test_no_cell_is_a_formula(first: str) -> None:
    body = files(content(f"{first} apron"), content("plain", item=f"{first}"))["csv"].decode()
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    # Also where a spreadsheet ends a cell at a semicolon.
    cells = [cell.strip() for row in rows for value in row.values() for cell in re.split(r"[;\n]", value)]
    assert not [cell for cell in cells if cell.startswith(("=", "＝", "+", "-", "@"))]


def test_json_has_claims_flags_and_the_text_as_it_is_edited() -> None:
    (said,) = json.loads(files(content(HOSTILE, flags=("“2019”: not in the input",)))["json"])
    assert said["text"] == HOSTILE
    assert (said["flags"], said["state"]) == (["“2019”: not in the input"], "flagged")
    assert said["claims"][0]["source"] == "name"


def test_what_is_flagged_says_so_where_people_read_it() -> None:
    flagged = content("Mug", flags=("“2019”: <not> in the input",))
    assert "Read this before you use it:<ul><li>“2019”: &lt;not&gt; in the input" in files(flagged)["html"].decode()
    assert "使用前请先审阅" in files(flagged, language="zh")["html"].decode()
    assert "<aside>" not in files(content("Mug"))["html"].decode()


def test_no_texts_are_files_too() -> None:
    made = files()
    assert json.loads(made["json"]) == []
    assert made["csv"].decode().splitlines() == [",".join(export.COLUMNS)]
    assert not [p for p in docx.Document(io.BytesIO(made["docx"])).paragraphs if p.text]


def test_word_holds_as_many_as_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_MOST_IN_WORD", 1)
    made = files(content("first"), content("second"))
    assert [p.text for p in docx.Document(io.BytesIO(made["docx"])).paragraphs] == ["first"]
    assert "second" in made["md"].decode()


def test_a_table_keeps_the_sku_the_html_and_the_marks_of_lists() -> None:
    one = content("# Apron\n\nLinen; -20 °C\n\n- +1 pocket\n- two straps", sku="AP-1")
    (row,) = csv.DictReader(io.StringIO(files(one)["csv"].decode(), newline=""))
    assert (row["sku"], row["product"]) == ("AP-1", "Linen apron")
    assert row["text"].endswith("• +1 pocket\n• two straps")
    assert html.unescape(row["html"]) == (
        "<h1>Apron</h1><p>Linen; -20 °C</p><ul><li>+1 pocket</li><li>two straps</li></ul>"
    )
    assert "; -" not in row["html"]


def test_accepted_texts_are_in_the_columns_of_shops() -> None:
    accepted = content("# Linen apron\n\nWashed.\n\n- two straps", sku="AP-1", state=State.ACCEPTED)
    columns: tuple[tuple[ShopTable, str], ...] = (("shopify", "Body (HTML)"), ("woocommerce", "Description"))
    for system, key in columns:
        table = Table(system)
        for one in (accepted, content("Draft", sku="AP-2"), accepted.model_copy(update={"sku": ""})):
            table.add(one)
        (row,) = csv.DictReader(io.StringIO(table.body().decode(), newline=""))
        assert (table.rows, table.left_out) == (1, 2)
        assert row[key] == "<p>Washed.</p><ul><li>two straps</li></ul>"
        assert "AP-1" in row.values()
        assert row.get("Handle", "linen-apron") == "linen-apron"
