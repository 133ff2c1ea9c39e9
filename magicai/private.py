"""What is in MAGICAI_HOME is for its owner's eyes: folders of mode 0700 and files of mode 0600, whoever made them.

Most of them are made by others (SQLite, ChromaDB, Prefect, lock files), so modes are not given file by file. What a
process of ours and its children make is private by their umask; what was there before is tightened as the home is
opened (docs/decisions/0040-private-home.md).

Windows has no such modes: a folder in a user's profile is theirs alone by the rights that it inherits, and nothing is
done there.
"""

import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from magicai.errors import Permanent, Refused

_POSIX = os.name == "posix"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_users_umask: int | None = None


def private_from_now_on() -> None:
    """Let this process and its children make folders and files that nobody else can read."""
    global _users_umask  # noqa: PLW0603 - a process has one umask
    before = os.umask(_OTHERS)
    if _users_umask is None:
        _users_umask = before


def users_umask() -> int:
    """The umask that this process was started with, for what a user has written to a place of their own."""
    if _users_umask is not None:
        return _users_umask
    now = os.umask(_OTHERS)
    os.umask(now)
    return now


def private_home(home: Path) -> Path:
    """The folder of an installation, closed to others, and all that is in it.

    Every process opens it, so what is in it is walked through only where something at its top is open to others: after
    an earlier release, another program or a copy has made it. The top is tightened last, so whoever was killed
    meanwhile leaves the sign of it.

    Raises:
        Permanent: it can't be made.
        Refused: it is a folder that all users share, or somebody else's that everybody may write to.
    """
    private_from_now_on()
    was_open = _is_open(home, follow=True)
    private_folder(home)
    if was_open or any(_is_open(path) for path in _at_the_top(home)):
        for path in exposed(home):
            if not path.is_symlink():  # where it leads, others may have to read
                _close(path)
    return home


def private_folder(path: Path) -> Path:
    """A folder that only its owner may enter, made where it is missing, tightened where it is there.

    Raises:
        Permanent: it can't be made.
        Refused: it is one that all users share.
    """
    try:
        path.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
    except OSError as exc:
        raise Permanent("folder_creation_failed", path=path, reason=exc.strerror) from exc
    if _is_open(path, follow=True):
        _must_not_be_shared(path)
        _close(path)
    return path


def exposed(home: Path) -> Iterator[Path]:
    """What others could read, write or enter if they came to it: what is deepest first, the home itself last."""
    if not _POSIX:
        return
    for folder, folders, files in os.walk(home, topdown=False) if _is_ours_alone(home) else ():
        for name in (*folders, *files):
            path = Path(folder, name)
            if _is_open(path, follow=path.parent == home):
                yield path
    if _is_open(home, follow=True):
        yield home


def write_private(path: Path, body: bytes) -> None:
    """Write a file of mode 0600 whole or not at all; once this returns, it is on the disk.

    Raises:
        OSError: it can't be written.
    """
    draft = private_draft(path, body)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write a JSON object as `write_private` does.

    Raises:
        OSError: it can't be written.
    """
    write_private(path, json.dumps(value).encode())


def private_draft(path: Path, body: bytes) -> Path:
    """A file of mode 0600 beside `path`, on the disk, that is to be renamed or linked to it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    """Let what was renamed in a folder be on the disk; Windows opens no folders."""
    if _POSIX:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _must_not_be_shared(folder: Path) -> None:
    """Refuse what is not to be closed, such as /tmp, and what everybody may write to and only its owner can close."""
    about, me = folder.stat(), os.geteuid()
    everybodys = about.st_mode & stat.S_IWOTH and me not in (0, about.st_uid)
    if about.st_mode & stat.S_ISVTX or everybodys or folder.resolve() == Path("/"):
        raise Refused("home_folder_shared", folder=folder, example=folder / "magicai")


def _is_ours_alone(home: Path) -> bool:
    """Whether all that is in a folder may be taken for ours; a person's own home holds their other things."""
    with suppress(RuntimeError):  # nobody's: an account that the system does not know
        return home.resolve() != Path.home().resolve()
    return True


def _at_the_top(home: Path) -> list[Path]:
    return list(home.iterdir()) if _POSIX and _is_ours_alone(home) else []


def _is_open(path: Path, *, follow: bool = False) -> bool:
    """Whether others have any right; not of a link that is not followed, nor of what has gone meanwhile."""
    try:
        mode = path.stat(follow_symlinks=follow).st_mode
    except OSError:
        return False
    return _POSIX and not stat.S_ISLNK(mode) and bool(mode & _OTHERS)


def _close(path: Path) -> None:
    # What belongs to somebody else can't be closed: `magicai doctor` tells of it.
    with suppress(OSError):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
