"""Room on the disk: what is said where there is none, and a reserve that makes some."""

import errno
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from magicai.errors import NoSpace, Permanent

# Without a few bytes nothing can be removed, either: to delete rows, a database writes.
_RESERVE_BYTES = 32_000_000
_TIMES_AS_MUCH = 10
_LEAST_BYTES = 4_000_000
_FULL = (errno.ENOSPC, errno.EDQUOT)


def unwritable(path: Path, error: OSError) -> Permanent:
    """What to raise where the system refuses to write."""
    if error.errno in _FULL:
        return NoSpace("disk_full", home=path)
    return Permanent("path_not_writable", path=path, reason=error.strerror or error)


def is_full(folder: Path) -> bool:
    """Whether hardly a byte is free there."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_BYTES
    except OSError:
        return False


def check_room(home: Path) -> None:
    """See whether anything can still be kept.

    Raises:
        NoSpace: hardly a byte is free.
    """
    if is_full(home):
        raise NoSpace("disk_full", home=home)


def keep_reserve(home: Path) -> None:
    """Set some room aside, where there is plenty; what is there stays."""
    path = _reserve(home)
    if path.exists() or shutil.disk_usage(home).free < _TIMES_AS_MUCH * _RESERVE_BYTES:
        return
    draft = path.with_suffix(".part")
    with suppress(OSError):
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for _ in range(_RESERVE_BYTES // 1_000_000):
                file.write(secrets.token_bytes(1_000_000))  # a file of zeros takes no room on some disks
        draft.replace(path)


@contextmanager
def reserve_freed(home: Path) -> Generator[None]:
    """Use what was set aside, where the disk is full; it is set aside again where there is room then.

    Raises:
        NoSpace: nothing was set aside, or it was not enough.
    """
    full = home.is_dir() and shutil.disk_usage(home).free < _RESERVE_BYTES
    if full:
        _reserve(home).unlink(missing_ok=True)
    try:
        yield
    except NoSpace as exc:
        raise NoSpace(exc.message, way_out="clear_disk_by_hand") from exc
    if full:
        keep_reserve(home)


def _reserve(home: Path) -> Path:
    return home / "reserve"
