"""Files on a disk, written whole or not at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from magicai.space import unwritable


def write_whole(path: Path, body: bytes | Path) -> None:
    """Write a file whole or not at all: a body, or a copy of a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        try:
            _fill(draft, body)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise unwritable(path, exc) from exc


def _fill(draft: Path, body: bytes | Path) -> None:
    try:
        _write(draft, body)
    except FileNotFoundError:  # the first of its folder
        draft.parent.mkdir(parents=True, exist_ok=True)
        _write(draft, body)


def _write(draft: Path, body: bytes | Path) -> None:
    if isinstance(body, Path):
        shutil.copyfile(body, draft)
    else:
        draft.write_bytes(body)


def discard(paths: Sequence[Path]) -> None:
    """Remove files, and their folders if those are empty then; what is not there is passed over."""
    for path in paths:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others are in it, or it is gone
            path.parent.rmdir()
