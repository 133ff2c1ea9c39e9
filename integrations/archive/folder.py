"""Backups in a folder: items compressed, and sealed where there is a key."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Generator, Sequence
from pathlib import Path

import zstandard
from filelock import FileLock, Timeout

from integrations.archive.sealing import NoSeal, Seal
from magicai.errors import Conflict, NotFound, Permanent

_LARGEST = 2_000_000_000
_LOCK = "lock"


class FolderArchive:
    """Items below one folder; only its owner may read them."""

    def __init__(self, folder: Path, seal: Seal | None = None) -> None:
        self._folder, self._seal = folder.absolute(), seal or NoSeal()
        self.seal = self._seal.name

    async def put(self, name: str, body: bytes, *, plain: bool = False) -> None:
        """Keep an item, whole or not at all; one of that name is replaced."""
        await asyncio.to_thread(self._put, name, body, NoSeal() if plain else self._seal)

    async def get(self, name: str) -> bytes:
        """An item as it was put."""
        return await asyncio.to_thread(self._get, name)

    async def has(self, name: str) -> bool:
        """Whether there is such an item."""
        return (self._folder / name).is_file()

    async def names(self, folder: str) -> AsyncIterator[str]:
        """Names of the items below a folder, in order."""
        for path in await asyncio.to_thread(lambda: sorted((self._folder / folder).rglob("*"))):
            if path.is_file():
                yield path.relative_to(self._folder).as_posix()

    async def remove(self, names: Sequence[str]) -> None:
        """Remove items; those that are not there are passed over."""
        await asyncio.to_thread(self._remove, names)

    @contextlib.contextmanager
    def alone(self) -> Generator[None]:
        """While nobody else writes here."""
        with self._translating():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # one that is there may be another group's
            try:
                with FileLock(self._folder / _LOCK, timeout=0):
                    yield
            except Timeout as exc:
                raise Conflict("backup_already_running", folder=self._folder) from exc

    def _put(self, name: str, body: bytes, seal: Seal) -> None:
        path = self._folder / name
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        with self._translating():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(seal.close(zstandard.compress(body)))
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)

    def _get(self, name: str) -> bytes:
        try:
            sealed = (self._folder / name).read_bytes()
        except FileNotFoundError as exc:
            raise NotFound("backup_item_not_found", folder=self._folder, name=name) from exc
        except OSError as exc:
            raise self._translated(exc) from exc
        try:
            return zstandard.ZstdDecompressor().decompress(self._seal.open(sealed), max_output_size=_LARGEST)
        except zstandard.ZstdError as exc:
            raise Permanent("stored_file_damaged", folder=self._folder / name) from exc

    def _remove(self, names: Sequence[str]) -> None:
        with self._translating():
            for name in names:
                path = self._folder / name
                path.unlink(missing_ok=True)
                # Folders that are empty now; the next that is not ends it.
                with contextlib.suppress(OSError):
                    for parent in path.relative_to(self._folder).parents:
                        (self._folder / parent).rmdir()

    @contextlib.contextmanager
    def _translating(self) -> Generator[None]:
        try:
            yield
        except OSError as exc:
            raise self._translated(exc) from exc

    def _translated(self, error: OSError) -> Permanent:
        return Permanent("path_not_writable", path=self._folder, reason=error.strerror or error)
