"""Where a workspace is notified, and of what."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from magicai.errors import MagicError
from magicai.messages import Message
from magicai.paging import Page
from magicai.ports import Channel, ChannelKind, Notification, NotificationState
from magicai.runs.notifications.channels import NewChannel
from magicai.shapes.base import Body, Shown
from magicai.shapes.problems import MessageShown
from magicai.surfaces import SurfaceWords
from magicai.values.times import Moment

_LONGEST = 2000


class ChannelGiven(Body):
    """A notification channel, as it is to be."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]
    kind: Annotated[
        ChannelKind,
        Field(description="`slack`: an incoming webhook. `mail`. `other`: a chat or service, in Apprise's format."),
    ]
    address: Annotated[
        SecretStr, Field(max_length=_LONGEST, description='Never shown again. "" keeps it, in a change.')
    ] = SecretStr("")
    events: Annotated[list[str], Field(min_length=1, max_length=20, description="What it is notified of.")]
    digest_hour: Annotated[int, Field(ge=0, le=23)] | None = Field(
        None, description="Hour of the day for one message with all events; null: each event at once."
    )
    quiet: Annotated[
        str,
        Field(
            max_length=20,
            description='Hours after which all that fell into them is sent, such as 22:00-07:00; "": none.',
        ),
    ] = ""
    enabled: bool = True

    @property
    def wanted(self) -> NewChannel:
        """It in clear."""
        return NewChannel(
            name=self.name,
            kind=self.kind,
            address=self.address.get_secret_value(),
            events=self.events,
            digest_hour=self.digest_hour,
            quiet=self.quiet,
            enabled=self.enabled,
        )


class NotificationChannelShown(Shown):
    """A notification channel, without its address. Hours are in the workspace's time zone."""

    channel_id: str
    name: str
    kind: ChannelKind
    shown: str = Field(description="The address, masked.")
    events: list[str]
    digest_hour: int | None
    quiet: str
    enabled: bool
    created_at: Moment
    last_at: Moment | None = Field(description="When it was notified last, or could not be.")
    error: str = Field(description='Why it could not be; else "".')
    message: MessageShown | None = Field(None, description="What `error` says.")

    @classmethod
    def said(cls, channel: Channel, say: SurfaceWords) -> "NotificationChannelShown":
        """The shape of a channel, its error in the words of a surface."""
        return cls.of(channel, **_error(channel.last_error, say))


class ChannelEventShown(Shown):
    """What a channel can be notified of."""

    name: str
    usual: bool = Field(description="Whether a new channel is usually notified of it.")


class NotificationChannelList(Page[NotificationChannelShown]):
    """Notification channels of the workspace, oldest first."""

    events: list[ChannelEventShown] = Field(description="All that a channel can be notified of.")


class ChannelTested(Shown):
    """What came of a test."""

    sent: bool
    answer: str = Field(description='What the other side said, or "".')
    error: str = Field(description='Why it was not sent; else "".')
    message: MessageShown | None = Field(None, description="What `error` says.")

    @classmethod
    def said(cls, answer: str, error: MagicError | None, say: SurfaceWords) -> "ChannelTested":
        """The shape of an outcome."""
        stored = error.said.stored() if error else ""
        return cls.model_validate({"sent": error is None, "answer": answer, **_error(stored, say)})


class NotificationShown(Shown):
    """A notification on its way to a channel."""

    event_id: str
    event: str
    created_at: Moment
    state: NotificationState
    attempts: int
    next_at: Moment | None = Field(description="When it is looked at next.")
    error: str = Field(description='Why the last attempt failed; else "".')
    message: MessageShown | None = Field(None, description="What `error` says.")

    @classmethod
    def said(cls, one: Notification, say: SurfaceWords) -> "NotificationShown":
        """The shape of a notification, its error in the words of a surface."""
        return cls.of(one, next_at=one.next_at if one.state == "pending" else None, **_error(one.error, say))


class NotificationList(Page[NotificationShown]):
    """Notifications of a channel, latest first."""


def _error(stored: str, say: SurfaceWords) -> dict[Literal["error", "message"], object]:
    error = say.message(Message.restored(stored)) if stored else None
    return {"error": error.text(say.surface) if error else "", "message": MessageShown.of(error)}
