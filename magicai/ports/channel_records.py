"""Where a workspace is notified of what happens in it, and each notification on its way there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from magicai.messages import Message

ChannelKind = Literal["slack", "mail", "other"]
NotificationState = Literal["pending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a workspace is notified. Times are UTC microseconds.

    Attributes:
        kind: `slack` (an incoming webhook), `mail` (by the installation's mail server), `other` (an Apprise address).
        address: sealed.
        shown: the address, masked.
        events: of what.
        digest_hour: of the day at which one message has all that has happened; None: each at once.
        quiet: hours in which nothing is sent, such as `22:00-07:00`; "" for none.
        last_at: when something was sent there last, or failed to be.
        last_error: why the last one was not sent, as `Message.stored` has it; "" where it was.
    """

    channel_id: str
    owner_id: str
    name: str
    kind: ChannelKind
    address: str = field(repr=False)
    shown: str
    events: tuple[str, ...]
    digest_hour: int | None
    quiet: str
    enabled: bool
    created_at: int
    last_at: int | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """One event on its way to one channel. Times are UTC microseconds.

    Attributes:
        event_id: the same for every channel.
        event: its type.
        params: what its words hold, and `path`: of the page that shows it.
        attempts: how often it was tried, one that is under way included.
        next_at: when it is looked at next.
        error: as `Channel.last_error`.
    """

    channel_id: str
    event_id: str
    owner_id: str
    event: str
    params: dict[str, str]
    created_at: int
    state: NotificationState = "pending"
    attempts: int = 0
    next_at: int = 0
    error: str = ""


class ChannelRecords(Protocol):
    """Channels, and a row for each event that one is told of: at most one, however often the event is announced."""

    async def save(self, channel: Channel) -> Channel:
        """Add a channel, or change the one of this id: what waits is looked at anew, or dropped where it is off."""
        ...

    async def get(self, channel_id: str, *, owner_id: str) -> Channel:
        """One of a workspace's.

        Raises:
            NotFound: it has none such.
        """
        ...

    async def listed(self, owner_id: str) -> list[Channel]:
        """A workspace's, the oldest first."""
        ...

    async def remove(self, channel_id: str, *, owner_id: str) -> None:
        """Remove one with its notifications.

        Raises:
            NotFound: the workspace has none such.
        """
        ...

    async def notifications(
        self, channel_id: str, *, owner_id: str, before: tuple[int, str] | None = None, limit: int = 50
    ) -> list[Notification]:
        """What one was told or is to be told, the latest first.

        Args:
            before: when the last known one was made, and its event's id.

        Raises:
            NotFound: the workspace has none such.
        """
        ...

    async def wanting(self, events: Collection[str]) -> Sequence[str]:
        """The workspaces with a channel that is told of one of these."""
        ...

    async def announce(self, owner_id: str, event: str, event_id: str, params: dict[str, str]) -> None:
        """Notify the channels of a workspace that want this event; once, however often it is announced."""
        ...

    async def claim(self, *, hold_s: float) -> tuple[Channel, list[Notification]] | None:
        """Take up what is due for longest, with all that is due for the same channel if it has a digest.

        Args:
            hold_s: until others take them up again, unless something is recorded of them.
        """
        ...

    async def postpone(self, notification: Notification, until: int) -> None:
        """Look at one again then, as if it had not been tried now."""
        ...

    async def record(
        self, notifications: Sequence[Notification], *, error: Message | None, again_s: float | None
    ) -> None:
        """Keep how a try went: sent where there is no error, else tried again after so long, or no more."""
        ...

    async def record_test(self, channel_id: str, *, error: Message | None) -> None:
        """Keep how a test went."""
        ...
