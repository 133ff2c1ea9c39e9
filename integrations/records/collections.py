"""Members of collections."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from integrations.records import models
from integrations.records.database import upsert
from integrations.records.transactions import Rows, reading, writing
from magicai.knowledge.ports import Member, MemberRole

_OF = models.collection_members.c


def _put(connection: Connection, member: Member) -> None:
    upsert(connection, models.collection_members, [asdict(member)], keep=("since", "accepted"))


def _accept(connection: Connection, owner_id: str, collection: str, user_id: str) -> bool:
    this = (_OF.owner_id == owner_id, _OF.collection == collection, _OF.user_id == user_id)
    return connection.execute(update(models.collection_members).where(*this).values(accepted=True)).rowcount > 0


def _remove(connection: Connection, owner_id: str, collection: str, user_id: str) -> bool:
    this = (_OF.owner_id == owner_id, _OF.collection == collection, _OF.user_id == user_id)
    return connection.execute(delete(models.collection_members).where(*this)).rowcount > 0


def _of_owner(connection: Connection, owner_id: str) -> list[Member]:
    return _members(connection, select(models.collection_members).where(_OF.owner_id == owner_id))


def _of_user(connection: Connection, user_id: str) -> list[Member]:
    return _members(connection, select(models.collection_members).where(_OF.user_id == user_id))


def _members(connection: Connection, query: Select[Any]) -> list[Member]:
    rows = connection.execute(query.order_by(_OF.owner_id, _OF.collection, _OF.user_id)).mappings()
    return [
        Member(
            row["owner_id"],
            row["collection"],
            row["user_id"],
            MemberRole(row["role"]),
            row["since"],
            accepted=row["accepted"],
        )
        for row in rows
    ]


class SqlCollectionMembers(Rows):
    """Members in a database."""

    put = writing(_put)
    accept = writing(_accept)
    remove = writing(_remove)
    of_owner = reading(_of_owner)
    of_user = reading(_of_user)
