"""A stock file as an import would read it: what its columns are, and its first counts and changes."""

from collections.abc import Iterator, Mapping
from itertools import islice

from magicai.catalogue.inventory.files import BadRow, header_of, read_stock, rows_below
from magicai.catalogue.inventory.stock import Change, Level
from magicai.errors import Invalid
from magicai.messages import Message, plain, say
from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs.column_mappings import IGNORED, as_read, check_fields, id_of, remembered, source_of_header
from magicai.runs.file_preview import MOST_ROWS, SHOWN_ROWS, FilePreview, FileRead, columns_of
from magicai.shops.columns import recognise

READER = "inventory"
FIELDS = ("sku", "quantity", "change", "version", "event", IGNORED)
_NAMING, _MOST_NOTES = 50, 3


async def read_columns(
    records: Records, text: str, columns: dict[str, str], *, file: str, owner_id: str, most: int = 0
) -> FileRead:
    """The columns of a stock file: as they are said to be now, else as its owner said before.

    Args:
        text: CSV with a header.
        most: rows to read for the preview; 0 where only the columns matter.

    Raises:
        Invalid: a column is said to be what no stock has.
    """
    names = [name for name in header_of(text) if name]
    source, kept = source_of_header(names), await remembered(records, owner_id=owner_id, reader=READER)
    mapping = {**kept.get(source, {}), **columns}
    try:
        check_fields(mapping, FIELDS)
    except InvalidValue as exc:
        raise Invalid(exc.message) from exc
    taken = {one.column: one.field if one.field in FIELDS else "" for one in recognise(names)}
    rows = list(islice(rows_below(text), max(_NAMING, min(most, MOST_ROWS) + 1)))
    shown = columns_of(names, rows[:_NAMING], lambda name: taken[name] or _own(name), mapping)
    preview = FilePreview(file=file, columns=shown, fields=FIELDS)
    if most:
        counted = {"count": min(len(rows), most), "complete": len(rows) <= most}
        read, notes = _read(text, mapping, most)
        preview = preview.model_copy(update={"rows": tuple(read[:SHOWN_ROWS]), "notes": tuple(notes), **counted})
    if source in kept:
        preview = preview.model_copy(update={"mapping_id": id_of(owner_id, READER, source)})
    return FileRead(source=source, mapping=mapping, preview=preview)


def _own(name: str) -> str:
    """What the inventory's own file calls its columns."""
    return {"item": "sku", "available": "quantity"}.get(name.strip().casefold(), "")


def _read(text: str, mapping: Mapping[str, str], most: int) -> tuple[list[dict[str, str]], list[Message]]:
    try:
        found = list(islice(read_stock(text, version=1, mapping=as_read(mapping)), most))
    except Invalid as exc:
        return [], [exc.message]
    bad = islice((one for one in found if isinstance(one, BadRow)), _MOST_NOTES)
    return list(_shown(found)), [say("item_failed", item=f"line {one.line}", why=plain(one.why)) for one in bad]


def _shown(found: list[Level | Change | BadRow]) -> Iterator[dict[str, str]]:
    for one in found:
        if isinstance(one, Level):
            yield {"sku": one.item, "quantity": str(one.quantity)}
        elif isinstance(one, Change):
            yield {"sku": one.item, "change": f"{one.quantity:+}"}
