"""Links by which a run's result is read without an account."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Share:
    """A link to one run's result. Its secret is kept as a digest; times are UTC microseconds."""

    share_id: str
    run_id: str
    owner_id: str
    digest: str
    created_at: int
    expires_at: int
    revoked_at: int | None = None


class ShareRecords(Protocol):
    """Shares, each its owner's."""

    async def add(self, share: Share) -> Share:
        """Add a share; the same id again gives the first one back."""
        ...

    async def by_digest(self, digest: str) -> Share | None:
        """The share of a secret, if it holds now: neither expired nor revoked."""
        ...

    async def of_run(self, run_id: str, *, owner_id: str) -> list[Share]:
        """A run's shares, newest first; those that are over too."""
        ...

    async def revoke(self, share_id: str, *, run_id: str, owner_id: str) -> None:
        """End a share; one that is over stays as it is.

        Raises:
            NotFound: there is none of this run and owner.
        """
        ...
