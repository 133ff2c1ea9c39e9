"""The entries of a product list as parts of JSON: read in a process of its own, and taken by the run's."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from pydantic import TypeAdapter

from magicai.catalogue.intake.files import Entry, entries, opened

_AT_ONCE = 200
_ENTRIES = TypeAdapter(list[Entry])


def parts(file: BinaryIO, called: str, *, source: str, url: str, currency: str, at: int) -> Iterator[bytes]:
    """The note on a list's encoding, as a list of one text; then its entries.

    Raises:
        Invalid, Missing: as `entries` does.
    """
    one = opened(file, called, source=source, url=url)
    yield json.dumps([one.note]).encode()
    found = entries(one, currency=currency, at=at)
    while part := list(islice(found, _AT_ONCE)):
        yield _ENTRIES.dump_json(part, exclude_defaults=True)


def note_in(part: bytes) -> str:
    """The note of a first part; "" where there is none."""
    (note,) = json.loads(part)
    return str(note)


def entries_in(part: bytes) -> list[Entry]:
    """The entries of any other part."""
    return _ENTRIES.validate_json(part)
