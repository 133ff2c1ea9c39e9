"""Files that were handed in for runs to read: who may use which, in the records."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was handed in.

    Attributes:
        name: as whoever handed it in called it, without folders.
        digest: SHA-256 of the whole file as hex.
        size: bytes.
        parts: digests of the bodies in `Files` that make it up, in order.
        created_at: UTC microseconds.
        items: how many it holds, such as rows; None where nobody has counted them.
    """

    file_id: str
    owner_id: str
    name: str
    digest: str
    size: int
    parts: tuple[str, ...]
    created_at: int
    items: int | None = None


class Uploads(Protocol):
    """Uploads, each its owner's alone."""

    async def add(self, upload: Upload) -> Upload:
        """Add an upload; the same owner, name and digest again give the first one back."""
        ...

    async def count(self, file_id: str, items: int) -> None:
        """Keep how many items an upload holds."""
        ...

    async def get(self, file_id: str, *, owner_id: str) -> Upload:
        """An upload.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        ...

    async def remove(self, digest: str, *, owner_id: str) -> int:
        """Forget an owner's uploads of a file; answers how many. Their bodies go when records are pruned.

        Args:
            digest: SHA-256 of the whole file as hex.
        """
        ...
