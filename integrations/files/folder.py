"""Bodies and results in a folder: bodies under their SHA-256, compressed; results under their run."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import zstandard

from magicai.errors import Invalid, NotFound, Permanent

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[\w.-]+(/[\w.-]+)*")
_LARGEST = 64_000_000
_LEVEL = 1


class FolderFiles:
    """Files on this machine."""

    def __init__(self, folder: Path) -> None:
        self._bodies, self._results = folder / "bodies", folder / "results"

    async def put(self, bodies: Sequence[bytes]) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order."""
        return await asyncio.to_thread(self._put, bodies)

    def _put(self, bodies: Sequence[bytes]) -> list[str]:
        digests: list[str] = []
        compressor = zstandard.ZstdCompressor(level=_LEVEL)
        for body in bodies:
            digest = hashlib.sha256(body).hexdigest()
            path = self._path(digest)
            if not path.exists():
                _write(path, compressor.compress(body))
            digests.append(digest)
        return digests

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        return await asyncio.to_thread(self._get, digest)

    def _get(self, digest: str) -> bytes:
        try:
            packed = self._path(digest).read_bytes()
        except FileNotFoundError as exc:
            raise NotFound(f"The body {digest} is not kept any more.") from exc
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)

    async def save(self, name: str, body: bytes) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its path."""
        if not _NAME.fullmatch(name) or ".." in name:
            raise Invalid(f"{name!r} cannot be a file's name.", way_out="Letters, digits, dots, dashes and slashes.")
        path = self._results / name
        await asyncio.to_thread(_write, path, body)
        return str(path)

    async def prune(self, keep: AsyncIterator[str], *, before: int) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many."""
        kept = {bytes.fromhex(digest) async for digest in keep if _DIGEST.fullmatch(digest)}
        return await asyncio.to_thread(self._prune, kept, before)

    def _prune(self, kept: set[bytes], before: int) -> int:
        removed = 0
        for path in self._bodies.glob("??/*"):
            old = path.stat().st_mtime * 1_000_000 < before
            named = _DIGEST.fullmatch(path.name) is not None and bytes.fromhex(path.name) in kept
            if old and not named:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        body = secrets.token_bytes(16)
        (digest,) = await self.put([body])
        same = await self.get(digest) == body
        self._path(digest).unlink(missing_ok=True)
        if not same:
            raise Permanent(f"{self._bodies} gave back other bytes than it took.")
        return f"keeps bodies in {self._bodies}"

    def _path(self, digest: str) -> Path:
        return self._bodies / digest[:2] / digest


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
        try:
            draft.write_bytes(body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as exc:
        raise Permanent(f"{path}: {exc.strerror or exc}.", way_out="Check the folder's rights and space.") from exc
