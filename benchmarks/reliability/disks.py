"""A small disk of its own for one of a lab's servers, so that it can be full."""

import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from magicai.errors import Conflict, Missing
from tests.lab.lab import Lab

_SPARE = 96 * 2**20
_BLOCK = bytes(512)


class SmallDisk:
    """What a server keeps lies on it."""

    def __init__(self, place: Path) -> None:
        self._ballast = place / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as file:
            for block in (_BLOCK * 1000, _BLOCK):
                try:
                    while True:
                        file.write(block)
                except OSError:
                    continue

    def free(self) -> None:
        """Make room."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(lab: Lab, name: str) -> Generator[SmallDisk]:
    """Move a server with its data to a small disk, and back.

    Raises:
        Missing: none can be mounted here.
    """
    place, aside = lab.folder / name, lab.folder / f"{name}.aside"
    lab.kill(name)
    place.rename(aside)
    used = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    place.mkdir(mode=0o700)
    mounted = _command("mount", "-t", "tmpfs", "-o", f"size={used + _SPARE}", "tmpfs", place)
    if mounted.returncode:
        place.rmdir()
        aside.rename(place)
        lab.start(name)
        raise Missing(f"A small disk can't be mounted here: {mounted.stderr.strip()}")
    try:
        _copy(aside, place)
        lab.start(name)
        yield SmallDisk(place)
    finally:
        with suppress(Conflict):  # a full disk has ended it
            lab.kill(name)
        shutil.rmtree(aside)
        _copy(place, aside)
        _command("umount", place).check_returncode()
        place.rmdir()
        aside.rename(place)
        lab.start(name)


def _copy(source: Path, target: Path) -> None:
    _command("cp", "-a", f"{source}/.", f"{target}/") if target.exists() else _command("cp", "-a", source, target)


def _command(*words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
