"""What somebody said that the columns of a file are: kept by its source, and used for the next file from there."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs.requests.fields import Spelled
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

KIND = "column_mapping"
# What a column is taken for that is not read.
IGNORED = "ignore"
_MOST, _LONGEST = 200, 200
_PAGE = 200

Columns = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST)],
        Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST)],
    ],
    Spelled("--map"),
    Field(
        max_length=_MOST,
        title="Columns",
        description="Columns of the file that are not read as they should be: COLUMN=FIELD, or COLUMN=ignore.",
    ),
]


class ColumnMapping(BaseModel):
    """The columns of files from one source.

    Attributes:
        reader: what reads them, mostly a workflow: it knows the fields.
        source: the address of a feed, or the digest of a header.
        file: what the last of them was called.
        columns: by name, the field that each is taken for, or `ignore`.
    """

    model_config = ConfigDict(frozen=True)

    mapping_id: str
    owner_id: str
    reader: str
    source: str
    file: str
    columns: dict[str, str]


def source_of_header(names: Iterable[str]) -> str:
    """What files have in common that name the same columns, in whatever order."""
    return f"header:{digest_of(sorted(names))[:32]}"


def source_of_address(url: str) -> str:
    """A feed's address without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def check_fields(columns: dict[str, str], fields: Sequence[str]) -> dict[str, str]:
    """A mapping as it is, if a reader has its fields.

    Raises:
        InvalidValue: it has not; names the column.
    """
    for name, field in columns.items():
        if field not in fields and field != IGNORED:
            raise InvalidValue("column_field_unknown", column=name, field=field, fields=[*fields, IGNORED])
    return columns


def as_read(columns: Mapping[str, str]) -> dict[str, str | None]:
    """The same for a reader: None for columns that it leaves out."""
    return {name: None if field == IGNORED else field for name, field in columns.items()}


def id_of(owner_id: str, reader: str, source: str) -> str:
    """The id of the mapping of an owner's files from a source."""
    return digest_of([owner_id, reader, source])[:32]


async def remember(
    records: Records, *, owner_id: str, reader: str, source: str, file: str, columns: Mapping[str, str]
) -> None:
    """Keep a mapping for the next file from its source, in place of the one before."""
    mapping_id = id_of(owner_id, reader, source)
    made = ColumnMapping(
        mapping_id=mapping_id, owner_id=owner_id, reader=reader, source=source, file=file, columns=dict(columns)
    )
    data = {"schema_version": 1, **made.model_dump(mode="json")}
    await records.entities.save([Entity(KIND, mapping_id, owner_id, title=file, text="", data=data, stores=())])


async def remembered(records: Records, *, owner_id: str, reader: str) -> dict[str, dict[str, str]]:
    """An owner's mappings of what one reader reads, by source."""
    return {one.source: one.columns async for one in mappings(records, owner_id=owner_id) if one.reader == reader}


async def mappings(records: Records, *, owner_id: str) -> AsyncIterator[ColumnMapping]:
    """All mappings of an owner."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is not None:
                yield row.entity.as_model(ColumnMapping)
        after = page.next


async def forget(records: Records, mapping_id: str, *, owner_id: str) -> None:
    """Read files from a source by the names of their columns again.

    Raises:
        NotFound: there is no such mapping of theirs.
    """
    await records.entities.get(KIND, mapping_id, owner_id=owner_id)
    await records.entities.delete(KIND, [mapping_id])
