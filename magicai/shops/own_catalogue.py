"""One's own catalogue beside what a competitor asks for the same products."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel, ConfigDict

from magicai.errors import Invalid
from magicai.shops.product import Product, Seen
from magicai.values.money import DecimalString

_NEEDED = ("name", "price", "currency")
_KNOWN = (*_NEEDED, "sku", "gtin")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SPACE = re.compile(r"\s+")


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
    """A catalogue from a CSV file.

    Raises:
        Invalid: it is none; names it.
    """
    try:
        return read_catalogue(body.decode(), where=called)
    except UnicodeDecodeError as exc:
        raise Invalid(f"{called} is not UTF-8 text.", way_out="Save it as CSV in UTF-8.") from exc


def read_catalogue(text: str, *, where: str) -> list[OwnProduct]:
    """A catalogue from CSV with a heading: name, price, currency, and perhaps sku and gtin.

    Args:
        text: comma, semicolon or tab between columns.
        where: its path, for messages.

    Raises:
        Invalid: a column is missing, or a price or currency can't be read; names the line.
    """
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    columns = {name.strip().casefold(): name for name in rows.fieldnames or () if name}
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise Invalid(f"{where} has no column {', '.join(missing)}.", way_out=f"Its header is: {','.join(_KNOWN)}")
    return [_own(row, columns, where, rows.line_num) for row in rows if any(row.values())]


def _own(row: Mapping[str, str | None], columns: Mapping[str, str], where: str, line: int) -> OwnProduct:
    cells = {name: (row.get(columns[name]) or "").strip() if name in columns else "" for name in _KNOWN}
    try:
        price = Decimal(cells["price"])
    except InvalidOperation as exc:
        way_out = "Write prices like 1299.00."
        raise Invalid(f"{where}, line {line}: {cells['price']!r} is not a price.", way_out=way_out) from exc
    if not price.is_finite() or price < 0:
        raise Invalid(f"{where}, line {line}: {cells['price']!r} is not a price.", way_out="Write prices like 1299.00.")
    currency = cells["currency"].upper()
    if not _CURRENCY.fullmatch(currency):
        raise Invalid(
            f"{where}, line {line}: {cells['currency']!r} is not a currency.",
            way_out="Use a code such as USD, EUR or CNY.",
        )
    return OwnProduct(cells["name"], price, currency, cells["sku"], cells["gtin"])


def compare(own: Sequence[OwnProduct], products: Iterable[Product], *, shop: str) -> OwnComparison:
    """Match by gtin, else sku, else name as it is written, and compare prices of one currency."""
    theirs = [product for product in products if product.seen is Seen.SEEN and product.price is not None]
    by_key: dict[str, Product] = {}
    for product in theirs:
        for key in _keys(product.name, product.sku or "", product.gtin or ""):
            by_key.setdefault(key, product)
    found: list[Compared] = []
    for one in own:
        match = next((by_key[key] for key in _keys(one.name, one.sku, one.gtin) if key in by_key), None)
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


def _keys(name: str, sku: str, gtin: str) -> list[str]:
    """Strongest first."""
    named = f"name:{_SPACE.sub(' ', name).strip().casefold()}"
    return [*([f"gtin:{gtin.lstrip('0')}"] if gtin else []), *([f"sku:{sku.casefold()}"] if sku else []), named]
