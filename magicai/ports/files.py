"""Page bodies, reports and exports."""

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """Bodies under their digest, and named results.

    Attributes:
        results_at: with what the location of every result begins.
    """

    results_at: str

    async def put(self, bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order.

        Args:
            digests: those that will be answered, where they are known already.
        """
        ...

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        ...

    async def save(self, name: str, body: bytes | Path) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its location.

        Args:
            name: such as `01a2/report.md`.
            body: what it holds, or a file of this machine that does, however large.
        """
        ...

    def results(self) -> AsyncIterator[str]:
        """Names of all results, in order."""
        ...

    async def result(self, name: str) -> bytes:
        """A result.

        Raises:
            NotFound: none of that name.
        """
        ...

    async def here(self, name: str) -> Path:
        """A result as a file on this machine, for a person to open; it may be a copy.

        Raises:
            NotFound: none of that name.
        """
        ...

    async def discard(self, names: Sequence[str]) -> None:
        """Remove results; those that are not there are passed over."""
        ...

    async def prune(self, keep: AsyncIterator[str], *, before: int, among: AbstractSet[str] | None = None) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many.

        Args:
            among: of these digests only; of all where None.
        """
        ...

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
