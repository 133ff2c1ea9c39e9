"""The entries of a product list as parts of JSON: read in a process of its own, and taken by the run's."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pydantic import TypeAdapter

from magicai.catalogue.intake.files import Entry, entries, opened
from magicai.catalogue.intake.notes import Notes
from magicai.catalogue.intake.rows import Note
from magicai.shops.columns import Mapped

_AT_ONCE = 200
_ENTRIES = TypeAdapter(list[Entry | Note])


def parts(
    file: BinaryIO, called: str, *, source: str, url: str, currency: str, at: int, mapping: Mapped | None = None
) -> Iterator[bytes]:
    """The note on a list's encoding, as a list of one text; then its entries, and notes behind them.

    Raises:
        Invalid, Missing: as `entries` does.
    """
    one = opened(file, called, source=source, url=url)
    yield json.dumps([one.note]).encode()
    notes = Notes(called, mapping or {})
    found = entries(one, currency=currency, at=at, mapping=mapping, notes=notes)
    while part := list[Entry | Note](islice(found, _AT_ONCE)):
        yield _ENTRIES.dump_json(part, exclude_defaults=True)
    if said := list[Entry | Note](map(Note, notes.said())):
        yield _ENTRIES.dump_json(said)


def note_in(part: bytes) -> str:
    """The note of a first part; "" where there is none."""
    (note,) = json.loads(part)
    return str(note)


def entries_in(part: bytes) -> list[Entry | Note]:
    """The entries of any other part; of the last what people should know of the list."""
    return _ENTRIES.validate_json(part)
