"""Everything as an Excel workbook: products, analysis, changes, one's own catalogue beside them, problems.

Amounts are numbers, with their currency in a column of its own; texts are texts, whatever they begin with.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from magicai.errors import Invalid, Missing
from magicai.shops.analysis import Analysis, PriceStats
from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.report.links import link
from magicai.shops.report.product_rows import COLUMNS, custom_columns, table_rows

# Excel's own limits.
_MOST_ROWS = 1_048_575
_MOST_LINKS = 65_530
_LONGEST_TEXT = 32_767

_NUMBERS = (
    *("count", "priced", "average", "median", "low", "q1", "q3", "high"),
    *("discounted", "median_discount", "in_stock", "known_stock"),
)
_ANALYSIS = ("shop", "of", "name", "currency", *_NUMBERS)
_CHANGES = (
    *("shop", "since", "kind", "product_id", "name", "url", "currency", "old_price", "new_price"),
    *("old_availability", "new_availability"),
)
_CATALOGUE = (
    *("shop", "mine", "name", "url", "currency", "ours", "theirs", "difference", "percent", "availability"),
    *("certainty", "reason", "suggestion"),
)
_PROBLEMS = ("where", "what", "way_out", "temporary")
_MONEY = frozenset(
    (
        *("price", "list_price", "old_price", "new_price", "average", "median", "low", "q1", "q3", "high"),
        *("ours", "theirs", "difference", "suggestion"),
    )
)
_WIDE = frozenset(("name", "url", "category", "where", "what", "way_out"))

Row = Sequence[object]


def write_xlsx(result: CrawlAnalyzeGenerateResult, path: Path) -> None:
    """Write the file, row by row.

    Raises:
        Missing: xlsxwriter is not installed.
        Invalid: more products than a sheet can hold.
        OSError: it cannot be written.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as exc:
        raise Missing("xlsxwriter_not_installed") from exc
    sheets: dict[str, tuple[Sequence[str], Iterable[Row]]] = {
        "Products": (
            (*COLUMNS, *custom_columns(result.crawl_data)),
            table_rows(result.crawl_data),
        ),
        "Analysis": (_ANALYSIS, _analysis(result.analysis)),
        "Changes": (_CHANGES, _changes(result.analysis)),
        "Own catalogue": (_CATALOGUE, _catalogue(result.own_comparison)),
        "Problems": (_PROBLEMS, ((p.where, p.what, p.way_out, p.temporary) for p in result.problems)),
    }
    # Nothing that a shop says is taken for a formula, a link or a number.
    as_text = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with tempfile.TemporaryDirectory() as scratch:  # rows wait there, and not in memory
        book: Any = Workbook(path, {"constant_memory": True, "tmpdir": scratch, **as_text})  # without types
        heading, money = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00##"})
        try:
            for name, (columns, rows) in sheets.items():
                _fill(book.add_worksheet(name), columns, rows, heading, money)
            book.close()
        except FileCreateError as exc:
            raise exc.args[0] from exc
        finally:
            for sheet in book.worksheets():
                sheet._opt_close()  # noqa: SLF001 - where it fails, xlsxwriter leaves its files open


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[Row], heading: Any, money: Any) -> None:
    sheet.write_row(0, 0, columns, heading)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(columns):
        sheet.set_column(column, column, 36 if name in _WIDE else 14, money if name in _MONEY else None)
    links = number = 0
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            raise Invalid("too_many_sheet_rows", way_out="export_as_csv", limit=f"{_MOST_ROWS:,}")
        for column, value in enumerate(row):
            address = link(value) if columns[column] == "url" and isinstance(value, str) else ""
            if address and links < _MOST_LINKS:
                links += 1
                sheet.write_url(number, column, address, string=_text(value))
            elif isinstance(value, bool | str):
                sheet.write_string(number, column, _text(value))
            elif isinstance(value, Decimal | int | float):
                sheet.write_number(number, column, float(value))
    sheet.autofilter(0, 0, number, len(columns) - 1)


def _text(value: object) -> str:
    """As much of it as a cell holds, without halves of characters, which no encoding can write."""
    return str(value)[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _analysis(analysis: Analysis) -> Iterator[Row]:
    for shop in analysis.shops:
        for own in shop.stats:
            yield (shop.shop, "shop", shop.shop, *_numbers(own))
        for of, groups in (("category", shop.categories), ("brand", shop.brands)):
            for group in groups:
                for own in group.stats:
                    yield (shop.shop, of, group.name, *_numbers(own))


def _numbers(own: PriceStats) -> Row:
    return (own.currency, *(getattr(own, name) for name in _NUMBERS))


def _changes(analysis: Analysis) -> Iterator[Row]:
    for shop in analysis.shops:
        if not shop.changes:
            continue
        of = shop.changes
        for change in (*of.new, *of.gone, *of.dearer, *of.cheaper, *of.sold_out, *of.back):
            facts = (getattr(change, name) for name in _CHANGES[2:])
            yield (shop.shop, of.since, *facts)


def _catalogue(comparisons: Sequence[OwnComparison]) -> Iterator[Row]:
    for own in comparisons:
        for pair in (*own.pairs, *own.proposals):
            prices = (pair.mine_price, pair.their_price, pair.difference, pair.percent, pair.availability)
            reason = "; ".join(str(one) for one in (pair.reason, pair.against) if one is not None)
            match = (pair.certainty, reason, pair.suggestion)
            yield (own.shop, pair.mine_name, pair.name, pair.url, pair.currency, *prices, *match)
