"""Install what a lock holds into the project's environment, from wheels alone, each checked by its hash."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from requirements import environment, failures, platforms, stamp
from requirements.failures import InstallationError
from requirements.progress import MB, Progress

# Wheels, and what becomes of them on the disk: measured 1.4 GB from 377 MB, compiled modules included.
UNPACKED = 3.8
# Of pip's settings those that say where packages come from and how they are reached; a "user" or "target" of the
# user's shell or pip.conf would put ours somewhere else.
NETWORK_SETTINGS = frozenset(
    [
        "cache-dir",
        "cert",
        "client-cert",
        "default-timeout",
        "extra-index-url",
        "find-links",
        "index-url",
        "keyring-provider",
        "no-cache-dir",
        "no-index",
        "proxy",
        "retries",
        "resume-retries",
        "timeout",
        "trusted-host",
    ]
)


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
    found = environment.make(venv)
    site_packages = Path(found.site_packages)
    stamp.begin(venv)
    environment.drop_damaged(site_packages)
    lock_path = Path(stamp.lock_file(root, lock))
    wanted = environment.locked(lock_path.read_text(encoding="utf-8"))
    have = dict(environment.installed(site_packages))
    missing = {
        name: platform.sizes[name]
        for name, versions in wanted.items()
        if name in platform.sizes and have.get(name) not in versions
    }
    refuse_small_disk(venv, sum(missing.values()), shutil.disk_usage(venv).free)
    if missing:
        sys.stderr.write(announcement(missing, venv))
    scratch = venv / "start-scratch"
    if scratch.exists():
        environment.remove(scratch)
    scratch.mkdir()
    progress = Progress(sys.stderr, len(missing), sum(missing.values()))
    run_pip(environment.pip(found.path), root, venv, lock_path, site_packages, scratch, progress, guard)
    environment.remove(scratch)
    stamp.end(root, venv, lock, found.path, site_packages)
    return found.path


def refuse_small_disk(venv: Path, size: int, free: int) -> None:
    """Refuse to begin what the disk has no room for; wheels and what they unpack to are there together for a while.

    Raises:
        InstallationError: with what is needed and what was found.
    """
    needed = int(size * (1 + UNPACKED))
    if free < needed:
        raise InstallationError(
            f"{needed / 1e9:.1f} GB are needed in {venv} for the packages ({size // MB} MB to fetch), and "
            f"{free / 1e9:.1f} GB are free there; free some, or {failures.OTHER_FOLDER}"
        )


def announcement(missing: Mapping[str, int], venv: Path) -> str:
    """Say before it is done what will be fetched, and where to."""
    size = sum(missing.values())
    return (
        f"MagicAI fetches {len(missing)} packages, about {max(size // MB, 1)} MB, from pip's package index into "
        f"{venv} ({size * UNPACKED / 1e9:.1f} GB there). Ctrl-C stops it; the same command goes on.\n"
    )


def run_pip(
    pip: Sequence[str],
    root: Path,
    venv: Path,
    lock: Path,
    site_packages: Path,
    scratch: Path,
    progress: Progress,
    guard: int,
) -> None:
    """Have pip install the lock and the project itself, showing how far it is.

    Raises:
        InstallationError: pip could not do it.
    """
    wheel = environment.project_wheel(root, scratch)
    for metadata in site_packages.glob(wheel.name.split("-")[0] + "-*.dist-info"):
        environment.remove(metadata)  # else pip keeps what it finds, also where commands or the folder have changed
    own = scratch / "project.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    own.write_text(f"magicai @ {wheel.as_uri()} --hash=sha256:{digest}\n", encoding="utf-8")
    command = [*pip, "install", "--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
    command += ["--find-links", str(root / "requirements" / "wheels"), "-r", str(lock), "-r", str(own)]
    variables = pip_variables(os.environ, pip_settings(pip), scratch)
    before = len(stamp.distributions(site_packages))
    log = venv / "start.log"
    with log.open("w", encoding="utf-8") as said:
        # The child keeps the guard: a start that is killed leaves its pip behind, and the next start waits for it.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=variables,
            cwd=scratch,
            pass_fds=(guard,) if os.name == "posix" else (),
        )
    try:
        while process.poll() is None:
            progress.show(progress.look(scratch, site_packages, before))
            time.sleep(0.2)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        progress.close()
    if process.returncode:
        raise failures.of_pip(log.read_text(encoding="utf-8", errors="replace"), venv, log)


def pip_settings(pip: Sequence[str]) -> dict[str, str]:
    """Read pip's own settings (its files, and PIP_ variables) as it does, for `pip install`."""
    answer = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False, encoding="utf-8")
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for section, name, value in re.findall(r"^(global|install|:env:)\.([\w.-]+?)=(.*)$", answer.stdout, re.MULTILINE):
        found[section][name.removeprefix(".")] = str(ast.literal_eval(value))
    return found["global"] | found["install"] | found[":env:"]


def pip_variables(environ: Mapping[str, str], settings: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Make pip's environment variables: the user's, with only those settings of pip that concern the network."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    for name in NETWORK_SETTINGS & settings.keys():
        kept["PIP_" + name.upper().replace("-", "_")] = settings[name]
    # On the environment's disk, whose room was checked.
    return kept | {"PIP_CONFIG_FILE": os.devnull} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))


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
