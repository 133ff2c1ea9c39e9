"""Bodies and results in a folder: bodies in one file, under their SHA-256; results under their run."""

import asyncio
import contextlib
import secrets
import tempfile
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from integrations.files.bodies import Bodies, damaged, unpacked
from integrations.files.disk import discard, write_whole
from integrations.files.names import checked, digest_of, is_digest, is_name
from magicai.errors import NotFound, Permanent
from magicai.space import unwritable


class FolderFiles:
    """Files on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._results = folder, folder / "results"
        self._bodies = Bodies(folder / "bodies.sqlite3")
        # Each in a file of its own, as they were kept before; read, and pruned with time.
        self._former = folder / "bodies"
        self.results_at = str(self._results)

    async def put(self, bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order."""
        known = [bytes.fromhex(digest) for digest in digests]
        return [digest.hex() for digest in await self._bodies.put(bodies, known)] if bodies else []

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        body = await self._bodies.get(bytes.fromhex(digest_of(digest)))
        return body if body is not None else await asyncio.to_thread(self._get_former, digest)

    def _get_former(self, digest: str) -> bytes:
        path = self._former / digest[:2] / digest
        try:
            body = unpacked(path.read_bytes(), bytes.fromhex(digest))
        except FileNotFoundError as exc:
            raise NotFound("body_deleted", digest=digest) from exc
        except OSError as exc:
            raise unwritable(path, exc) from exc
        if body is None:
            path.unlink(missing_ok=True)
            raise damaged(bytes.fromhex(digest))
        return body

    async def save(self, name: str, body: bytes | Path) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its path."""
        path = self._result(name)
        await asyncio.to_thread(write_whole, path, body)
        return str(path)

    async def results(self) -> AsyncIterator[str]:
        """Names of all results, in order."""
        for path in await asyncio.to_thread(lambda: sorted(self._results.rglob("*"))):
            name = path.relative_to(self._results).as_posix()
            if is_name(name) and path.suffix != ".part" and path.is_file():
                yield name

    async def result(self, name: str) -> bytes:
        """A result.

        Raises:
            NotFound: none of that name.
        """
        path = self._result(name)
        try:
            return await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError as exc:
            raise NotFound("result_not_found", name=name) from exc
        except OSError as exc:
            raise unwritable(path, exc) from exc

    async def here(self, name: str) -> Path:
        """The file of a result.

        Raises:
            NotFound: none of that name.
        """
        path = self._result(name)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("result_not_found", name=name)
        return path

    async def discard(self, names: Sequence[str]) -> None:
        """Remove results; those that are not there are passed over."""
        await asyncio.to_thread(discard, [self._result(name) for name in names])

    async def prune(self, keep: AsyncIterator[str], *, before: int, among: AbstractSet[str] | None = None) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many."""
        kept = {bytes.fromhex(digest) async for digest in keep if is_digest(digest)}
        these = None if among is None else {bytes.fromhex(digest) for digest in among if is_digest(digest)}
        former = await asyncio.to_thread(self._prune_former, kept, before, these)
        return await self._bodies.prune(kept, before, these) + former

    def _prune_former(self, kept: set[bytes], before: int, among: set[bytes] | None) -> int:
        removed = 0
        for path in self._former.glob("??/*"):
            digest = bytes.fromhex(path.name) if is_digest(path.name) else b""
            if digest in kept or (among is not None and digest not in among):
                continue
            with contextlib.suppress(FileNotFoundError):  # somebody else prunes, too
                if path.stat().st_mtime * 1_000_000 < before:
                    path.unlink()
                    removed += 1
        return removed

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        body = secrets.token_bytes(16)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".check-", dir=self._folder) as scratch:
                tried = Bodies(Path(scratch) / "bodies.sqlite3")
                (digest,) = await tried.put([body])
                same = await tried.get(digest) == body
                await tried.close()
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc
        if not same:
            raise Permanent("stored_bytes_differ", folder=self._folder)
        return f"stores bodies in {self._folder}"

    async def close(self) -> None:
        """Let go of the file of bodies."""
        await self._bodies.close()

    def _result(self, name: str) -> Path:
        return self._results / checked(name)
