"""Uploads: whose, and of which bodies they are made."""

import json
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from integrations.records import models
from integrations.records.database import Clock, Database, add_new
from magicai.errors import NotFound
from magicai.ports import Upload, Uploads

_OF = models.uploads.c
_KEY = ("owner_id", "name", "digest")


class SqlUploads(Uploads):
    """Uploads in a database."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def add(self, upload: Upload) -> Upload:
        """Add an upload; the same owner, name and digest again give the first one back."""
        return await self._database.write(lambda c: _add(c, upload, self._now(c)))

    async def get(self, file_id: str, *, owner_id: str) -> Upload:
        """An upload of an owner's."""
        return await self._database.read(lambda c: _get(c, file_id, owner_id))


def digests(connection: Connection, after: str, limit: int) -> list[tuple[str, tuple[str, ...], str]]:
    """Id, bodies and owner of uploads behind `after`."""
    query = select(_OF.file_id, _OF.parts, _OF.owner_id).where(_OF.file_id > after).order_by(_OF.file_id).limit(limit)
    return [(file_id, tuple(json.loads(parts)), owner) for file_id, parts, owner in connection.execute(query)]


def _add(connection: Connection, upload: Upload, now: int) -> Upload:
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


def _get(connection: Connection, file_id: str, owner_id: str) -> Upload:
    query = select(models.uploads).where(_OF.file_id == file_id, _OF.owner_id == owner_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"There is no file {file_id!r} of yours.", way_out="Upload it: POST /api/files, magicai upload.")
    return _upload(row)


def _upload(row: RowMapping) -> Upload:
    values: dict[str, Any] = {**row, "parts": tuple(json.loads(row["parts"]))}
    return Upload(**values)
