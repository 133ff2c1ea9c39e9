"""A file of rows as texts would be written from it: which variable of the template each column is."""

import asyncio
import io
from collections.abc import Mapping
from itertools import islice
from typing import Protocol

from magicai.content.content_types import template_of
from magicai.content.row_variables import SKU, RowReader
from magicai.content.template import Template
from magicai.errors import Invalid
from magicai.messages.validation import InvalidValue
from magicai.ports import Records
from magicai.runs.column_mappings import IGNORED, as_read, check_fields, id_of, remembered, source_of_header
from magicai.runs.file_preview import (
    MOST_ROWS,
    SHOWN_ROWS,
    FilePreview,
    FileRead,
    NamedFile,
    PreviewPorts,
    columns_of,
    names_in,
)
from magicai.runs.run import JSON
from magicai.shops.columns import recognise
from magicai.shops.extraction.encoding import encoding_of
from magicai.values.tables import rows_in

_NAMING = 50
_CURRENCY = "currency"  # of the prices of a row, where the template has no such variable
_LONGEST = 120


class RowsRequest(Protocol):
    """What a request says of its rows."""

    @property
    def content_type(self) -> str:
        """Of the texts."""
        ...

    @property
    def language(self) -> str:
        """Likewise."""
        ...

    @property
    def columns(self) -> dict[str, str]:
        """What the columns of its file are."""
        ...


def reader_of(content_type: str) -> str:
    """What reads rows for texts of a type, as mappings of columns call it."""
    return f"generate-content {content_type}"


async def preview_rows(ports: PreviewPorts, request: RowsRequest, file: NamedFile | None, owner_id: str) -> FilePreview:
    """A file as `generate-content` would read it.

    Raises:
        Invalid: the request names no file, or it can't be read.
        NotFound: there is no such template of theirs.
    """
    if file is None:
        raise Invalid("preview_without_file")
    template = await template_of(ports.records, request.content_type, request.language, owner_id=owner_id)
    read = await read_rows(ports.records, template, file, request, owner_id=owner_id, most=MOST_ROWS)
    return read.preview


async def read_rows(
    records: Records,
    template: Template,
    file: NamedFile,
    request: RowsRequest,
    *,
    owner_id: str,
    most: int = _NAMING,
) -> FileRead:
    """The columns of a file, and its first rows: as the request says, else as its owner said before.

    Raises:
        Invalid: it can't be read, or the request names a variable that the template has not.
    """
    rows = await asyncio.to_thread(_first_rows, file, most + 1)
    names, reader = names_in(rows[:_NAMING]), RowReader(template)
    fields = tuple(dict.fromkeys((*template.variables, SKU, _CURRENCY, IGNORED)))
    by, source = reader_of(request.content_type), source_of_header(names)
    kept = await remembered(records, owner_id=owner_id, reader=by)
    mapping = {**kept.get(source, {}), **request.columns}
    try:
        check_fields(mapping, fields)
    except InvalidValue as exc:
        raise Invalid(exc.message) from exc
    read: list[dict[str, str]] = []
    for row in rows[:most]:
        variables = reader.read(mapped(row, mapping))
        reader.look_at(variables)
        read.append({name: str(value)[:_LONGEST] for name, value in variables.items()})
    preview = FilePreview(
        file=file.name,
        columns=columns_of(names, rows[:_NAMING], reader.variable_of, mapping),
        fields=fields,
        mapping_id=id_of(owner_id, by, source) if source in kept else "",
        rows=tuple(read[:SHOWN_ROWS]),
        count=len(read),
        complete=len(rows) <= most,
        notes=tuple(reader.problems()),
    )
    return FileRead(source=source, mapping=mapping, preview=preview)


def mapped(row: JSON, columns: Mapping[str, str]) -> JSON:
    """The cells of a row that say anything, by the variables that its columns were said to be, else by their names.

    A currency that the name of such a column states, as `Cost (EUR)` does, is that of the row.
    """
    chosen = {field: row.get(name) for name, field in columns.items() if field != IGNORED}
    others = {name: value for name, value in row.items() if name not in columns and name not in chosen}
    stated = next((one.currency for one in recognise(columns, as_read(columns)) if one.currency), "")
    by_name = {_CURRENCY: stated}
    return {name: value for name, value in {**by_name, **others, **chosen}.items() if value not in (None, "")}


def _first_rows(file: NamedFile, most: int) -> list[JSON]:
    rows = rows_in(io.BytesIO(file.body), file.name, encoding=encoding_of(file.body))
    return [row.cells for row in islice(rows, most)]
