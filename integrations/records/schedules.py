"""Schedules, and whose their runs are."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from integrations.records import models, users, workspaces
from integrations.records.database import alone
from magicai.accounts.identity import ScheduleOwner

_OF = models.schedules.c


def bind(connection: Connection, now: int, schedule: str, user_id: str | None, workspace_id: str | None = None) -> None:
    """Give a schedule to a user in a workspace, or to nobody."""
    alone(connection, "schedules")  # of two that bind the same one, the later holds
    connection.execute(delete(models.schedules).where(_OF.schedule == schedule))
    if user_id is not None:
        users.get(connection, user_id)
        row = {"schedule": schedule, "user_id": user_id, "bound_at": now, "workspace_id": workspace_id}
        connection.execute(insert(models.schedules), row)


def owners(connection: Connection) -> Mapping[str, ScheduleOwner]:
    """The users that schedules are bound to, by schedule."""
    return {
        row["schedule"]: _owner(connection, row["user_id"], row["workspace_id"] or row["user_id"])
        for row in connection.execute(select(models.schedules)).mappings()
    }


def leave(connection: Connection, user_id: str) -> None:
    """Let a user's schedules in the workspaces of others wait for an owner, without naming who it was."""
    theirs = (_OF.user_id == user_id) & (_OF.workspace_id != user_id)
    connection.execute(update(models.schedules).where(theirs).values(user_id=None))


def _owner(connection: Connection, user_id: str | None, workspace_id: str) -> ScheduleOwner:
    if user_id is None:
        return ScheduleOwner(user=None, workspace_id=workspace_id, role=None)
    member = workspaces.member(connection, workspace_id, user_id)
    role = None if member is None else member.role
    return ScheduleOwner(user=users.get(connection, user_id), workspace_id=workspace_id, role=role)
