"""A list's columns and first rows as a run would read them, as JSON: made in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO

from magicai.catalogue.intake.files import Entry, entries, first_rows, opened
from magicai.catalogue.intake.notes import Notes
from magicai.catalogue.intake.rows import Address, Fault
from magicai.catalogue.product import SourceStatement, Values
from magicai.errors import Invalid
from magicai.messages import Message, plain, say
from magicai.runs.column_mappings import IGNORED, as_read, source_of_address, source_of_header
from magicai.runs.file_preview import SHOWN_ROWS, FilePreview, FileRead, columns_of, names_in
from magicai.shops.columns import ATTRIBUTE, FIELDS, recognise

_SHOWN = ("name", "brand", "price", "currency", "list_price", "availability", "sku", "gtin", "model", "category", "url")
_MOST_ATTRIBUTES, _LONGEST = 6, 120
_MOST_FAULTS = 3
# Rows whose columns are looked at, as rows of JSON have some of them only.
_NAMING = 50


def parts(
    file: BinaryIO,
    called: str,
    *,
    url: str,
    currency: str,
    at: int,
    columns: Mapping[str, str],
    remembered: Mapping[str, Mapping[str, str]],
    most: int,
) -> Iterator[bytes]:
    """One part, with one preview.

    Args:
        columns: what somebody says of them now, which precedes what they said before.
        remembered: what they said before, by source.
        most: rows to read; 0 where only the columns and their mapping matter.

    Raises:
        Invalid, Missing: as `entries` does.
    """
    one = opened(file, called, source="", url=url)
    rows = [row.cells for row in first_rows(one, as_read(columns), max(most + 1, _NAMING))]
    names = names_in(rows[:_NAMING])
    source = source_of_address(url) if url else source_of_header(names)
    mapping = {**remembered.get(source, {}), **columns}
    taken = {one.column: one.field for one in recognise(names)}
    preview = FilePreview(
        file=called,
        columns=columns_of(names, rows[:_NAMING], lambda name: taken[name], mapping),
        fields=(*FIELDS, ATTRIBUTE, IGNORED),
    )
    if most:
        found: list[Entry] = []
        known, said = Notes(called, as_read(mapping)), [plain(one.note)] if one.note else []
        try:
            found += entries(one, currency=currency, at=at, mapping=as_read(mapping), notes=known, most=most)
        except Invalid as exc:
            said.append(exc.message)
        notes = (*said, *_notes(found, called), *known.said())
        read = len(rows or found)
        counted = {"count": min(read, most), "complete": read <= most}
        preview = preview.model_copy(update={"rows": tuple(_rows(found)), "notes": notes, **counted})
    yield f"[{FileRead(source=source, mapping=mapping, preview=preview).model_dump_json()}]".encode()


def _notes(found: Sequence[Entry], called: str) -> Iterator[Message]:
    stated = [entry.values for entry in found if isinstance(entry, SourceStatement)]
    if without := sum(one.price is not None and one.currency is None for one in stated):
        yield say("prices_without_currency", n=without, file=called)
    faults = (entry for entry in found if isinstance(entry, Fault))
    for fault in islice(faults, _MOST_FAULTS):
        yield say("item_failed", item=fault.place, why=fault.said)


def _rows(found: Sequence[Entry]) -> Iterator[dict[str, str]]:
    shown = (entry for entry in found if isinstance(entry, SourceStatement | Address))
    for entry in islice(shown, SHOWN_ROWS):
        yield {"url": entry.url} if isinstance(entry, Address) else _product(entry.values)


def _product(values: Values) -> dict[str, str]:
    """A product's fields as text, those that it has."""
    found: dict[str, Any] = {name: getattr(values, name) for name in _SHOWN}
    found["category"] = " > ".join(values.category)
    if values.variants:
        found["variants"] = f"{len(values.variants)}: {', '.join(one.name for one in values.variants)}"
    found |= {one.name: one.value for one in values.attributes[:_MOST_ATTRIBUTES] if one.name not in found}
    return {name: _text(value) for name, value in found.items() if value}


def _text(value: object) -> str:
    """A value as text; a whole number without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)[:_LONGEST]
