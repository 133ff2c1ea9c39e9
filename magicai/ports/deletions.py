"""What the records keep of deletions for good until they are over: begun, they go on, whatever is killed or down."""

from dataclasses import dataclass
from typing import Literal, Protocol

from magicai.ports.audit_log import AuditEvent


@dataclass(frozen=True, slots=True)
class PendingDeletion:
    """A workspace or a user that is being deleted. Times are UTC microseconds.

    Attributes:
        subject_id: the workspace or the user; "" once all that is theirs is removed, and files are still to forget it.
        asked_by: the user who asked for it; "" where that is the one who is deleted, or the operator.
        attempts: how many have failed.
        due_at: when the next one is.
    """

    deletion_id: str
    kind: Literal["workspace", "user"]
    subject_id: str
    asked_at: int
    asked_by: str = ""
    attempts: int = 0
    due_at: int = 0


class Deletions(Protocol):
    """Deletions that are not over."""

    async def begin(self, wanted: PendingDeletion, event: AuditEvent | None = None) -> PendingDeletion:
        """Add a deletion with its event in the audit log; answers the one that its subject has already, if any.

        From then on nobody is in the workspace, or the personal one, and nothing invites to it; a user is disabled and
        in no workspace of others. All of it in one transaction.

        Raises:
            NotFound: there is no such user.
            Conflict: they are the only admin of a workspace, which it names, or of the installation, and others use it.
        """
        ...

    async def due(self) -> list[PendingDeletion]:
        """Those that are to go on now, oldest first."""
        ...

    async def postpone(self, deletion_id: str, *, until: int) -> None:
        """Note that an attempt has failed, and when the next one is."""
        ...

    async def forget(self, deletion_id: str) -> None:
        """Note that nothing of the subject is left: its id goes, too."""
        ...

    async def end(self, deletion_id: str) -> None:
        """Remove it: it is over."""
        ...
