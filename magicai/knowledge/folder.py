"""Files of this machine that are to be documents; a folder may change while it is read."""

import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from magicai.errors import Invalid, Temporary
from magicai.knowledge.add_documents import LONGEST_SOURCE, MOST_BYTES, SUFFIXES
from magicai.messages import Message, plain, say
from magicai.runs.requests.files_in import in_words

REMOVED = say("file_removed")
_TRIES = 3
# What systems hide, and what Office leaves beside a document that is open.
_HIDDEN = (".", "~$")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be added of a path.

    Attributes:
        files: each by what it is known by: its name, or its path in the folder. A link is among them whose target is
            away for the moment.
        unseen: folders that could not be listed, with the reason; "" is the whole path.
    """

    files: dict[str, Path]
    unseen: dict[str, Message]

    def may_have(self, source: str) -> bool:
        """Whether a file that is not listed may be there all the same: in a folder that could not be listed."""
        return "" in self.unseen or any(str(above) in self.unseen for above in PurePosixPath(source).parents)


def files_in(path: Path) -> Listing:
    """What is to be added of a path."""
    if os.path.isfile(path):  # noqa: PTH113 - `Path.is_file` raises where it may not look
        return Listing({as_text(path.name): path}, {})
    files: list[Path] = []
    unseen: dict[str, Message] = {}

    def note(exc: OSError) -> None:
        inside = os.path.relpath(exc.filename, path)
        unseen["" if inside == "." else as_text(Path(inside).as_posix())] = plain(str(exc.strerror or exc))

    for folder, folders, names in os.walk(path, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        files += [Path(folder, name) for name in names if not name.startswith(_HIDDEN)]
    return Listing(
        {as_text(file.relative_to(path).as_posix()): file for file in sorted(files) if _may_be_file(file)}, unseen
    )


def _may_be_file(file: Path) -> bool:
    """Whether it is a file, or can't be looked at: a link whose target is away."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True


def why_not(source: str, file: Path, path: Path) -> Message | None:
    """Why a file can't be a document; None where it can.

    Args:
        source: what it is known by.
        file: the file.
        path: what was named, which it is, or is in.
    """
    try:
        if file != path and not _is_inside(_end_of(file), _end_of(path)):
            return say("file_link_outside")
        size = file.stat().st_size
    except OSError as exc:
        return say("file_link_broken") if os.path.islink(file) else _gone(exc)  # noqa: PTH114 - raises nothing, either
    if not file.name.lower().endswith(SUFFIXES):
        return say("file_type_unsupported")
    if len(source) > LONGEST_SOURCE:
        return say("file_path_too_long", limit=LONGEST_SOURCE)
    if not size:
        return say("file_without_content")
    return say("file_over_limit", size=in_words(size), limit=in_words(MOST_BYTES)) if size > MOST_BYTES else None


def _end_of(path: Path) -> Path:
    """Where a path leads; OSError, unlike of `Path.resolve`, also of links that lead in a circle."""
    return Path(os.path.realpath(path, strict=True))


def _is_inside(file: Path, folder: Path) -> bool:
    """Whether a file is one of a folder's that can be seen, wherever the link to it stands."""
    return file.is_relative_to(folder) and not _is_hidden(file.relative_to(folder))


def _is_hidden(inside: Path) -> bool:
    return any(part.startswith(_HIDDEN) for part in inside.parts)


def body_of_file(file: Path) -> bytes:
    """What a file has.

    Raises:
        Temporary: it is gone since the folder was listed, or can't be read now.
    """
    try:
        return file.read_bytes()
    except OSError as exc:
        raise Temporary("path_not_readable", path=file, reason=_gone(exc)) from exc


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
            raise Invalid("path_not_readable", path=file, reason=_gone(exc)) from exc
    raise Invalid("file_changed")


def _state(file: Path) -> tuple[int, int]:
    now = file.stat()
    return now.st_size, now.st_mtime_ns


def _gone(exc: OSError) -> Message:
    return REMOVED if isinstance(exc, FileNotFoundError) else plain(str(exc.strerror or exc))


def as_text(path: str) -> str:
    """A path as text; names of files are bytes, and need not be any."""
    return os.fsencode(path).decode(errors="replace")
