"""Webhooks and their deliveries."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, tuple_, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.documents import DELIVERY
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.errors import NotFound
from magicai.ports import Delivery, Webhook
from magicai.runs.notifications.webhook_events import event_id_of, payload_of
from magicai.runs.run import JSON, Run, RunEvent

_HOOK = models.webhooks.c
_SENT = models.deliveries.c
PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"
_GONE = 410


def announce(connection: Connection, run: Run, event: RunEvent, type_: str) -> None:
    """Make a delivery of a run's event for each webhook of its owner that wants it; all want one that was asked for."""
    wanting = [hook for hook in _of_owner(connection, run.owner_id) if hook.disabled_at is None]
    asked = bool(wanting) and event.status.ended and is_asked_for(connection, run.run_id)
    rows = [
        _row(hook, event_id_of(event), type_, payload_of(run, event, type_), run_id=run.run_id, now=event.at)
        for hook in wanting
        if asked or type_ in hook.events
    ]
    add_new(connection, models.deliveries, rows)


def is_asked_for(connection: Connection, run_id: str) -> bool:
    """Whether somebody wants to be told of this run's end."""
    asked = models.notices.c.run_id
    return connection.execute(select(asked).where(asked == run_id)).first() is not None


def prune(connection: Connection, before: int) -> int:
    """Remove deliveries that were made before then and are tried no more; answers how many."""
    old = delete(models.deliveries).where(_SENT.created_at < before, _SENT.state != PENDING)
    return connection.execute(old).rowcount


def _add(connection: Connection, webhook: Webhook) -> Webhook:
    add_new(connection, models.webhooks, [{**asdict(webhook), "events": " ".join(webhook.events)}])
    return _get(connection, webhook.webhook_id, owner_id=webhook.owner_id)


def _get(connection: Connection, webhook_id: str, *, owner_id: str) -> Webhook:
    query = select(models.webhooks).where(_HOOK.webhook_id == webhook_id, _HOOK.owner_id == owner_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("webhook_not_found", webhook_id=webhook_id[:64])
    return _as_webhook(row)


def _of_owner(connection: Connection, owner_id: str) -> list[Webhook]:
    query = select(models.webhooks).where(_HOOK.owner_id == owner_id).order_by(_HOOK.created_at, _HOOK.webhook_id)
    return [_as_webhook(row) for row in connection.execute(query).mappings()]


def _remove(connection: Connection, webhook_id: str, *, owner_id: str) -> None:
    _get(connection, webhook_id, owner_id=owner_id)
    connection.execute(delete(models.deliveries).where(_SENT.webhook_id == webhook_id))
    connection.execute(delete(models.webhooks).where(_HOOK.webhook_id == webhook_id))


def _deliveries(
    connection: Connection, webhook_id: str, *, owner_id: str, before: tuple[int, str] | None = None, limit: int = 50
) -> list[Delivery]:
    _get(connection, webhook_id, owner_id=owner_id)
    query = select(models.deliveries).where(_SENT.webhook_id == webhook_id)
    if before is not None:
        query = query.where(tuple_(_SENT.created_at, _SENT.event_id) < tuple_(*before))
    query = query.order_by(_SENT.created_at.desc(), _SENT.event_id.desc()).limit(limit)
    return [_as_delivery(row) for row in connection.execute(query).mappings()]


def _add_delivery(
    connection: Connection, now: int, webhook: Webhook, event_id: str, type_: str, payload: JSON, *, hold_s: float
) -> Delivery:
    row = _row(webhook, event_id, type_, payload, run_id="", now=now)
    row |= {"attempts": 1, "next_at": now + round(hold_s * 1_000_000)}
    connection.execute(insert(models.deliveries), row)
    return _delivery(connection, webhook.webhook_id, event_id)


def _due(connection: Connection, limit: int, now: int) -> list[tuple[str, str]]:
    place = func.row_number().over(partition_by=_SENT.owner_id, order_by=(_SENT.next_at, _SENT.event_id))
    query = select(_SENT.webhook_id, _SENT.event_id).where(_SENT.state == PENDING, _SENT.next_at <= now)
    rows = connection.execute(query.order_by(place, _SENT.next_at, _SENT.event_id).limit(limit))
    return [(webhook_id, event_id) for webhook_id, event_id in rows]


def _claim(connection: Connection, limit: int, now: int, hold_s: float) -> list[tuple[Webhook, Delivery]]:
    claimed: list[tuple[Webhook, Delivery]] = []
    for webhook_id, event_id in _due(connection, limit, now):
        # Asked again with the change: another process may have taken it up since.
        mine = _of(webhook_id, event_id).where(_SENT.state == PENDING, _SENT.next_at <= now)
        until = now + round(hold_s * 1_000_000)
        if connection.execute(mine.values(attempts=_SENT.attempts + 1, next_at=until)).rowcount:
            found = _delivery(connection, webhook_id, event_id)
            claimed.append((_get(connection, webhook_id, owner_id=found.owner_id), found))
    return claimed


def _record_attempt(
    connection: Connection,
    now: int,
    delivery: Delivery,
    *,
    status: int | None,
    error: str,
    again_s: float | None,
    gone_after: int,
) -> None:
    mine = _of(delivery.webhook_id, delivery.event_id).where(_SENT.state == PENDING)
    if not error:
        connection.execute(mine.values(state=DELIVERED, status=status, error="", next_at=now))
        connection.execute(_hook(delivery.webhook_id).values(gone=0))
        return
    state, next_at = (FAILED, now) if again_s is None else (PENDING, now + round(again_s * 1_000_000))
    mine = mine.where(_SENT.attempts == delivery.attempts)
    kept = connection.execute(mine.values(state=state, status=status, error=error, next_at=next_at)).rowcount
    if kept and status == _GONE:
        _count_gone(connection, delivery.webhook_id, gone_after, now)


def _count_gone(connection: Connection, webhook_id: str, gone_after: int, now: int) -> None:
    connection.execute(_hook(webhook_id).values(gone=_HOOK.gone + 1))
    over = _hook(webhook_id).where(_HOOK.gone >= gone_after, _HOOK.disabled_at.is_(None))
    if connection.execute(over.values(disabled_at=now)).rowcount:
        waiting = update(models.deliveries).where(_SENT.webhook_id == webhook_id, _SENT.state == PENDING)
        connection.execute(waiting.values(state=FAILED, error="The address is gone (410); the webhook was disabled."))


def _hook(webhook_id: str) -> Any:
    return update(models.webhooks).where(_HOOK.webhook_id == webhook_id)


def _of(webhook_id: str, event_id: str) -> Any:
    return update(models.deliveries).where(_SENT.webhook_id == webhook_id, _SENT.event_id == event_id)


def _delivery(connection: Connection, webhook_id: str, event_id: str) -> Delivery:
    query = select(models.deliveries).where(_SENT.webhook_id == webhook_id, _SENT.event_id == event_id)
    return _as_delivery(connection.execute(query).mappings().one())


def _row(webhook: Webhook, event_id: str, type_: str, payload: JSON, *, run_id: str, now: int) -> dict[str, Any]:
    return {
        "webhook_id": webhook.webhook_id,
        "event_id": event_id,
        "owner_id": webhook.owner_id,
        "type": type_,
        "run_id": run_id,
        "created_at": now,
        "state": PENDING,
        "attempts": 0,
        "status": None,
        "error": "",
        "next_at": now,
        "payload": DELIVERY.write(payload),
    }


def _as_webhook(row: RowMapping) -> Webhook:
    values: dict[str, Any] = dict(row)
    events: Any = tuple(values.pop("events").split())
    return Webhook(**values, events=events)


def _as_delivery(row: RowMapping) -> Delivery:
    values: dict[str, Any] = dict(row)
    payload: Any = DELIVERY.read(values.pop("payload"))
    return Delivery(**values, payload=payload)


class SqlWebhooks(Rows):
    """Webhooks in an SQL database."""

    add = writing(_add)
    get = reading(_get)
    listed = reading(_of_owner)
    remove = writing(_remove)
    deliveries = reading(_deliveries)
    add_delivery = writing_now(_add_delivery)
    record_attempt = writing_now(_record_attempt)

    async def claim(self, *, limit: int, hold_s: float) -> list[tuple[Webhook, Delivery]]:
        """Take up what is due."""
        # Looked at without a lock first: hardly ever is anything due.
        if not await self.database.read(lambda c: _due(c, limit, self.clock(c))):
            return []
        return await self.database.write(lambda c: _claim(c, limit, self.clock(c), hold_s))
