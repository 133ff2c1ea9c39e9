"""All rows that belong to one owner, as JSON, without what opens anything."""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, select, tuple_

from integrations.records import models
from integrations.records.transactions import Rows
from magicai.values.sealed import SEALED, without_secrets

_AT_ONCE = 500
_OWNERS = ("owner_id", "workspace_id")
# What is made of other rows, or lets somebody in.
_LEFT_OUT = frozenset({"offer_columns", "outbox", "sessions", "session_tokens"})
# Secrets, their digests where they let somebody in, and mails, whose links do.
_SECRETS = frozenset({"secret", "sealed", "password", "token"})
_SECRETS_OF = {
    "invitations": ("digest",),
    "api_keys": ("digest", "hint"),
    "shares": ("digest",),
    "mails": ("text", "html"),
}
_SEALED = re.compile(rf"{SEALED}[\w=-]+")


class SqlExporting(Rows):
    """Rows of one owner."""

    def tables(self) -> Sequence[str]:
        """Those whose rows say whose they are."""
        return [table.name for table in models.metadata.sorted_tables if _whose(table) is not None]

    async def rows(self, table: str, owner_id: str, *, account: bool = False) -> AsyncIterator[Mapping[str, Any]]:
        """The owner's rows of a table, by many short reads."""
        of = models.metadata.tables[table]
        after: tuple[Any, ...] | None = None
        while page := await self.database.read(
            lambda c, after=after: _page(c, _of(of, owner_id, account=account), of, after)
        ):
            for row in page:
                yield {name: _plain(value) for name, value in row.items() if not _is_secret(table, name)}
            after = tuple(page[-1][column.name] for column in of.primary_key)


def _whose(table: Table) -> Column[Any] | None:
    if table.name in _LEFT_OUT:
        return None
    return next((table.c[name] for name in _OWNERS if name in table.c), None)


def _of(table: Table, owner_id: str, *, account: bool) -> Select[Any]:
    """An owner's rows; what a user did to their account is theirs, and not of those whom they have let in."""
    query = select(table).where(_whose(table) == owner_id)
    events = models.audit_events
    return query if account or table is not events else query.where(events.c.installation.is_(False))


def _page(
    connection: Connection, query: Select[Any], table: Table, after: tuple[Any, ...] | None
) -> list[Mapping[str, Any]]:
    key = list(table.primary_key)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return [dict(row) for row in connection.execute(query.order_by(*key).limit(_AT_ONCE)).mappings()]


def _is_secret(table: str, column: str) -> bool:
    return column in _SECRETS or column in _SECRETS_OF.get(table, ())


def _plain(value: Any) -> Any:
    """A value as JSON: what a column holds as JSON is no text of it; whatever is sealed is left out."""
    if isinstance(value, bytes):
        return value.hex()
    if not isinstance(value, str):
        return value
    if value[:1] in ("{", "[", '"'):
        try:
            value = without_secrets(json.loads(value))
        except ValueError:
            pass
        else:
            return json.loads(_SEALED.sub("***", json.dumps(value)))
    return _SEALED.sub("***", value)
