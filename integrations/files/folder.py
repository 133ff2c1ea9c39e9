"""Bodies and results in a folder: bodies under their SHA-256, compressed; results under their run."""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import zstandard

from magicai.errors import Invalid, NotFound, Permanent

_DIGEST = re.compile(r"[0-9a-f]{64}")
# No part begins with a dot: neither the folder above, nor a hidden file.
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")
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
            # One that is there is as good as new: it is not to be pruned before the records name it.
            if not _touched(path):
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
        if _DIGEST.fullmatch(digest) is None:
            raise NotFound(f"{digest!r} is no digest of a body.")
        path = self._path(digest)
        try:
            body = zstandard.ZstdDecompressor().decompress(path.read_bytes(), max_output_size=_LARGEST)
        except FileNotFoundError as exc:
            raise NotFound(f"The body {digest} is not kept any more.") from exc
        except OSError as exc:
            raise _translated(path, exc) from exc
        except zstandard.ZstdError:
            body = b""
        if hashlib.sha256(body).hexdigest() != digest:
            # Out of the way, so that it can be kept again.
            path.unlink(missing_ok=True)
            raise NotFound(f"The body {digest} was damaged on the disk, and is not kept any more.")
        return body

    async def save(self, name: str, body: bytes) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its path."""
        if not _NAME.fullmatch(name):
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
            if _DIGEST.fullmatch(path.name) is not None and bytes.fromhex(path.name) in kept:
                continue
            with contextlib.suppress(FileNotFoundError):  # somebody else prunes, too
                if path.stat().st_mtime * 1_000_000 < before:
                    path.unlink()
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
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        try:
            _fill(draft, body)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise _translated(path, exc) from exc


def _fill(draft: Path, body: bytes) -> None:
    try:
        draft.write_bytes(body)
    except FileNotFoundError:  # the first of its folder
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(body)


def _touched(path: Path) -> bool:
    """Whether it is there; its time is now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise _translated(path, exc) from exc
    return True


def _translated(path: Path, error: OSError) -> Permanent:
    return Permanent(f"{path}: {error.strerror or error}.", way_out="Check the folder's rights and space.")
