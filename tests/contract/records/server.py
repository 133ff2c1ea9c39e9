"""A PostgreSQL that is asked for something: under another address, or by a row of its own."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import Connection, insert, select

from integrations.records import models, postgresql
from magicai.errors import MagicError


def changed(server: str, *, user: str = "", password: str = "", host: str = "", database: str = "") -> str:
    parts = urlsplit(server)
    who = f"{user or parts.username}:{password or parts.password}@{host or f'{parts.hostname}:{parts.port}'}"
    return urlunsplit(("postgres", who, f"/{database}" if database else parts.path, parts.query, ""))


async def fault(address: str, schema: str = "magicai") -> MagicError:
    records = postgresql.open(address, schema)
    try:
        with pytest.raises(MagicError) as caught:
            await records.check()
        return caught.value
    finally:
        await records.close()


def put(name: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(insert(models.leases), {"name": name, "holder": "", "token": 1, "until": 0})

    return work


def names(connection: Connection) -> set[str]:
    return set(connection.execute(select(models.leases.c.name)).scalars())
