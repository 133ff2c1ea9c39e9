"""Mails to people: those that wait, those that were sent, those that failed."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, or_, select, tuple_, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.errors import Conflict, MagicError, NotFound
from magicai.ports import StoredMail

_OF = models.mails.c
_UNSENT = _OF.sent_at.is_(None)
_WAITS = (_UNSENT, _OF.failed_at.is_(None))
_S = 1_000_000


def add(connection: Connection, mail: StoredMail) -> StoredMail:
    """Add a mail within the transaction of what it is about; the same id again gives the first one back."""
    values = asdict(mail)
    values["recipient"] = values.pop("to")
    add_new(connection, models.mails, [values])
    return _get(connection, mail.mail_id)


def prune(connection: Connection, before: int) -> int:
    """Remove mails that were made before then and are tried no more; answers how many."""
    over = or_(_OF.sent_at.is_not(None), _OF.failed_at.is_not(None))
    return connection.execute(delete(models.mails).where(_OF.created_at < before, over)).rowcount


def _get(connection: Connection, mail_id: str) -> StoredMail:
    row = connection.execute(select(models.mails).where(_OF.mail_id == mail_id)).mappings().first()
    if row is None:
        raise NotFound("mail_not_found", mail_id=mail_id[:64])
    return _as_mail(row)


def _unsent(connection: Connection, *, before: tuple[int, str] | None = None, limit: int = 50) -> list[StoredMail]:
    query = select(models.mails).where(_UNSENT)
    if before is not None:
        query = query.where(tuple_(_OF.created_at, _OF.mail_id) < tuple_(*before))
    query = query.order_by(_OF.created_at.desc(), _OF.mail_id.desc()).limit(limit)
    return [_as_mail(row) for row in connection.execute(query).mappings()]


def _due(connection: Connection, now: int) -> StoredMail | None:
    query = select(models.mails).where(*_WAITS, _OF.next_at <= now, _OF.held_until <= now)
    row = connection.execute(query.order_by(_OF.next_at, _OF.mail_id).limit(1)).mappings().first()
    return None if row is None else _as_mail(row)


def _claim(connection: Connection, now: int, hold_s: float) -> StoredMail | None:
    found = _due(connection, now)
    return None if found is None else _held(connection, found, now, *_WAITS, hold_s=hold_s)


def _claim_now(connection: Connection, now: int, mail_id: str, *, hold_s: float, give_up_s: float) -> StoredMail:
    found = _get(connection, mail_id)
    if found.sent_at is not None:
        raise Conflict("mail_already_sent", to=found.to)
    again: dict[str, Any] = {"failed_at": None, "give_up_at": now + round(give_up_s * _S), "next_at": now}
    claimed = _held(connection, found, now, _UNSENT, hold_s=hold_s, **again)
    if claimed is None:
        raise Conflict("mail_being_sent", to=found.to)
    return claimed


def _held(
    connection: Connection, mail: StoredMail, now: int, *still: ColumnElement[bool], hold_s: float, **more: Any
) -> StoredMail | None:
    """The mail, for this process alone; none where another one was faster."""
    mine = update(models.mails).where(_OF.mail_id == mail.mail_id, _OF.held_until <= now, *still)
    values = {"attempts": _OF.attempts + 1, "held_until": now + round(hold_s * _S), **more}
    return _get(connection, mail.mail_id) if connection.execute(mine.values(values)).rowcount else None


def _record_sent(connection: Connection, now: int, mail: StoredMail) -> None:
    sent = update(models.mails).where(_OF.mail_id == mail.mail_id)
    values = {"sent_at": now, "failed_at": None, "held_until": 0, "text": "", "html": "", "error": ""}
    connection.execute(sent.values(values))


def _record_failure(
    connection: Connection, now: int, mail: StoredMail, error: MagicError, *, again_s: float | None
) -> None:
    over = again_s is None or now >= mail.give_up_at
    values: dict[str, Any] = {"failed_at": now} if over else {"next_at": now + round((again_s or 0) * _S)}
    # Not where it was sent, or taken up by another process, since.
    mine = update(models.mails).where(_OF.mail_id == mail.mail_id, _UNSENT, _OF.attempts == mail.attempts)
    connection.execute(mine.values({**values, "held_until": 0, "error": error.said.stored()}))


def _record_outage(connection: Connection, now: int, mail: StoredMail, error: MagicError) -> None:
    _record_failure(connection, now, mail, error, again_s=0)
    others = update(models.mails).where(*_WAITS, _OF.next_at <= now, _OF.held_until <= now)
    connection.execute(others.values(error=error.said.stored()))


def _remove(connection: Connection, mail_id: str) -> None:
    if not connection.execute(delete(models.mails).where(_OF.mail_id == mail_id)).rowcount:
        raise NotFound("mail_not_found", mail_id=mail_id[:64])


def _as_mail(row: RowMapping) -> StoredMail:
    values: dict[str, Any] = dict(row)
    to: Any = values.pop("recipient")
    return StoredMail(**values, to=to)


class SqlMails(Rows):
    """Mails in an SQL database."""

    add = writing(add)
    get = reading(_get)
    unsent = reading(_unsent)
    claim_now = writing_now(_claim_now)
    record_sent = writing_now(_record_sent)
    record_failure = writing_now(_record_failure)
    record_outage = writing_now(_record_outage)
    remove = writing(_remove)

    async def claim(self, *, hold_s: float) -> StoredMail | None:
        """Take up the mail that is due for longest."""
        # Looked at without a lock first: hardly ever is any due.
        if await self.database.read(lambda c: _due(c, self.clock(c))) is None:
            return None
        return await self.database.write(lambda c: _claim(c, self.clock(c), hold_s))
