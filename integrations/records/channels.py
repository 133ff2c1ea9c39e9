"""Where workspaces are notified, and what is on its way there."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, tuple_, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.documents import NOTIFICATION
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.errors import NotFound
from magicai.messages import Message
from magicai.ports import Channel, Notification
from magicai.values.times import DAY_US

_CHANNEL, _OF = models.channels.c, models.notifications.c
_PENDING = _OF.state == "pending"
_MOST_OF_A_DIGEST = 500
# What was announced by then is announced once: budgets are by month.
_KEPT_US = 62 * DAY_US


def announce(
    connection: Connection,
    now: int,
    owner_id: str,
    event: str,
    event_id: str,
    params: dict[str, str],
    *,
    asked: bool = False,
) -> None:
    """Notify the channels of a workspace that want this event, within the transaction in which it happens.

    Args:
        asked: whether somebody has asked for this one: all channels are told.
    """
    rows = [
        _row(Notification(one.channel_id, event_id, owner_id, event, params, created_at=now, next_at=now))
        for one in _of_owner(connection, owner_id, stays=True)
        if one.enabled and (asked or event in one.events)
    ]
    add_new(connection, models.notifications, rows)


def prune(connection: Connection, before: int) -> int:
    """Remove notifications that were made long before then and are tried no more; answers how many."""
    old = delete(models.notifications).where(_OF.created_at < before - _KEPT_US, ~_PENDING)
    return connection.execute(old).rowcount


def _save(connection: Connection, now: int, channel: Channel) -> Channel:
    values = {**asdict(channel), "events": " ".join(channel.events)}
    add_new(connection, models.channels, [values])
    changed = {name: values[name] for name in ("name", "kind", "address", "shown", "events", "digest_hour", "quiet")}
    this = update(models.channels).where(*_this(channel.channel_id, channel.owner_id))
    connection.execute(this.values({**changed, "enabled": channel.enabled}))
    waiting = (_OF.channel_id == channel.channel_id, _PENDING)
    if channel.enabled:
        connection.execute(update(models.notifications).where(*waiting, _OF.attempts == 0).values(next_at=now))
    else:
        connection.execute(delete(models.notifications).where(*waiting))
    return _get(connection, channel.channel_id, owner_id=channel.owner_id)


def _get(connection: Connection, channel_id: str, *, owner_id: str) -> Channel:
    row = connection.execute(select(models.channels).where(*_this(channel_id, owner_id))).mappings().first()
    if row is None:
        raise NotFound("notification_channel_not_found", channel_id=channel_id[:64])
    return _as_channel(row)


def _of_owner(connection: Connection, owner_id: str, *, stays: bool = False) -> list[Channel]:
    query = select(models.channels).where(_CHANNEL.owner_id == owner_id)
    query = query.order_by(_CHANNEL.created_at, _CHANNEL.channel_id)
    # One that is removed meanwhile would let whatever announces fail: it waits for us, or is not found.
    rows = connection.execute(query.with_for_update(read=True, key_share=True) if stays else query).mappings()
    return [_as_channel(row) for row in rows]


def _remove(connection: Connection, channel_id: str, *, owner_id: str) -> None:
    _get(connection, channel_id, owner_id=owner_id)
    this = select(models.channels).where(*_this(channel_id, owner_id))
    connection.execute(this.with_for_update())
    connection.execute(delete(models.notifications).where(_OF.channel_id == channel_id))
    connection.execute(delete(models.channels).where(_CHANNEL.channel_id == channel_id))


def _notifications(
    connection: Connection, channel_id: str, *, owner_id: str, before: tuple[int, str] | None = None, limit: int = 50
) -> list[Notification]:
    _get(connection, channel_id, owner_id=owner_id)
    query = select(models.notifications).where(_OF.channel_id == channel_id)
    if before is not None:
        query = query.where(tuple_(_OF.created_at, _OF.event_id) < tuple_(*before))
    query = query.order_by(_OF.created_at.desc(), _OF.event_id.desc()).limit(limit)
    return [_as_notification(row) for row in connection.execute(query).mappings()]


def _wanting(connection: Connection, events: Collection[str]) -> list[str]:
    rows = connection.execute(select(models.channels).where(_CHANNEL.enabled)).mappings()
    found = [_as_channel(row) for row in rows]
    return sorted({one.owner_id for one in found if set(events) & set(one.events)})


def _due(connection: Connection, now: int) -> Notification | None:
    query = select(models.notifications).where(_PENDING, _OF.next_at <= now)
    row = connection.execute(query.order_by(_OF.next_at, _OF.event_id).limit(1)).mappings().first()
    return None if row is None else _as_notification(row)


def _claim(connection: Connection, now: int, hold_s: float) -> tuple[Channel, list[Notification]] | None:
    first = _due(connection, now)
    if first is None:
        return None
    channel = _get(connection, first.channel_id, owner_id=first.owner_id)
    due = [first]
    if channel.digest_hour is not None:
        query = select(models.notifications).where(_OF.channel_id == channel.channel_id, _PENDING, _OF.next_at <= now)
        rows = connection.execute(query.order_by(_OF.created_at, _OF.event_id).limit(_MOST_OF_A_DIGEST)).mappings()
        due = [_as_notification(row) for row in rows]
    until = now + round(hold_s * 1_000_000)
    claimed: list[Notification] = []
    for one in due:
        # Asked again with the change: another process may have taken it up since.
        mine = _try_of(one).where(_OF.next_at <= now)
        if connection.execute(mine.values(attempts=one.attempts + 1, next_at=until)).rowcount:
            claimed.append(_one(connection, one))
    return (channel, claimed) if claimed else None


def _postpone(connection: Connection, notification: Notification, until: int) -> None:
    connection.execute(_try_of(notification).values(attempts=notification.attempts - 1, next_at=until))


def _record(
    connection: Connection,
    now: int,
    notifications: Sequence[Notification],
    *,
    error: Message | None,
    again_s: float | None,
) -> None:
    values: dict[str, Any] = {"error": error.stored() if error else ""}
    if error is None or again_s is None:
        values["state"] = "failed" if error else "sent"
    else:
        values["next_at"] = now + round(again_s * 1_000_000)
    for one in notifications:
        connection.execute(_try_of(one).values(values))
    for channel_id in {one.channel_id for one in notifications}:
        _record_test(connection, now, channel_id, error=error)


def _record_test(connection: Connection, now: int, channel_id: str, *, error: Message | None) -> None:
    this = update(models.channels).where(_CHANNEL.channel_id == channel_id)
    connection.execute(this.values(last_at=now, last_error=error.stored() if error else ""))


def _this(channel_id: str, owner_id: str) -> tuple[Any, ...]:
    return (_CHANNEL.channel_id == channel_id, _CHANNEL.owner_id == owner_id)


def _its(one: Notification) -> tuple[Any, ...]:
    return (_OF.channel_id == one.channel_id, _OF.event_id == one.event_id)


def _try_of(one: Notification) -> Any:
    return update(models.notifications).where(*_its(one), _PENDING, _OF.attempts == one.attempts)


def _one(connection: Connection, one: Notification) -> Notification:
    return _as_notification(connection.execute(select(models.notifications).where(*_its(one))).mappings().one())


def _row(one: Notification) -> dict[str, Any]:
    return {**asdict(one), "params": NOTIFICATION.write(one.params)}


def _as_channel(row: RowMapping) -> Channel:
    values: dict[str, Any] = dict(row)
    events: Any = tuple(values.pop("events").split())
    return Channel(**values, events=events)


def _as_notification(row: RowMapping) -> Notification:
    values: dict[str, Any] = dict(row)
    params: Any = NOTIFICATION.read(values.pop("params"))
    return Notification(**values, params=params)


class SqlChannels(Rows):
    """Channels in an SQL database."""

    save = writing_now(_save)
    get = reading(_get)
    listed = reading(_of_owner)
    remove = writing(_remove)
    notifications = reading(_notifications)
    wanting = reading(_wanting)
    announce = writing_now(announce)
    postpone = writing(_postpone)
    record = writing_now(_record)
    record_test = writing_now(_record_test)

    async def claim(self, *, hold_s: float) -> tuple[Channel, list[Notification]] | None:
        """Take up what is due for longest."""
        # Looked at without a lock first: hardly ever is anything due.
        if await self.database.read(lambda c: _due(c, self.clock(c))) is None:
            return None
        return await self.database.write(lambda c: _claim(c, self.clock(c), hold_s))
