"""A file as a run would read it: its columns, what each was taken for, and its first rows; nothing is kept."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from magicai.messages import Message, say
from magicai.ports import Fetcher, FileReader, Records

# Rows that a preview reads, and that it shows.
MOST_ROWS = 500
SHOWN_ROWS = 10
SAMPLES = 3
_LONGEST_SAMPLE = 80

TakenBy = Literal["name", "mapping", "nobody"]


class PreviewColumn(BaseModel):
    """A column of a file.

    Attributes:
        samples: its first values that differ.
        field: what it is taken for; "" where nobody knows.
        by: whether its name says so, or a mapping.
        proposed: what a model takes it for; nothing is read by that.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    samples: tuple[str, ...] = ()
    field: str = ""
    by: TakenBy = "nobody"
    proposed: str = ""


class FilePreview(BaseModel):
    """What a file says.

    Attributes:
        file: what it is called.
        fields: what a column may be taken for.
        mapping_id: of the remembered mapping that was used; "" where none was.
        rows: the first ones as they will be, by field.
        count: rows that were read; not all of the file's where it is not `complete`.
        notes: what a person should know before a run.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    columns: tuple[PreviewColumn, ...]
    fields: tuple[str, ...]
    mapping_id: str = ""
    rows: tuple[dict[str, str], ...] = ()
    count: int = 0
    complete: bool = True
    notes: tuple[Message, ...] = ()


class FileRead(BaseModel):
    """A preview, where its file is from, and how its columns are mapped."""

    source: str
    mapping: dict[str, str]
    preview: FilePreview


def missing_columns(preview: FilePreview, mapping: Mapping[str, str]) -> Message | None:
    """What to say of columns that are mapped and that a file doesn't have; None where it has all of them."""
    names = {column.name for column in preview.columns}
    missing = [name for name in mapping if name not in names]
    return say("mapped_columns_missing", file=preview.file, columns=missing) if missing else None


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a request names, and its bytes."""

    name: str
    body: bytes


class PreviewPorts(Protocol):
    """What reads files and feeds."""

    @property
    def records(self) -> Records:
        """Mappings, and templates."""
        ...

    @cached_property
    def file_reader(self) -> FileReader:
        """Reads them where they can do no harm."""
        ...

    @cached_property
    def fetcher(self) -> Fetcher:
        """Gets feeds."""
        ...


Preview = Callable[[PreviewPorts, Any, NamedFile | None, str], Awaitable[FilePreview]]
"""Reads the file of a request, or what else it names, for an owner."""


def columns_of(
    names: Iterable[str], rows: Sequence[Mapping[str, Any]], taken: Callable[[str], str], mapping: Mapping[str, str]
) -> tuple[PreviewColumn, ...]:
    """The columns of rows, what each is taken for, and its first values that differ.

    Args:
        taken: the field that a name stands for; "" where nobody knows.
        mapping: what somebody said of them, which precedes that.
    """
    made: list[PreviewColumn] = []
    for name in names:
        cells = (_sample(row[name]) for row in rows if row.get(name) not in (None, "", []))
        field = mapping.get(name) or taken(name)
        by: TakenBy = "mapping" if name in mapping else "name" if field else "nobody"
        samples = tuple(islice(dict.fromkeys(cells), SAMPLES))
        made.append(PreviewColumn(name=name, samples=samples, field=field, by=by))
    return tuple(made)


def names_in(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of columns, in their order."""
    return list(dict.fromkeys(name for row in rows for name in row if name))


def _sample(value: object) -> str:
    return " ".join(str(value).split())[:_LONGEST_SAMPLE]
