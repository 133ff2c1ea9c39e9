"""Sends mails."""

from dataclasses import dataclass
from typing import Protocol

from magicai.errors import Refused, Temporary


class MailRejected(Refused):
    """This mail will never be accepted: its recipient or its content is refused for good."""


class MailPostponed(Temporary):
    """This mail is not accepted now, others may be."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient.

    Attributes:
        mail_id: its Message-ID is made from it, so that a mail that comes twice can be recognised.
        to: an email address.
        subject: one line.
        text: plain text.
        html: the same as HTML; "" for none.
        created_at: its date, UTC microseconds.
    """

    mail_id: str
    to: str
    subject: str
    text: str
    html: str
    created_at: int


class Mailer(Protocol):
    """Gives mails to a mail server.

    Every method may raise these, which say nothing against a mail; it can be sent once they are mended:

    Temporary: the server can't be reached, is late, closes the connection, or is busy.
    Invalid: the server refuses the login or the sender, has no valid certificate, or does not encrypt.
    """

    async def send(self, mail: Mail) -> str:
        """Send a mail; answers what the server said, which has taken responsibility for it.

        Raises:
            MailRejected: the server refuses its recipient or its content for good.
            MailPostponed: the server does not accept it now.
        """
        ...

    async def check(self) -> str:
        """Connect and sign in, without sending anything; answers where."""
        ...
