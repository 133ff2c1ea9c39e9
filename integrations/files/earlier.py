"""Files in a bucket, and those that an installation had kept in its folder before the bucket was named."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from magicai.errors import NotFound
from magicai.ports import Files


class WithEarlier(Files):
    """Keeps in the one what is new, and finds, counts and removes what lies in the other, too.

    Args:
        now: where files are kept.
        earlier: where they were.
    """

    def __init__(self, now: Files, earlier: Files) -> None:
        self._now, self._earlier = now, earlier
        self.results_at = now.results_at

    async def put(self, bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order."""
        return await self._now.put(bodies, digests)

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        try:
            return await self._now.get(digest)
        except NotFound:
            return await self._earlier.get(digest)

    async def save(self, name: str, body: bytes | Path) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its location."""
        return await self._now.save(name, body)

    async def results(self) -> AsyncIterator[str]:
        """Names of all results, in order."""
        names = {name for files in (self._now, self._earlier) async for name in files.results()}
        for name in sorted(names):
            yield name

    async def result(self, name: str) -> bytes:
        """A result.

        Raises:
            NotFound: none of that name.
        """
        try:
            return await self._now.result(name)
        except NotFound:
            return await self._earlier.result(name)

    async def here(self, name: str) -> Path:
        """A result as a file on this machine.

        Raises:
            NotFound: none of that name.
        """
        try:
            return await self._now.here(name)
        except NotFound:
            return await self._earlier.here(name)

    async def discard(self, names: Sequence[str]) -> None:
        """Remove results; those that are not there are passed over."""
        await asyncio.gather(self._now.discard(names), self._earlier.discard(names))

    async def prune(self, keep: AsyncIterator[str], *, before: int, among: AbstractSet[str] | None = None) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many."""
        kept = [digest async for digest in keep]
        both = (self._now, self._earlier)
        return sum([await files.prune(_each(kept), before=before, among=among) for files in both])

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        return await self._now.check()

    async def close(self) -> None:
        """Let go of both."""
        await self._now.close()
        await self._earlier.close()


async def _each(digests: Sequence[str]) -> AsyncIterator[str]:
    for digest in digests:
        yield digest
