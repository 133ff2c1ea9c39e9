"""A stream of ADBC that is cut while the first connection lives is worth another try."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import adbc_driver_manager
import psycopg
import pytest

from integrations.analytics import postgresql
from integrations.analytics.postgresql import PostgresSource
from magicai.errors import Temporary

SAID = "IO Error: [libpq] Failed to read COPY data: server closed the connection unexpectedly"


class Living:
    """A connection that answers."""

    def execute(self, _: str) -> "Living":
        return self

    def fetchone(self) -> tuple[str]:
        return ("00000003-0000001B-1",)

    def close(self) -> None:
        pass


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> PostgresSource:
    def connect(*_: Any, **__: Any) -> Living:
        return Living()

    @contextmanager
    def database(**_: Any) -> Generator[None]:
        yield

    monkeypatch.setattr(postgresql.psycopg, "connect", connect)
    monkeypatch.setattr(adbc_driver_manager, "AdbcDatabase", database)
    return PostgresSource("postgresql://me@db.example/x", "magicai")


def test_a_stream_that_breaks_while_the_connection_lives_is_temporary(source: PostgresSource) -> None:
    with pytest.raises(psycopg.OperationalError) as broken, source.streams([[], []]):
        raise RuntimeError(SAID)
    assert isinstance(source.translated(broken.value), Temporary)


def test_a_fault_of_ours_stays_one(source: PostgresSource) -> None:
    with pytest.raises(RuntimeError, match="no column"), source.streams([[], []]):
        raise RuntimeError("Binder Error: no column x")
