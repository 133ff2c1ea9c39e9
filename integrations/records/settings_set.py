"""Settings that people have set."""

from dataclasses import asdict

from sqlalchemy import Connection, select, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.transactions import Rows, reading, writing_now
from magicai.messages import Message
from magicai.ports import INSTALLATION, SetValue

_OF = models.settings_set.c


def _of(connection: Connection, owner_id: str) -> list[SetValue]:
    query = select(models.settings_set).where(_OF.owner_id.in_({owner_id, INSTALLATION}))
    return [SetValue(**row) for row in connection.execute(query.order_by(_OF.owner_id, _OF.name)).mappings()]


def _put(
    connection: Connection, now: int, owner_id: str, name: str, value: str | None, *, set_by: str, version: int
) -> SetValue | None:
    new = SetValue(owner_id, name, value, set_by, now, version + 1)
    this = (_OF.owner_id == owner_id) & (_OF.name == name)
    if version:
        changed = update(models.settings_set).where(this, _OF.version == version).values(asdict(new))
        return new if connection.execute(changed).rowcount else None
    # Of two that set it first, one does: a row is added once, and who finds another's has lost.
    if connection.execute(select(_OF.version).where(this)).first() is not None:
        return None
    add_new(connection, models.settings_set, [asdict(new)])
    row = connection.execute(select(models.settings_set).where(this)).mappings().first()
    return new if row is not None and SetValue(**row) == new else None


def _record_test(
    connection: Connection, now: int, owner_id: str, name: str, *, version: int, error: Message | None
) -> None:
    this = (_OF.owner_id == owner_id) & (_OF.name == name) & (_OF.version == version)
    values = {"tested_at": now, "test_error": error.stored() if error else None}
    connection.execute(update(models.settings_set).where(this).values(values))


class SqlSettings(Rows):
    """Settings in a database."""

    of = reading(_of)
    put = writing_now(_put)
    record_test = writing_now(_record_test)
