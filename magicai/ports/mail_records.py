"""Mails that wait to be sent, or were."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from magicai.errors import MagicError

MailState = Literal["waiting", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail in the records. Times are UTC microseconds.

    Attributes:
        owner_id: whose mail it is; not the recipient's.
        kind: what it is about, such as `invitation`.
        text, html: empty once it was sent: they may hold secrets.
        give_up_at: from when on a failed attempt is the last one.
        attempts: how often it was tried, one that is under way included.
        next_at: when it is tried next.
        held_until: until when a process that is sending it has it to itself; 0 for nobody.
        error: why the last attempt failed, as a stored message (magicai/messages); else empty.
    """

    mail_id: str
    owner_id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    kind: str
    created_at: int
    give_up_at: int
    attempts: int = 0
    next_at: int = 0
    held_until: int = 0
    sent_at: int | None = None
    failed_at: int | None = None
    error: str = ""

    @property
    def state(self) -> MailState:
        """How it is."""
        return "sent" if self.sent_at is not None else "failed" if self.failed_at is not None else "waiting"


class MailRecords(Protocol):
    """Mails of all owners."""

    async def add(self, mail: StoredMail) -> StoredMail:
        """Add one; the same id again gives the first one back, unchanged.

        What else belongs to it is written in one transaction by `integrations.records.mails.add`.
        """
        ...

    async def get(self, mail_id: str) -> StoredMail:
        """One of them.

        Raises:
            NotFound: there is none such.
        """
        ...

    async def unsent(self, *, before: tuple[int, str] | None = None, limit: int = 50) -> list[StoredMail]:
        """Those that wait or have failed, the latest first.

        Args:
            before: when the last known one was made, and its id.
        """
        ...

    async def claim(self, *, hold_s: float) -> StoredMail | None:
        """Take up the mail that is due for longest and that no other process has.

        Args:
            hold_s: until others take it up, unless `record_sent` or `record_failure` says how it went.
        """
        ...

    async def claim_now(self, mail_id: str, *, hold_s: float, give_up_s: float) -> StoredMail:
        """Take up this mail, whether it is due, waits or has failed.

        Args:
            hold_s: as for `claim`.
            give_up_s: how long it is tried from now on.

        Raises:
            NotFound: there is none such.
            Conflict: it was sent, or another process is sending it.
        """
        ...

    async def record_sent(self, mail: StoredMail) -> None:
        """Keep that a mail was sent, and forget what it said."""
        ...

    async def record_failure(self, mail: StoredMail, error: MagicError, *, again_s: float | None) -> None:
        """Keep why an attempt failed; nothing where another one has been begun since.

        Args:
            mail: as it was claimed.
            error: why.
            again_s: seconds until the next attempt, of which there is none once `give_up_at` has passed; None: this
                mail is given up at once.
        """
        ...

    async def record_outage(self, mail: StoredMail, error: MagicError) -> None:
        """Keep why a mail, and all others that are due, wait: for the server. They stay due.

        Args:
            mail: as it was claimed; it is put behind the others, and given up if `give_up_at` has passed.
            error: why.
        """
        ...

    async def remove(self, mail_id: str) -> None:
        """Remove one.

        Raises:
            NotFound: there is none such.
        """
        ...
