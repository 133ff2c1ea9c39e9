"""Install what a lock holds into the project's environment, from wheels alone, each checked by its hash."""

import shutil
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from requirements import environment, failures, installer, platforms, stamp, wheelhouse
from requirements.failures import InstallationError
from requirements.progress import MB, Progress

# What becomes of wheels on the disk: measured 1.4 GB from 377 MB, compiled modules included.
UNPACKED = 3.8
WAITING = "no answer from the package index; trying again"


@dataclass(frozen=True)
class Work:
    """What there is to do: bytes by normalised name of the packages to put in, and of those of them to fetch."""

    missing: Mapping[str, int]
    to_fetch: Mapping[str, int]


def install(root: Path, venv: Path, lock: str) -> str:
    """Bring the environment to what the lock says, unless another start has just done so; return its Python.

    Raises:
        InstallationError: it cannot be done, with the reason and the way out.
    """
    platform = platforms.this()
    try:
        venv.parent.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(venv.with_name(venv.name + ".lock"), sys.stderr) as guard:
            return stamp.python_of(venv, root, lock) or _install(root, venv, lock, platform, guard)
    except OSError as error:
        raise failures.of_os(error, venv) from error


def _install(root: Path, venv: Path, lock: str, platform: platforms.Platform, guard: int) -> str:
    python = environment.make(venv)
    pip = installer.find(python)
    site_packages = Path(python.site_packages)
    stamp.begin(venv)
    environment.drop_damaged(site_packages)
    scratch, kept = venv / "start-scratch", venv / "start-wheels"
    if scratch.exists():
        environment.remove(scratch)
    downloads = scratch / "pip"
    downloads.mkdir(parents=True)
    kept.mkdir(exist_ok=True)
    lock_path = stamp.lock_file(root, lock)
    todo = work(lock_path.read_text(encoding="utf-8"), platform.on(python.version), site_packages, kept)
    refuse_small_disk(venv, todo, shutil.disk_usage(venv).free)
    if todo.missing:
        sys.stderr.write(announcement(todo, venv))
    own = environment.project_requirement(root, scratch, site_packages)
    job = installer.Job(
        command=pip,
        requirements=(lock_path, own),
        wheels=(root / "requirements" / "wheels", kept),
        log=venv / "start.log",
        scratch=downloads,
    )
    progress = Progress(sys.stderr, len(todo.missing), todo.to_fetch)
    before = len(stamp.distributions(site_packages))
    with progress:
        for _ in job.run(guard):
            progress.show(WAITING if job.is_trying_again() else progress.look(downloads, site_packages, before))
            wheelhouse.keep(downloads, kept)
    stamp.end(root, venv, lock, python.path, site_packages)
    for folder in (scratch, kept):
        environment.remove(folder)
    return python.path


def work(lock: str, sizes: Mapping[str, int], site_packages: Path, kept: Path) -> Work:
    """Compare a lock with what is installed and what is fetched already.

    Args:
        lock: the lock's text.
        sizes: bytes of what this system takes of it, by normalised name.
        site_packages: where packages are put.
        kept: the wheels that an earlier installation left.
    """
    have = dict(environment.installed(site_packages))
    missing = {
        name: sizes[name]
        for name, versions in environment.locked(lock).items()
        if name in sizes and have.get(name) not in versions
    }
    fetched = wheelhouse.fetched(kept, lock)
    return Work(missing, {name: size for name, size in missing.items() if name not in fetched})


def refuse_small_disk(venv: Path, todo: Work, free: int) -> None:
    """Refuse to begin what the disk has no room for; wheels and what they unpack to are there together for a while.

    Raises:
        InstallationError: with what is needed and what was found.
    """
    fetch = sum(todo.to_fetch.values())
    needed = fetch + int(sum(todo.missing.values()) * UNPACKED)
    if free < needed:
        raise InstallationError(
            f"the packages need {needed / 1e9:.1f} GB in {venv} ({fetch // MB} MB are to be fetched), and "
            f"{free / 1e9:.1f} GB are free there; free some, or {failures.OTHER_FOLDER}"
        )


def announcement(todo: Work, venv: Path) -> str:
    """Say before it is done what will be fetched, and where to."""
    fetch, whole = sum(todo.to_fetch.values()), sum(todo.missing.values())
    parts: list[str] = []
    if todo.to_fetch:
        parts.append(f"fetches {counted(len(todo.to_fetch))}, about {-(-fetch // MB)} MB, from pip's package index")
    if done := len(todo.missing) - len(todo.to_fetch):
        parts.append(f"has {counted(done)} from before")
    return (
        f"MagicAI {' and '.join(parts)}; they go into {venv} ({whole * UNPACKED / 1e9:.1f} GB there). "
        "Ctrl-C stops it; the same command goes on.\n"
    )


def counted(packages: int) -> str:
    """Write a number of packages as people do."""
    return "1 package" if packages == 1 else f"{packages} packages"


@contextmanager
def one_at_a_time(path: Path, out: TextIO) -> Generator[int]:
    """Hold a file lock, waiting for another start that has it; gives the descriptor that holds it."""
    with path.open("a") as file:
        if not try_lock(file.fileno()):
            out.write(f"Another start.py is installing into {path.with_suffix('')}; waiting for it.\n")
            out.flush()
            while not try_lock(file.fileno()):
                time.sleep(0.2)
        yield file.fileno()


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file where nobody has it; closing the file gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
