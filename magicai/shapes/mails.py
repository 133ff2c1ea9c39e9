"""Mails that wait or have failed, and the server that sends them."""

from typing import Annotated, Literal

from pydantic import Field

from magicai.mail.set_up import is_set_up, port_of
from magicai.messages import Message
from magicai.paging import Page
from magicai.ports import MailState, StoredMail
from magicai.settings import Settings
from magicai.shapes.base import Body, Shown
from magicai.shapes.problems import MessageShown
from magicai.surfaces import SurfaceWords
from magicai.values.mail_addresses import LONGEST
from magicai.values.times import Moment


class MailServer(Shown):
    """The mail server, as settings name it."""

    host: str = Field(description="Empty if MAGICAI_SMTP_HOST is unset.")
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = Field(description="Empty if MagicAI does not sign in.")
    has_password: bool
    sender: str = Field(description="Empty if MAGICAI_MAIL_FROM is unset.")
    is_set_up: bool = Field(description="Whether mails can be sent.")

    @classmethod
    def named(cls, settings: Settings) -> "MailServer":
        """What settings name."""
        return cls(
            host=settings.smtp_host or "",
            port=port_of(settings),
            security=settings.smtp_security,
            user=settings.smtp_user or "",
            has_password=settings.smtp_password is not None,
            sender=settings.mail_from or "",
            is_set_up=is_set_up(settings),
        )


class MailShown(Shown):
    """A mail, without what it says."""

    mail_id: str
    to: str
    subject: str
    kind: str = Field(description="What it is about, such as `test`.")
    state: MailState
    created_at: Moment
    attempts: int
    next_at: Moment | None = Field(description="When the next attempt is made; null if there is none.")
    error: str = Field(description="Why the last attempt failed; else empty.")
    message: MessageShown | None = Field(default=None, description="What `error` says.")

    @classmethod
    def said(cls, mail: StoredMail, say: SurfaceWords) -> "MailShown":
        """The shape of a mail, its error in the words of a surface."""
        error = say.message(Message.restored(mail.error)) if mail.error else None
        return cls.of(
            mail,
            next_at=mail.next_at if mail.state == "waiting" else None,
            error=error.text(say.surface) if error else "",
            message=MessageShown.of(error),
        )


class MailList(Page[MailShown]):
    """Mails that wait or have failed, latest first."""


class TestMail(Body):
    """Where a test mail goes."""

    __test__ = False  # pytest would collect it

    to: Annotated[str, Field(min_length=1, max_length=LONGEST, description="An email address.")]
    language: Literal["en", "zh"] = "en"


class MailTested(Shown):
    """What came of a test mail."""

    to: str
    answer: str = Field(description="What the mail server said.")
