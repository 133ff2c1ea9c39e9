"""Products as CSV (RFC 4180), in UTF-8 with a byte order mark: without one, Excel misreads everything but English.

A text that a spreadsheet would calculate gets an apostrophe before it: a shop may call a product `=HYPERLINK(...)`.
"""

import csv
from dataclasses import astuple, fields
from pathlib import Path

from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.report.product_rows import ProductRow, product_rows

# What Excel, LibreOffice and Google Sheets begin a formula with, full-width forms and what they skip before it too.
_FORMULA = frozenset("=+-@＝＋－＠|%\t\r\n\0")


def write_csv(result: CrawlAnalyzeGenerateResult, path: Path) -> None:
    """Write the file, row by row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(ProductRow)])
        for row in product_rows(result.crawl_data):
            writer.writerow([_cell(value) for value in astuple(row)])


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text, quoted by an apostrophe where it would be calculated."""
    first = text.lstrip(" \u00a0\u3000\ufeff")[:1]
    return f"'{text}" if first in _FORMULA and first else text
