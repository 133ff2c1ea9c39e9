"""Products as Parquet.

`price` and `list_price` are decimal128(38, 4), which holds every currency of ISO 4217; `price_minor` and
`list_price_minor` are the same as int64 minor units. A price that is too large for its column is null. A field that the
run was asked for has the type of its values.
"""

from collections.abc import Sequence
from dataclasses import fields
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any

from magicai.shops.crawl_result import CrawlAnalyzeGenerateResult
from magicai.shops.report.product_rows import ProductRow, cell_of, custom_columns, product_rows
from magicai.values.money import to_minor

_PLACES = Decimal("0.0001")
_DIGITS = Context(prec=38)
_MOST = Decimal(10) ** 34
_MOST_MINOR = 2**63
_PRICES = ("price", "list_price")
# Every name that a table's column has, whatever its format.
COLUMNS = (*(field.name for field in fields(ProductRow)), *(f"{name}_minor" for name in _PRICES))


def write_parquet(result: CrawlAnalyzeGenerateResult, path: Path) -> None:
    """Write the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = list(product_rows(result.crawl_data))
    types = {"rating": pa.float64(), "rating_count": pa.int64(), **dict.fromkeys(_PRICES, pa.decimal128(38, 4))}
    columns: dict[str, Any] = {
        field.name: pa.array(_column(rows, field.name), type=types.get(field.name, pa.string()))
        for field in fields(ProductRow)
    }
    for name in _PRICES:
        columns[f"{name}_minor"] = pa.array([_minor(getattr(row, name), row.currency) for row in rows], type=pa.int64())
    products = [one for data in result.crawl_data.shops or (result.crawl_data,) for one in data.products]
    for name in custom_columns(result.crawl_data):
        cells: list[Any] = [cell_of(product.fields.get(name)) for product in products]
        columns[name] = pa.array(cells)
    pq.write_table(pa.table(columns), path, compression="zstd")  # pyright: ignore[reportUnknownMemberType] - its stubs leave IO open


def _column(rows: Sequence[ProductRow], name: str) -> list[object]:
    values = [getattr(row, name) for row in rows]
    return [_fitting(value) for value in values] if name in _PRICES else values


def _fitting(price: Decimal | None) -> Decimal | None:
    if price is None or abs(price) >= _MOST:
        return None
    return price.quantize(_PLACES, ROUND_HALF_EVEN, _DIGITS)


def _minor(price: Decimal | None, currency: str | None) -> int | None:
    if price is None or currency is None or abs(price) >= _MOST:
        return None
    minor = to_minor(price, currency)
    return minor if abs(minor) < _MOST_MINOR else None
