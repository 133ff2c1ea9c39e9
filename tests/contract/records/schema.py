"""A schema of a test's own on a PostgreSQL server, looked at past the adapter."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, exists, select, text

from integrations.records import models
from integrations.records.postgresql_address import Address


class Schema:
    """The schema `name` on the server at the address `server`, which is removed in the end."""

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        address = Address(server, name)
        self._engine = create_engine("postgresql+psycopg://", connect_args=address.parameters, poolclass=NullPool)

    @classmethod
    @contextmanager
    def made(cls, server: str, name: str) -> "Generator[Schema]":
        schema = cls(server, name)
        try:
            yield schema
        finally:
            schema.run(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')

    @contextmanager
    def connected(self) -> Generator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def run(self, sql: str) -> list[Any]:
        with self.connected() as connection:
            found = connection.execute(text(sql))
            return list(found.all()) if found.returns_rows else []

    def run_alone(self, sql: str) -> None:
        """What can't be part of a transaction."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(sql))

    def clear(self) -> None:
        with self.connected() as connection:
            for table in reversed(models.metadata.sorted_tables):
                connection.execute(table.delete())

    def orphans(self) -> list[str]:
        """Rows whose parents are not there: there are none, unless the server is broken."""
        found: list[str] = []
        with self.connected() as connection:
            for table in models.metadata.sorted_tables:
                for key in table.foreign_keys:
                    has_parent = exists().where(key.column == key.parent)
                    if connection.execute(select(key.parent).where(~has_parent).limit(1)).first():
                        found.append(str(key))
        return found
