"""By what machines that share records tell their homes apart."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from magicai.private import private_folder
from magicai.values.ids import new_id

_FILE = "home-id.json"


@dataclass(frozen=True, slots=True)
class HomeIdentity:
    """A MAGICAI_HOME.

    Attributes:
        home_id: stays while the home stays on its machine, or on its disk.
        machine: what people call it.
    """

    home_id: str
    machine: str


@dataclass(frozen=True, slots=True)
class _IdentityFile:
    home_id: str
    machine: str
    inode: int


def home_identity(home: Path) -> HomeIdentity:
    """The identity of a home, made on first use.

    A copy of a home on another machine becomes a home of its own. A disk that is mounted elsewhere (a volume of a
    container, whose host name changes each time) stays the same home.
    """
    file, machine = home / _FILE, f"{platform.node()} ({home.absolute()})"
    kept = _kept(file)
    if kept is None or kept.machine != machine:
        private_folder(home)
        with FileLock(file.with_suffix(".lock")):
            kept = _kept(file)
            if kept is None or kept.machine != machine:
                stays = kept is not None and kept.inode == file.stat().st_ino
                kept = _keep(file, kept.home_id if kept is not None and stays else new_id(), machine)
    return HomeIdentity(kept.home_id, machine)


def _keep(file: Path, home_id: str, machine: str) -> _IdentityFile:
    draft = file.with_suffix(f".{os.getpid()}.part")
    draft.touch(mode=0o600)
    kept = _IdentityFile(home_id, machine, draft.stat().st_ino)
    draft.write_text(json.dumps(asdict(kept)), encoding="utf-8")
    draft.replace(file)
    return kept


def _kept(file: Path) -> _IdentityFile | None:
    try:
        return _IdentityFile(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
