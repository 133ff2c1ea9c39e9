"""Uploads: whose, and of which bodies they are made."""

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.errors import NotFound
from magicai.ports import Upload

_OF = models.uploads.c
_KEY = ("owner_id", "name", "digest")


def digests(connection: Connection, after: str, limit: int) -> list[tuple[str, tuple[str, ...], str]]:
    """Id, bodies and owner of uploads behind `after`."""
    query = select(_OF.file_id, _OF.parts, _OF.owner_id).where(_OF.file_id > after).order_by(_OF.file_id).limit(limit)
    return [(file_id, tuple(json.loads(parts)), owner) for file_id, parts, owner in connection.execute(query)]


def _add(connection: Connection, now: int, upload: Upload) -> Upload:
    values = {
        "file_id": upload.file_id,
        "owner_id": upload.owner_id,
        "name": upload.name,
        "digest": upload.digest,
        "size": upload.size,
        "parts": json.dumps(upload.parts),
        "created_at": now,
    }
    add_new(connection, models.uploads, [values], key=_KEY)
    same = select(models.uploads).where(*(_OF[name] == values[name] for name in _KEY))
    return _upload(connection.execute(same).mappings().one())


def _count(connection: Connection, file_id: str, items: int) -> None:
    connection.execute(update(models.uploads).where(_OF.file_id == file_id).values(items=items))


def _get(connection: Connection, file_id: str, *, owner_id: str) -> Upload:
    query = select(models.uploads).where(_OF.file_id == file_id, _OF.owner_id == owner_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("file_id_not_found", file_id=file_id)
    return _upload(row)


def _remove(connection: Connection, digest: str, *, owner_id: str) -> int:
    return connection.execute(delete(models.uploads).where(_OF.owner_id == owner_id, _OF.digest == digest)).rowcount


def _upload(row: RowMapping) -> Upload:
    values: dict[str, Any] = {**row, "parts": tuple(json.loads(row["parts"]))}
    return Upload(**values)


class SqlUploads(Rows):
    """Uploads in a database."""

    add = writing_now(_add)
    count = writing(_count)
    remove = writing(_remove)
    get = reading(_get)
