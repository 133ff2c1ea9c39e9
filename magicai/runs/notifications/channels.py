"""Channels: added, tested, and told of what happens in a workspace, each until it was told or was tried for long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time

from magicai.errors import Invalid, MagicError, Refused, Temporary
from magicai.messages import say
from magicai.ports import Channel, ChannelKind, Messenger, Notification, Records, Seal
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.channel_events import events, message_of
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.quiet_hours import end_of_quiet, next_at, quiet_hours
from magicai.values.sealed import SEALED
from magicai.values.times import now_us

_log = logging.getLogger(__name__)
MOST = 20
# Seconds until the next try; after the last one it is given up.
PAUSES_S = (30.0, 300.0, 1800.0, 7200.0, 21_600.0, 43_200.0)
# A try that has not said by then how it went was cut, and is made again.
_HOLD_S = 120.0
_EVERY_S = 2.0
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class NewChannel:
    """Where a workspace wants to be notified, and of what.

    Attributes:
        address: as somebody gave it; "" keeps that of the channel that is changed.
    """

    name: str
    kind: ChannelKind
    address: str
    events: Sequence[str]
    digest_hour: int | None = None
    quiet: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class ChannelSender:
    """Tells channels.

    Attributes:
        messenger: as settings are for a workspace.
        settings: likewise, now.
        page: address of the page, "" where none is known.
    """

    records: Records
    seal: Seal
    messenger: Callable[[Settings], Messenger]
    settings: Callable[[str], Awaitable[Settings]]
    page: Callable[[], str]

    async def send_due(self) -> int:
        """Send what is due now; answers how many messages were tried."""
        claimed = [one for _ in range(_AT_ONCE) if (one := await self.records.channels.claim(hold_s=_HOLD_S))]
        return sum(await asyncio.gather(*(self._send(channel, told) for channel, told in claimed)))

    async def send_test(self, channel: Channel, *, name: str) -> tuple[str, MagicError | None]:
        """Send a test message now, once; answers what the other side said, or why it was not sent.

        Args:
            name: who asks for it.
        """
        settings = await self.settings(channel.owner_id)
        title = say("notification_test", channel=channel.name, name=name).in_language(_language(settings))
        answer, error = "", None
        try:
            answer = await self._told(settings, channel, title, self.page(), new_id())
        except MagicError as exc:
            error = exc
        await self.records.channels.record_test(channel.channel_id, error=error.said if error else None)
        return answer, error

    async def _send(self, channel: Channel, claimed: list[Notification]) -> bool:
        settings = await self.settings(channel.owner_id)
        due, now = list[Notification](), now_us()
        for one in claimed:
            if (moment := due_at(channel, one, settings.time_zone, now)) > now:
                await self.records.channels.postpone(one, moment)
            else:
                due.append(one)
        if not due:
            return False
        error, again_s = None, None
        try:
            title, body = await message_of(self.records, channel, due, page=self.page(), language=_language(settings))
            # The first one names the message: tried again, it is the same.
            await self._told(settings, channel, title, body, f"{channel.channel_id}:{due[0].event_id}")
        except MagicError as exc:
            error, tried = exc.said, min(one.attempts for one in due)
            if isinstance(exc, Temporary) and tried <= len(PAUSES_S):
                again_s = PAUSES_S[tried - 1]
        except Exception as exc:  # noqa: BLE001 - logged, and kept with what it was about
            # A fault of ours: sent again it would fail again, and take the place of others.
            _log.exception("channel %s", channel.channel_id)
            error = say("unexpected_error", kind=type(exc).__name__, detail=str(exc)[:200])
        await self.records.channels.record(due, error=error, again_s=again_s)
        return True

    async def _told(self, settings: Settings, channel: Channel, title: str, body: str, once: str) -> str:
        address = self.seal.open(channel.address.removeprefix(SEALED), owner_id=channel.owner_id)
        return await self.messenger(settings).send(channel.kind, address, title=title, body=body, once=once)


async def keep_sending(sender: Callable[[], ChannelSender]) -> None:
    """Send for ever what becomes due."""
    await keep_doing(
        lambda: sender().send_due(), log=_log, waits="notifications of workspaces", pause_s=lambda: _EVERY_S
    )


async def save_channel(
    records: Records, seal: Seal, messenger: Messenger, new: NewChannel, *, owner_id: str, channel_id: str = ""
) -> Channel:
    """Add a channel, or change one.

    Args:
        channel_id: of the one that is changed.

    Raises:
        NotFound: the workspace has none such.
        Invalid: an event, the hours or the address is none, or two have one name.
        Refused: the address is private, or the workspace has as many as one may have.
    """
    known = await records.channels.get(channel_id, owner_id=owner_id) if channel_id else None
    others = [one for one in await records.channels.listed(owner_id) if one.channel_id != channel_id]
    if known is None and len(others) >= MOST:
        raise Refused("too_many_channels", count=len(others), limit=MOST)
    if any(one.name.casefold() == new.name.casefold() for one in others):
        raise Invalid("channel_name_taken", name=new.name)
    address = new.address.strip()
    if not address and (known is None or known.kind != new.kind):
        raise Invalid("channel_address_empty")
    _check(new)
    made = Channel(
        channel_id=known.channel_id if known else new_id(),
        owner_id=owner_id,
        name=new.name,
        kind=new.kind,
        address=known.address if known else "",
        shown=known.shown if known else "",
        events=tuple(event for event in events() if event in new.events),
        digest_hour=new.digest_hour,
        quiet=new.quiet.strip(),
        enabled=new.enabled,
        created_at=now_us(),
    )
    if address:
        sealed = SEALED + seal.seal(address, owner_id=owner_id)
        made = replace(made, address=sealed, shown=messenger.check(new.kind, address))
    return await records.channels.save(made)


def due_at(channel: Channel, one: Notification, zone: str, now: int) -> int:
    """When a notification is to be sent: at the digest's hour, and not in quiet hours, in the workspace's time zone."""
    event = events().get(one.event)
    if channel.digest_hour is not None:
        moment = next_at(one.created_at, time(channel.digest_hour), zone)
    else:
        moment = end_of_quiet(one.created_at, quiet_hours(event.quiet if event else ""), zone)
    return end_of_quiet(max(moment, now), quiet_hours(channel.quiet), zone)


def _check(new: NewChannel) -> None:
    unknown = [event for event in new.events if event not in events()]
    if unknown:
        raise Invalid("unknown_notification_event", unknown=unknown[0], names=", ".join(events()))
    try:
        quiet_hours(new.quiet)
    except ValueError as exc:
        raise Invalid("quiet_hours_invalid", quiet=new.quiet) from exc


def _language(settings: Settings) -> str:
    return "zh" if settings.language.lower().startswith("zh") else "en"
