"""Products as CSV (RFC 4180), in UTF-8 with a byte order mark: without one, Excel misreads everything but English.

A text that a spreadsheet would calculate gets an apostrophe before it: a shop may call a product `=HYPERLINK(...)`.
"""

import csv
from pathlib import Path

from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.report.product_rows import COLUMNS, custom_columns, table_rows
from magicai.values.cells import harmless


def write_csv(result: CrawlAnalyzeGenerateResult, path: Path) -> None:
    """Write the file, row by row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, *custom_columns(result.crawl_data)])
        for row in table_rows(result.crawl_data):
            writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
