import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from magicai.errors import Missing
from magicai.runs.results import value_at
from magicai.shops.crawl_analyze_generate import WORKFLOW
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.values.cells import FORMULA, harmless
from tests.unit.shops.report import example_shop

_FORMATS = ("csv", "xlsx", "parquet")


def export(result: CrawlAnalyzeGenerateResult, kind: str, path: Path) -> Path:
    """Write a result as the workflow declares it."""
    next(one for one in WORKFLOW.exports if one.format == kind).write(result, path)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def priced(result: CrawlAnalyzeGenerateResult, *prices: tuple[str, str | None]) -> CrawlAnalyzeGenerateResult:
    """The result with only as many products as prices, at these."""
    products = [
        product.model_copy(update={"price": Decimal(price), "currency": currency, "list_price": None})
        for product, (price, currency) in zip(result.crawl_data.products, prices, strict=False)
    ]
    return result.model_copy(update={"crawl_data": result.crawl_data.model_copy(update={"products": tuple(products)})})


def test_csv_opens_in_excel_and_holds_every_product(result: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    path = export(result, "csv", tmp_path / "out.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfshop,id,url,name,price,")
    rows = rows_of(path)
    assert len(rows) == 120
    assert rows[1]["name"] == "Smoky Lapsang No. 2"
    assert (rows[1]["price"], rows[1]["list_price"], rows[1]["currency"]) == ("31.95", "35.14", "EUR")
    assert rows[1]["category"] == "Loose tea > Everyday"
    assert rows[5]["price"] == rows[5]["currency"] == ""


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\u00a0@x", "%x", "|calc"])
def test_csv_never_holds_a_formula(name: str) -> None:
    assert harmless(name).replace("\t'", "\t") == f"'{name}"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Lamp;=1+1;x", "Lamp;'=1+1;x"),
        ('Lamp; "=1+1"', 'Lamp;\' "=1+1"'),
        ("Lamp\t@SUM(A1)", "Lamp\t'@SUM(A1)"),
        ("Lamp|＝1+1", "Lamp|'＝1+1"),
        ("=1;-1", "'=1;'-1"),
        ("Lamp; red - blue, -5", "Lamp; red - blue, -5"),
    ],
)
def test_csv_holds_no_formula_where_cells_are_separated_by_another_mark(name: str, safe: str) -> None:
    assert harmless(name) == safe


def test_the_page_escapes_what_exports_do() -> None:
    page = (Path(__file__).parents[4] / "magicai/web/src/pure/products.ts").read_text("utf-8")
    (pattern,) = re.findall(r"^ +/(.+)/g;$", page, re.MULTILINE)
    assert pattern == FORMULA.pattern


def test_csv_leaves_harmless_texts_and_numbers_alone(hostile: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    rows = rows_of(export(hostile, "csv", tmp_path / "out.csv"))
    assert len(rows) == 120
    assert not [v for row in rows for v in row.values() if v.strip(" \u00a0").startswith(("=", "+", "-", "@", "\t"))]
    assert {"line\r\nbreak\tTab\x00null\x1b[31mred\x07"} <= {row["name"] for row in rows}
    assert harmless("Earl Grey = good") == "Earl Grey = good"


def test_excel_holds_numbers_texts_and_safe_links(hostile: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(hostile, "xlsx", tmp_path / "out.xlsx"))
    assert book.sheetnames == ["Products", "Analysis", "Changes", "Own catalogue", "Problems"]
    sheet = book["Products"]
    heading = [cell.value for cell in sheet[1]]
    names = [row[heading.index("name")] for row in sheet.iter_rows(min_row=2)]
    assert len(names) == 120
    assert {cell.data_type for cell in names} <= {"s", "inlineStr", "n"}
    assert '=HYPERLINK("https://evil.example","x")' in [cell.value for cell in names]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    links = [cell.hyperlink.target or "" for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links
    assert all(link.startswith("https://shop.example/") for link in links)
    prices = [row[heading.index("price")].value for row in sheet.iter_rows(min_row=2)]
    assert {type(price) for price in prices} <= {int, float, type(None)}
    assert [cell.value for cell in book["Analysis"][1]][:4] == ["shop", "of", "name", "currency"]


def test_excel_tells_what_changed(result: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(result, "xlsx", tmp_path / "out.xlsx"))
    rows = [[cell.value for cell in row] for row in book["Changes"].iter_rows(min_row=2)]
    assert len(rows) == 36
    cut = next(row for row in rows if row[2] == "cheaper" and row[4] == "Double-Wall Glass No. 2")
    assert cut[6:9] == ["EUR", 42.64, 29.85]
    assert book["Problems"].max_row == 4


def test_excel_sets_ones_own_prices_beside_the_shops(result: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    told = result.model_copy(update={"own_comparison": (example_shop.OWN,)})
    book = openpyxl.load_workbook(export(told, "xlsx", tmp_path / "out.xlsx"))
    rows = [[cell.value for cell in row] for row in book["Own catalogue"].iter_rows()]
    told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [told[0][name] for name in ("currency", "ours", "theirs", "difference")] == ["EUR", 89, 75.5, -13.5]
    assert told[0]["reason"] == "same GTIN: 04006381333931"
    assert len(told) == 5


def test_excel_without_its_library_names_the_way_out(
    result: CrawlAnalyzeGenerateResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(Missing, match=r"start\.py install excel"):
        export(result, "xlsx", tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_parquet_keeps_prices_exactly(result: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    told = priced(
        result, ("0.1", "EUR"), ("1299", "JPY"), ("1.234", "KWD"), ("1e30", "EUR"), ("1e40", "EUR"), ("5", None)
    )
    table: Any = pq.read_table(export(told, "parquet", tmp_path / "out.parquet"))  # pyright: ignore[reportUnknownMemberType] - its stubs leave IO open
    assert table.schema.field("price").type == pa.decimal128(38, 4)
    assert table.schema.field("price_minor").type == pa.int64()
    exact = [Decimal("0.1"), Decimal(1299), Decimal("1.234"), Decimal("1e30"), None, Decimal(5)]
    assert table["price"].to_pylist() == exact
    assert table["price_minor"].to_pylist() == [10, 1299, 1234, None, None, None]


@pytest.mark.parametrize("kind", _FORMATS)
def test_any_text_of_a_shop_can_be_written(kind: str, hostile: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    assert export(hostile, kind, tmp_path / f"out.{kind}").stat().st_size > 1000


def test_excel_that_cannot_be_written_fails_like_others(result: CrawlAnalyzeGenerateResult, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        export(result, "xlsx", tmp_path / "nowhere" / "out.xlsx")
    assert caught.value.strerror


def test_its_result_has_what_its_exports_and_panels_name(result: CrawlAnalyzeGenerateResult) -> None:
    published = result.model_dump(mode="json")
    assert WORKFLOW.document is not None
    assert isinstance(value_at(published, WORKFLOW.findings), list)
    for place in WORKFLOW.document.formats.values():
        assert value_at(published, place), place
    for panel in WORKFLOW.panels:
        assert not panel.source or set(panel.columns) <= value_at(published, panel.source)[0].keys()
