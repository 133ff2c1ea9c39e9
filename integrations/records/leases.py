"""Rights that one process at a time may hold, each with a fencing token that grows for ever."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, select, update

from integrations.records import models
from integrations.records.database import add_new
from magicai.ports import Lease

_LEASE = models.leases.c
# A clock that is put right by less takes no lease away from whoever is about to renew it.
_AHEAD_US = 60_000_000


def acquire(connection: Connection, now: int, name: str, holder: str, *, ttl_s: float) -> Lease | None:
    """Take a lease that is free or one's own."""
    ttl_us = round(ttl_s * 1_000_000)
    add_new(connection, models.leases, [{"name": name, "holder": "", "token": 0, "until": 0}])
    row = connection.execute(select(models.leases).where(_LEASE.name == name).with_for_update()).mappings().one()
    # One that lasts longer than any that is taken now was taken by a clock that was ahead.
    if row["holder"] != holder and now < row["until"] <= now + ttl_us + _AHEAD_US:
        return None
    lease = Lease(name, holder, row["token"] if row["holder"] == holder else row["token"] + 1, now + ttl_us)
    connection.execute(update(models.leases).where(_LEASE.name == name).values(**asdict(lease)))
    return lease


def current(connection: Connection, now: int, name: str) -> Lease | None:
    """Who holds it now."""
    row = connection.execute(select(models.leases).where(_LEASE.name == name, _LEASE.until > now)).mappings().first()
    return None if row is None else Lease(**row)


def release(connection: Connection, lease: Lease) -> None:
    """Free it; its token stays."""
    mine = update(models.leases).where(
        _LEASE.name == lease.name, _LEASE.holder == lease.holder, _LEASE.token == lease.token
    )
    connection.execute(mine.values(holder="", until=0))


def forget(connection: Connection, name: str) -> None:
    """Remove a name that nobody will ever take again."""
    connection.execute(delete(models.leases).where(_LEASE.name == name))
