"""One's own catalogue, read from a table."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from magicai.errors import Invalid
from magicai.shops.columns import by_field, column_of
from magicai.shops.extraction.amounts import parse_amount
from magicai.shops.extraction.encoding import encoding_of
from magicai.shops.product_keys import keys_of
from magicai.values.money import exponent
from magicai.values.tables import Row, rows_in

_NEEDED = ("name", "price", "currency")
_KNOWN = (*_NEEDED, "sku", "gtin", "brand", "model", "cost")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CENTS = re.compile(r".*\d([.,])\d{1,2}")


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A product of one's own; texts are "" where the catalogue has none.

    Attributes:
        mpn: its maker's number.
        cost: what it costs oneself, in the price's currency.
    """

    name: str
    price: Decimal
    currency: str
    sku: str = ""
    gtin: str = ""
    brand: str = ""
    mpn: str = ""
    cost: Decimal | None = None

    @property
    def id(self) -> str:
        """By which it is known from one catalogue to the next."""
        return keys_of(self.gtin, self.sku, "", self.name)[0]


def catalogue_of(body: bytes, called: str) -> list[OwnProduct]:
    """A catalogue from a table with columns for name, price, currency, and perhaps others, by whatever name.

    What a product costs oneself stands in a column that is called cost. Amounts are read by how the file writes cents:
    `1.299` is 1299 beside `12,50`, and no price beside `12.50`.

    Raises:
        Invalid: it is none, or a price or currency can't be read; names the line.
    """
    rows = list(rows_in(io.BytesIO(body), called, encoding=encoding_of(body)))
    header = [name for row in rows[:1] for name in row.cells]
    plain = {name.strip().casefold(): name for name in header}
    columns = {**by_field(header), "cost": plain.get("cost", "")}
    stated = column_of(columns.get("price", "")).currency
    missing = [name for name in _NEEDED if name not in columns and not (name == "currency" and stated)]
    if rows and not rows[0].fault and missing:
        raise Invalid("catalogue_column_missing", file=called, names=", ".join(missing), header=",".join(_KNOWN))
    amounts = [_text(row.cells.get(columns.get(name, ""))) for row in rows for name in ("price", "cost")]
    points = {cents[1] for cents in map(_CENTS.fullmatch, amounts) if cents}
    point = points.pop() if len(points) == 1 else ""
    return [_own(row, columns, stated, point, called) for row in rows]


def _own(row: Row, columns: Mapping[str, str], stated: str, point: str, called: str) -> OwnProduct:
    if row.fault:
        raise Invalid("table_line_invalid", file=called, number=row.number, reason=row.fault)
    cells = {name: _text(row.cells.get(columns.get(name, ""))) for name in _KNOWN}
    currency = cells["currency"].upper() or stated

    def amount(text: str) -> Decimal:
        read = parse_amount(text, exponent=exponent(currency), point=point)
        if read is None:
            raise Invalid("price_invalid", file=called, number=row.number, value=text)
        return read

    price = amount(cells["price"])
    cost = amount(cells["cost"]) if cells["cost"] else None
    if not _CURRENCY.fullmatch(currency):
        raise Invalid("currency_invalid", file=called, number=row.number, value=cells["currency"])
    texts = {name: cells[name] for name in ("sku", "gtin", "brand")}
    return OwnProduct(cells["name"], price, currency, mpn=cells["model"], cost=cost, **texts)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
