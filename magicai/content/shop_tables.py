"""Accepted texts in the columns of Shopify's and WooCommerce's product imports."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from magicai.content.content import Content, State
from magicai.content.text import Block, as_html
from magicai.values.cells import harmless

ShopTable = Literal["shopify", "woocommerce"]
# Each overwrites the products that are there: Shopify's by their handle, WooCommerce's by their SKU. What a file has no
# column of, both leave as it is.
COLUMNS: Mapping[ShopTable, tuple[str, ...]] = {
    "shopify": ("Handle", "Title", "Body (HTML)", "Variant SKU"),
    "woocommerce": ("SKU", "Name", "Description"),
}
_NOT_WORD = re.compile(r"[\W_]+")
# What a spreadsheet that separates by another mark could calculate; in HTML it is written otherwise, and says the same.
_CALCULATED = re.compile(r"(?<=[;|])([ \u00a0\u3000\ufeff]*)([=+\-@＝＋－＠|%]+)")


@dataclass(slots=True)
class Table:
    """A file of accepted texts.

    Attributes:
        rows: how many are in it.
        left_out: how many are not: not accepted, or of a product without a name or a SKU.
    """

    system: ShopTable
    rows: int = 0
    left_out: int = 0
    _file: io.StringIO = field(default_factory=lambda: io.StringIO(newline=""))

    def __post_init__(self) -> None:
        csv.writer(self._file).writerow(COLUMNS[self.system])

    def add(self, content: Content) -> None:
        """Write one text."""
        name, sku = content.product, content.sku
        if content.state is not State.ACCEPTED or not name or not sku:
            self.left_out += 1
            return
        body = html_cell(for_shop(content.latest.blocks))
        by_column = {"Handle": handle(name), "Title": name, "Name": name, "Variant SKU": sku, "SKU": sku}
        cells = {column: harmless(cell) for column, cell in by_column.items()}
        cells |= {"Body (HTML)": body, "Description": body}
        csv.writer(self._file).writerow([cells[column] for column in COLUMNS[self.system]])
        self.rows += 1

    def body(self) -> bytes:
        """The whole file; UTF-8."""
        return self._file.getvalue().encode()


def for_shop(blocks: Sequence[Block]) -> Sequence[Block]:
    """A text without its first heading: a product's page has its name there already."""
    first = blocks[0] if blocks else None
    return blocks[1:] if first and first.kind == "heading" and first.level == 1 and len(blocks) > 1 else blocks


def html_cell(blocks: Sequence[Block]) -> str:
    """A text as HTML in a cell of which a spreadsheet calculates nothing."""
    return _CALCULATED.sub(lambda found: found[1] + "".join(f"&#{ord(one)};" for one in found[2]), as_html(blocks))


def handle(name: str) -> str:
    """As Shopify makes the handle of a product of its name."""
    return _NOT_WORD.sub("-", name.lower()).strip("-")
