"""Runs whose end somebody asked to be told of."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, select, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.runs import get
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.ports import Notice
from magicai.runs.run import Run

_OF, _RUN = models.notices.c, models.runs.c


def prune(connection: Connection, before: int) -> int:
    """Remove notices of runs that had ended by then; answers how many."""
    over = select(_RUN.run_id).where(_RUN.run_id == _OF.run_id, _RUN.finished_at < before)
    return connection.execute(delete(models.notices).where(over.exists())).rowcount


def _ask(connection: Connection, now: int, run_id: str, *, owner_id: str) -> Notice:
    add_new(connection, models.notices, [asdict(Notice(run_id, owner_id, created_at=now))])
    found = _of_run(connection, run_id, owner_id=owner_id)
    assert found is not None
    return found


def _drop(connection: Connection, run_id: str, *, owner_id: str) -> None:
    connection.execute(delete(models.notices).where(*_its(run_id, owner_id)))


def _of_run(connection: Connection, run_id: str, *, owner_id: str) -> Notice | None:
    row = connection.execute(select(models.notices).where(*_its(run_id, owner_id))).mappings().first()
    return None if row is None else Notice(**row)


def _due(connection: Connection, limit: int, now: int, since: int) -> list[Notice]:
    query = select(models.notices).join(models.runs, _RUN.run_id == _OF.run_id)
    query = query.where(_OF.state == "pending", _OF.next_at <= now, _RUN.finished_at >= since)
    return [Notice(**row) for row in connection.execute(query.order_by(_OF.next_at).limit(limit)).mappings()]


def _claim(connection: Connection, limit: int, now: int, hold_s: float, since: int) -> list[tuple[Notice, Run]]:
    claimed: list[tuple[Notice, Run]] = []
    for one in _due(connection, limit, now, since):
        mine = _try_of(one).where(_OF.next_at <= now)
        until = now + round(hold_s * 1_000_000)
        # Another process may have taken it up since.
        if connection.execute(mine.values(attempts=one.attempts + 1, next_at=until)).rowcount:
            taken = replace(one, attempts=one.attempts + 1, next_at=until)
            claimed.append((taken, get(connection, one.run_id)))
    return claimed


def _record_attempt(connection: Connection, now: int, notice: Notice, *, error: str, again_s: float | None) -> None:
    mine = _try_of(notice)
    if error and again_s is not None:
        connection.execute(mine.values(error=error, next_at=now + round(again_s * 1_000_000)))
    else:
        connection.execute(mine.values(error=error, state="failed" if error else "sent"))


def _its(run_id: str, owner_id: str) -> tuple[Any, ...]:
    return (_OF.run_id == run_id, _OF.owner_id == owner_id)


def _try_of(notice: Notice) -> Any:
    these = (_OF.run_id == notice.run_id, _OF.state == "pending", _OF.attempts == notice.attempts)
    return update(models.notices).where(*these)


class SqlNotices(Rows):
    """Notices in a database."""

    ask = writing_now(_ask)
    drop = writing(_drop)
    of_run = reading(_of_run)
    record_attempt = writing_now(_record_attempt)

    async def claim(self, *, limit: int, hold_s: float, since: int) -> list[tuple[Notice, Run]]:
        """Take up what is due."""
        # Looked at without a lock first: hardly ever is anything due.
        if not await self.database.read(lambda c: _due(c, 1, self.clock(c), since)):
            return []
        return await self.database.write(lambda c: _claim(c, limit, self.clock(c), hold_s, since))
