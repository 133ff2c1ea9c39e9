"""Machines that share records share every store that is fed from them, and files.

Whichever machine feeds a store takes the note of a change for all of them, so a second store of the same role would
lack what the first one got. Each home has a row for each store; a home whose store is elsewhere is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from integrations.home_identity import HomeIdentity
from integrations.records import models
from integrations.records.database import alone, upsert
from magicai.errors import Refused

_ROW = models.store_locations.c
# Of when a home was last seen, an hour is close enough: hardly any process that opens the records writes here.
_SEEN_EVERY_US = 3_600_000_000


@dataclass(frozen=True, slots=True)
class StoreLocations:
    """Where a home has its stores.

    Attributes:
        locations: of its stores by role: a server, without credentials; "" where it is embedded.
        variables: the settings that name the servers.
    """

    home: HomeIdentity
    locations: Mapping[str, str]
    variables: Mapping[str, str]


def register(connection: Connection, now: int, here: StoreLocations, *, take_over: Sequence[str] = ()) -> None:
    """Note where a home has its stores.

    Args:
        connection: in a transaction.
        now: UTC microseconds.
        here: the home that opens the records.
        take_over: stores of which other homes' rows are removed first: those machines no longer use these records.

    Raises:
        Refused: another home has one of them elsewhere.
    """
    if not take_over and _is_registered(_rows(connection), now, here):
        return
    alone(connection, "store locations")
    if take_over:
        others = (_ROW.store.in_(take_over), _ROW.home != here.home.home_id)
        connection.execute(delete(models.store_locations).where(*others))
    _check(_rows(connection), here)
    mine = {"home": here.home.home_id, "machine": here.home.machine, "seen_at": now}
    rows = [{"store": store, "location": location, **mine} for store, location in here.locations.items()]
    upsert(connection, models.store_locations, rows)


_Rows = Mapping[tuple[str, str], Mapping[str, str]]


def _rows(connection: Connection) -> _Rows:
    found = connection.execute(select(models.store_locations).order_by(_ROW.store, _ROW.seen_at.desc())).mappings()
    return {(row["store"], row["home"]): dict(row) for row in found}


def _is_registered(rows: _Rows, now: int, here: StoreLocations) -> bool:
    mine = [rows.get((store, here.home.home_id)) for store in here.locations]
    known = all(row is not None and now - int(row["seen_at"]) < _SEEN_EVERY_US for row in mine)
    return (
        known
        and not _elsewhere(rows, here)
        and all(
            row is not None and row["location"] == location and row["machine"] == here.home.machine
            for row, location in zip(mine, here.locations.values(), strict=True)
        )
    )


def _elsewhere(rows: _Rows, here: StoreLocations) -> dict[str, Mapping[str, str]]:
    """The stores that another home has elsewhere, each with the row of that home."""
    found: dict[str, Mapping[str, str]] = {}
    for (store, home), row in rows.items():
        if store not in here.locations or home == here.home.home_id:
            continue
        location = here.locations[store]
        if not location or row["location"] != location:  # an embedded store is this home's alone
            found.setdefault(store, row)
    return found


def _check(rows: _Rows, here: StoreLocations) -> None:
    elsewhere = _elsewhere(rows, here)
    if not elsewhere:
        return
    machine = next(iter(elsewhere.values()))["machine"]
    stores = {store: row["location"] for store, row in elsewhere.items() if row["machine"] == machine}
    compared = ", ".join(
        f"{store} is {_called(here.locations[store])} here and {_called(there)} there"
        for store, there in stores.items()
    )
    named = ", ".join(here.variables[store] for store in stores)
    raise Refused("store_addresses_differ", machine=machine, compared=compared, settings=named, names=" ".join(stores))


def _called(location: str) -> str:
    return f"at {location}" if location else "embedded"
