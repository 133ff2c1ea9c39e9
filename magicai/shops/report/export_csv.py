"""Products as CSV (RFC 4180), in UTF-8 with a byte order mark: without one, Excel misreads everything but English.

A text that a spreadsheet would calculate gets an apostrophe before it: a shop may call a product `=HYPERLINK(...)`.
"""

import csv
import re
from dataclasses import astuple, fields
from pathlib import Path

from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.report.product_rows import ProductRow, product_rows

# Before what Excel, LibreOffice and Google Sheets begin a formula with, full-width forms and what they skip too; also
# in the middle, where a spreadsheet that separates by another mark begins a cell. products.ts has the same.
FORMULA = re.compile(
    r'^(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠|%\t\r\n\u0000])'
    r'|(?<=[;|\t\r\n])(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠])'
)


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
    """The text, with an apostrophe before whatever would be calculated."""
    return FORMULA.sub("'", text)
