"""The records: embedded, or on the server that settings name."""

import hashlib
import platform
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from integrations.archive.open import latest_backup
from integrations.records.locations import RecordsLocations
from integrations.records.traces import traces
from integrations.store_roles import Role, address_of, role_addresses
from magicai.errors import Missing
from magicai.loopback import is_loopback
from magicai.settings import Settings

if TYPE_CHECKING:
    from integrations.records.store import SqlRecords
    from integrations.records.store_locations import StoreLocations

# The records themselves; and the cache, which holds nothing that another machine must find.
_NOT_SHARED: tuple[Role, ...] = ("records", "cache")


def open_records(
    settings: Settings, *, patience_s: float | None = None, take_over: Sequence[Role] = ()
) -> "SqlRecords":
    """The records.

    Args:
        patience_s: how long records that are away are waited for; as long as a restart takes where None.
        take_over: stores that no other machine uses any longer.

    Raises:
        RecordsLost: there were records, and none are there.
        Refused: another machine shares them, but not the stores that are fed from them; raised by the first use.
        Missing: psycopg is not installed.
    """
    locations = records_locations(settings)
    if (address := address_of("records", settings)) is not None:
        with psycopg_needed():
            from integrations.records import postgresql
            from integrations.records.store_locations import register
        here = store_locations(settings)
        records = postgresql.open(
            address,
            settings.namespace,
            pool=settings.database_pool,
            locations=locations,
            on_open=lambda connection, now: register(connection, now, here, take_over=take_over),
            patience_s=patience_s,
        )
    else:
        from integrations.records import sqlite

        records = sqlite.open(settings.home / "records.sqlite3", locations=locations)
    records.audit_key = audit_key(settings)
    return records


def audit_key(settings: Settings) -> Callable[[], bytes]:
    """The key of the audit log's hashes, made of the one that secrets are sealed by: it is not in the records."""

    @cache
    def key() -> bytes:
        from integrations.seal import SivSeal

        given = settings.secret_key
        seal = SivSeal(settings.home / "secret-key", given.get_secret_value() if given else None)
        return hashlib.sha256(seal.seal("audit log", owner_id="").encode()).digest()

    return key


def store_locations(settings: Settings) -> "StoreLocations":
    """Where this home has the stores that all machines must share; a cache of one's own does no harm."""
    from integrations.home_identity import home_identity
    from integrations.records.store_locations import StoreLocations

    places = [place for place in role_addresses(settings) if place.role not in _NOT_SHARED]
    return StoreLocations(
        home_identity(settings.home),
        {place.role: server_of(place.address) if place.accepted else "" for place in places},
        {place.role: place.variable for place in places},
    )


def server_of(address: str) -> str:
    """What is the same on every machine: without credentials, and options such as a file of certificates.

    An S3 endpoint is part of it. A loopback address is this machine's own, so the machine's name is, too.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    where = f"{platform.node()}/{host}" if is_loopback(host) else host
    port = f":{parts.port}" if parts.port else ""
    endpoints = parse_qs(parts.query).get("endpoint", [])[:1]
    return " ".join((where + port + parts.path.rstrip("/"), *endpoints))


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
        raise Missing("psycopg_not_installed") from exc
