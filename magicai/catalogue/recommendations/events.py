"""Who viewed or bought what, in CSV files: such as an export of orders, one line of an order a row."""

import csv
import io
from collections.abc import Mapping

from magicai.catalogue.ports import Interaction, InteractionKind
from magicai.errors import Invalid
from magicai.values.digest import digest_of

_NAMES: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "customer", "customer_id", "user", "user_id", "顾客", "客户", "用户"),
    "item": ("item", "sku", "product", "product_id", "lineitem sku", "gtin", "货号", "商品编码", "商品"),
    "kind": ("kind", "event", "类型"),
    "key": ("key", "event_id"),
}
_KINDS: Mapping[str, InteractionKind] = {
    "": "purchase", "purchase": "purchase", "购买": "purchase", "view": "view", "浏览": "view"
}  # fmt: skip
_LONGEST = 200


def read_events(text: str, *, at: int) -> tuple[list[Interaction], list[int]]:
    """What a file says, and the lines that were left out.

    Args:
        text: CSV with a header; `person` (an id) and `item` (SKU, GTIN, or a product's id), and `kind`, `purchase`
            where it is missing. A row without `key` counts once, in whichever file it stands again.
        at: the time of the events, UTC microseconds.

    Raises:
        Invalid: the header lacks a column.
    """
    delimiter = max(",;\t", key=text[:20_000].partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(rows, list[str]())
    said = [cell.strip().casefold() for cell in header]
    columns = {
        name: said.index(spelling)
        for name, spellings in _NAMES.items()
        for spelling in [next((one for one in spellings if one in said), "")]
        if spelling
    }
    if not {"person", "item"} <= set(columns):
        raise Invalid(
            "required_columns_missing", way_out="name_event_columns", columns=", ".join(header)[:200] or "missing"
        )
    events: list[Interaction] = []
    skipped: list[int] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        given = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
        person, item, kind = given.get("person", ""), given.get("item", ""), given.get("kind", "").casefold()
        key = given.get("key") or digest_of(row)
        if not person or not item or kind not in _KINDS or max(map(len, (person, item, key))) > _LONGEST:
            skipped.append(rows.line_num)
        else:
            events.append(Interaction(key, person, item, _KINDS[kind], at))
    return events, skipped
