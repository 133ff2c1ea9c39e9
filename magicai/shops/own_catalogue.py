"""One's own catalogue beside what a competitor asks for the same products."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel, ConfigDict

from magicai.errors import Invalid
from magicai.shops.extraction.encoding import encoding_of
from magicai.shops.product import Product, Seen
from magicai.shops.product_keys import folded, gtin_key, sku_key
from magicai.values.money import DecimalString
from magicai.values.tables import Row, rows_in

_NEEDED = ("name", "price", "currency")
_KNOWN = (*_NEEDED, "sku", "gtin")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class OwnProduct:
    """A product of one's own; sku and gtin are "" where the catalogue has none."""

    name: str
    price: Decimal
    currency: str
    sku: str = ""
    gtin: str = ""


class Compared(BaseModel):
    """The same product at both places; `difference` is theirs less ours, in `currency`."""

    model_config = ConfigDict(frozen=True)

    name: str
    url: str
    currency: str
    ours: DecimalString
    theirs: DecimalString
    difference: DecimalString


class OwnComparison(BaseModel):
    """One's own catalogue against a shop.

    Attributes:
        catalogue: how many products it has.
        matched: how many of them the shop sells, too, in the same currency and at a known price.
        cheaper, dearer: where the shop asks less, or more, than we do; the largest difference first.
        same: how many cost the same.
    """

    model_config = ConfigDict(frozen=True)

    shop: str
    catalogue: int
    matched: int
    same: int
    cheaper: tuple[Compared, ...] = ()
    dearer: tuple[Compared, ...] = ()


def catalogue_of(body: bytes, called: str) -> list[OwnProduct]:
    """A catalogue from a table whose first line names its columns: name, price, currency, and perhaps sku and gtin.

    Raises:
        Invalid: it is none, or a price or currency can't be read; names the line.
    """
    rows = list(rows_in(io.BytesIO(body), called, encoding=encoding_of(body)))
    columns = {name.strip().casefold(): name for row in rows[:1] for name in row.cells}
    missing = [name for name in _NEEDED if name not in columns]
    if rows and not rows[0].fault and missing:
        raise Invalid("catalogue_column_missing", file=called, names=", ".join(missing), header=",".join(_KNOWN))
    return [_own(row, columns, called) for row in rows]


def _own(row: Row, columns: Mapping[str, str], called: str) -> OwnProduct:
    if row.fault:
        raise Invalid("table_line_invalid", file=called, number=row.number, reason=row.fault)
    cells = {name: _text(row.cells.get(columns.get(name, ""))) for name in _KNOWN}
    try:
        price = Decimal(cells["price"])
    except InvalidOperation as exc:
        raise Invalid("price_invalid", file=called, number=row.number, value=cells["price"]) from exc
    if not price.is_finite() or price < 0:
        raise Invalid("price_invalid", file=called, number=row.number, value=cells["price"])
    currency = cells["currency"].upper()
    if not _CURRENCY.fullmatch(currency):
        raise Invalid("currency_invalid", file=called, number=row.number, value=cells["currency"])
    return OwnProduct(cells["name"], price, currency, cells["sku"], cells["gtin"])


def compare(own: Sequence[OwnProduct], products: Iterable[Product], *, shop: str) -> OwnComparison:
    """Match by gtin, else sku, else name, never what has another gtin, and compare prices of one currency."""
    by_key: dict[str, list[Product]] = {}
    for product in products:
        if product.seen is Seen.SEEN and product.price is not None:
            for key in _keys(product.name, product.sku, product.gtin):
                by_key.setdefault(key, []).append(product)
    found: list[Compared] = []
    for one in own:
        candidates = (theirs for key in _keys(one.name, one.sku, one.gtin) for theirs in by_key.get(key, ()))
        match = next((theirs for theirs in candidates if not _differ(one.gtin, theirs.gtin)), None)
        if match is None or match.price is None or match.currency != one.currency:
            continue
        found.append(
            Compared(
                name=match.name,
                url=match.url,
                currency=one.currency,
                ours=one.price,
                theirs=match.price,
                difference=match.price - one.price,
            )
        )
    by_difference = sorted(found, key=lambda c: (-abs(c.difference), c.name))
    return OwnComparison(
        shop=shop,
        catalogue=len(own),
        matched=len(found),
        same=sum(c.difference == 0 for c in found),
        cheaper=tuple(c for c in by_difference if c.difference < 0),
        dearer=tuple(c for c in by_difference if c.difference > 0),
    )


def _keys(name: str, sku: str | None, gtin: str | None) -> list[str]:
    """Strongest first. A number tells more than a name, but two shops may number one product differently."""
    strong = [*([f"gtin:{gtin_key(gtin)}"] if gtin else []), *([f"sku:{sku_key(sku)}"] if sku else [])]
    return [*strong, *([f"name:{folded(name)}"] if folded(name) else [])]


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other) and gtin_key(one or "") != gtin_key(other or "")


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
