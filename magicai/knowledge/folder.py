"""Files of this machine that are to be documents; a folder may change while it is read."""

import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from magicai.errors import Invalid, Refused, Temporary
from magicai.knowledge.add_documents import LONGEST_SOURCE, MOST_BYTES, SUFFIXES
from magicai.runs.requests.files_in import in_words

REMOVED = "removed while the folder was read"
OUTSIDE = "a link to a file outside the folder, or to a hidden one"
_TRIES = 3
# What systems hide, and what Office leaves beside a document that is open.
_HIDDEN = (".", "~$")


def files_in(path: Path) -> Iterator[tuple[str, Path]]:
    """What is to be added of a path, each with what it is known by: its name, or its path in the folder."""
    if path.is_file():
        yield _said(path.name), path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if not _is_hidden(inside) and file.is_file():
            yield _said(inside.as_posix()), file


def why_not(source: str, file: Path, path: Path) -> str:
    """Why a file can't be a document; "" where it can.

    Args:
        source: what it is known by.
        file: the file.
        path: what was named, which it is, or is in.
    """
    try:
        if file != path and not _is_inside(file.resolve(strict=True), path.resolve(strict=True)):
            return OUTSIDE
        size = file.stat().st_size
    except OSError as exc:
        return _gone(exc)
    if not file.name.lower().endswith(SUFFIXES):
        return "not of a type that can be read"
    if len(source) > LONGEST_SOURCE:
        return f"its path has more than {LONGEST_SOURCE} characters"
    if not size:
        return "empty"
    return "" if size <= MOST_BYTES else f"{in_words(size)}, and the maximum is {in_words(MOST_BYTES)}; split it"


def _is_inside(file: Path, folder: Path) -> bool:
    """Whether a file is one of a folder's that can be seen, wherever the link to it stands."""
    return file.is_relative_to(folder) and not _is_hidden(file.relative_to(folder))


def _is_hidden(inside: Path) -> bool:
    return any(part.startswith(_HIDDEN) for part in inside.parts)


def followed(folder: str, allowed: Sequence[str]) -> dict[str, Path]:
    """The files of a folder of this machine, each by its full path, by which it is known.

    A link that leads out of the folders that are allowed is not followed.

    Args:
        allowed: folders that may be read, with what is in them.

    Raises:
        Refused: it is none of these.
        Invalid: it is not there, or has no file: a disk that is not mounted is not taken for documents that are gone.
    """
    roots = [Path(one).resolve() for one in allowed]
    path = Path(os.path.normpath(folder))

    def may_be_read(one: Path) -> bool:
        return any(one.resolve().is_relative_to(root) for root in roots)

    if not may_be_read(path):
        raise Refused(f"{folder} may not be read.", way_out="Have it listed in MAGICAI_DOCUMENT_FOLDERS.")
    if not path.is_dir():
        raise Invalid(f"There is no folder {folder}.", way_out="Choose one of the machine that runs this.")
    found = {_said(file.as_posix()): file for _, file in files_in(path) if may_be_read(file)}
    if not found:
        raise Invalid(f"{folder} has no files.", way_out="Check that it is the right one, and mounted.")
    return found


def is_followed(source: str, folder: str) -> bool:
    """Whether a document is known as a file of a folder that is followed."""
    return source.startswith(f"{_said(Path(os.path.normpath(folder)).as_posix()).rstrip('/')}/")


def body_of_file(file: Path) -> bytes:
    """What a file has.

    Raises:
        Temporary: it is gone since the folder was listed, or can't be read now.
    """
    try:
        return file.read_bytes()
    except OSError as exc:
        raise Temporary(f"{file} can't be read: {_gone(exc)}.") from exc


async def hand_in(file: Path, upload: Callable[[Path], Awaitable[str]]) -> str:
    """Hand a file in as it is at one moment; answers its id.

    Raises:
        Invalid: it is gone, can't be read, or is written to all the time.
    """
    for _ in range(_TRIES):
        try:
            before = _state(file)
            file_id = await upload(file)
            if _state(file) == before:
                return file_id
        except OSError as exc:
            raise Invalid(_gone(exc)) from exc
    raise Invalid("changed while it was read", way_out="Add it again once it is written.")


def _state(file: Path) -> tuple[int, int]:
    now = file.stat()
    return now.st_size, now.st_mtime_ns


def _gone(exc: OSError) -> str:
    return REMOVED if isinstance(exc, FileNotFoundError) else str(exc.strerror or exc)


def _said(path: str) -> str:
    """A path as text; names of files are bytes, and need not be any."""
    return os.fsencode(path).decode(errors="replace")
