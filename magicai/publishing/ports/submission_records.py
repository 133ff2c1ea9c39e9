"""Submissions and the audit log, in the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.publishing.audit import Entry, NewEntry
from magicai.publishing.submission import Status, Submission


@dataclass(frozen=True, slots=True)
class StoredSubmission:
    """A submission, and the version of its row, which a change names so that nobody's decision is lost."""

    submission: Submission
    row: int


@dataclass(frozen=True, slots=True)
class SubmissionSummary:
    """A submission in a list. Times are UTC microseconds.

    Attributes:
        submitted_by: the user whose piece it is.
        blocking: how many findings need a person's decision.
    """

    content_id: str
    owner_id: str
    submitted_by: str
    run_id: str
    title: str
    status: Status
    digest: str
    targets: tuple[str, ...]
    blocking: int
    notes: int
    assigned_to: str | None
    created_at: int
    changed_at: int
    publish_at: int | None
    expires_at: int | None


class SubmissionRecords(Protocol):
    """Submissions; each change is kept together with its entries in the audit log."""

    async def add(self, submission: Submission, entries: Sequence[NewEntry]) -> StoredSubmission:
        """Add one; the same id again gives the first one back, unchanged."""
        ...

    async def get(self, content_id: str, *, owner_id: str | None) -> StoredSubmission:
        """One submission; anybody's where `owner_id` is None.

        Raises:
            NotFound: there is none such.
        """
        ...

    async def named(self, part: str, *, owner_id: str | None) -> str:
        """The id that this is, or is a unique beginning or end of.

        Raises:
            NotFound: there is none such.
            Invalid: it is too short, or fits several.
        """
        ...

    async def replace(
        self, kept: StoredSubmission, submission: Submission, entries: Sequence[NewEntry]
    ) -> StoredSubmission | None:
        """Keep a submission in place of what it was; None if it has changed meanwhile, and then nothing is kept."""
        ...

    async def listed(
        self,
        *,
        owner_id: str | None,
        statuses: Sequence[Status] = (),
        assigned_to: str | None = None,
        after: str = "",
        limit: int = 50,
        newest_first: bool = False,
    ) -> list[SubmissionSummary]:
        """Submissions by id, the oldest first, behind `after`; everybody's where `owner_id` is None."""
        ...

    async def counts(self, *, owner_id: str | None) -> Mapping[str, int]:
        """How many there are, by status."""
        ...

    async def due(self, *, limit: int = 50) -> list[StoredSubmission]:
        """Submissions whose `due_at` has come."""
        ...


class AuditRecords(Protocol):
    """The audit log."""

    def key(self) -> bytes:
        """The key of its hashes."""
        ...

    async def append(self, entries: Sequence[NewEntry]) -> None:
        """Append entries."""
        ...

    async def listed(
        self, *, owner_id: str | None = None, about: str | None = None, after: int = 0, limit: int = 500
    ) -> list[Entry]:
        """Entries in order, behind a number; those about a workspace's submissions, or one, where it is named."""
        ...
