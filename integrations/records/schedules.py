"""Schedules, and whose their runs are."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from integrations.records import models, users
from integrations.records.database import alone
from magicai.accounts.identity import User

_OF = models.schedules.c


def bind(connection: Connection, now: int, schedule: str, user_id: str | None) -> None:
    """Give a schedule to a user, or to nobody."""
    alone(connection, "schedules")  # of two that bind the same one, the later holds
    connection.execute(delete(models.schedules).where(_OF.schedule == schedule))
    if user_id is not None:
        users.get(connection, user_id)
        row = {"schedule": schedule, "user_id": user_id, "bound_at": now}
        connection.execute(insert(models.schedules), row)


def owners(connection: Connection) -> Mapping[str, User]:
    """The users that schedules are bound to, by schedule."""
    rows = connection.execute(select(_OF.schedule, _OF.user_id)).all()
    return {schedule: users.get(connection, user_id) for schedule, user_id in rows}
