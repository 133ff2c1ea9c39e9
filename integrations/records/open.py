"""The records: embedded, or on the server that settings name."""

from collections.abc import Generator
from contextlib import contextmanager

from integrations.archive.open import latest_backup
from integrations.records.locations import RecordsLocations
from integrations.records.traces import traces
from integrations.store_roles import address_of
from magicai.catalogue.ports import CatalogueRecords
from magicai.errors import Missing
from magicai.settings import Settings


def open_records(settings: Settings, *, patience_s: float | None = None) -> CatalogueRecords:
    """The records.

    Args:
        patience_s: how long records that are away are waited for; as long as a restart takes where None.

    Raises:
        RecordsLost: there were records, and none are there.
        Missing: psycopg is not installed.
    """
    locations = records_locations(settings)
    if (address := address_of("records", settings)) is not None:
        with psycopg_needed():
            from integrations.records import postgresql
        return postgresql.open(
            address, settings.namespace, pool=settings.database_pool, locations=locations, patience_s=patience_s
        )
    from integrations.records import sqlite

    return sqlite.open(settings.home / "records.sqlite3", locations=locations)


def records_locations(settings: Settings) -> RecordsLocations:
    """Where the records of this installation were made."""
    return RecordsLocations(
        settings.home / "records.json",
        traces=lambda: traces(settings.home),
        backup=lambda: "" if settings.backup_dir is None else latest_backup(settings.backup_dir),
    )


@contextmanager
def psycopg_needed() -> Generator[None]:
    """Say how to install psycopg where an import lacks it."""
    try:
        yield
    except ImportError as exc:
        raise Missing(
            "Records on PostgreSQL require psycopg, which is not installed.",
            way_out="To install it: python3 start.py install postgresql",
        ) from exc
