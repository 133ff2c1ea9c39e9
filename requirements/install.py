"""Bring an environment to what a lock says: pip fetches uv, and uv installs the rest, each file checked by its hash."""

import ast
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import start
from requirements import extras as parts
from requirements import progress

ROOT = Path(start.ROOT)
UV_LOCK = Path(start.lock_file("uv"))
# What an environment takes, uv and compiled modules included; uv's cache is linked, not copied.
SPACE = parts.KEPT_GB * 1e9
OTHER_FOLDER = "use another folder for the environment: MAGICAI_VENV=/folder python3 start.py"
RESUMES = "run the same command again to continue"
WAYS_OUT = (
    "No connection? Check the network, or set a proxy, a mirror or a certificate authority: PIP_PROXY, PIP_INDEX_URL, "
    f"PIP_CERT. No space left? Free some space, or {OTHER_FOLDER}. No wheel? docs/start/install.md lists where MagicAI "
    f"runs. Then {RESUMES}."
)
NO_PIP = (
    f"this Python ({sys.executable}) comes without pip (Debian and Ubuntu package it separately), and there is no uv: "
    "apt install python3-venv, or run start.py with another Python"
)
NO_VENV = (
    f"this Python ({sys.executable}) comes without the module that creates virtual environments: apt install "
    "python3-venv, or run start.py with another Python"
)
# Of pip's settings those that say where packages come from and how they are reached, and what uv calls them. A "user"
# or "target" of the user's shell or pip.conf would put ours somewhere else.
SETTINGS = {
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "keyring-provider": "UV_KEYRING_PROVIDER",
    "no-cache-dir": "UV_NO_CACHE",
    "no-index": "",  # no variable of uv's: an option
    "proxy": "HTTPS_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}
# uv's variables that would have it install something else than the lock says.
REFUSED = ("UV_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_EXCLUDE", "UV_NO_VERIFY_HASHES", "UV_OVERRIDE")

# pyvips comes as source. Where its build finds a compiler and the system's libvips, it compiles against that one, and
# overwrites what pyvips-binary brings: it is told of no library, so that it is the same everywhere, without a compiler.
NO_LIBRARIES = "no-pkg-config"

Completed = subprocess.CompletedProcess[bytes]


class InstallationError(Exception):
    """The environment cannot be made; the text says why and what to do."""


def install(venv: str, lock: str, extras: Sequence[str] = ()) -> None:
    """Bring the environment to what the lock says, unless another start has just done so.

    Args:
        venv: the environment's folder.
        lock: `run`, or `dev`, which has everything.
        extras: what is needed beside the core and what is there already; `all` means every one.

    Raises:
        InstallationError: it cannot be done, with the reason and the way out.
    """
    folder = Path(venv)
    wanted = set(parts.EXTRAS if "all" in extras or lock == "dev" else (*parts.FIRST, *extras))
    if unknown := sorted(wanted - set(parts.EXTRAS)):
        raise InstallationError(f"there is no extra {unknown[0]!r}; there are {', '.join(sorted(parts.EXTRAS))}, all")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(folder.with_name(folder.name + ".lock")) as guard:
            if not start.is_ready(venv, lock):
                _install(folder, lock, wanted | parts.there(venv), guard)
            elif missing := wanted - parts.there(venv):
                _install(folder, lock, missing, guard)
    except OSError as error:
        where, why = error.filename or venv, error.strerror or error
        first = "free some space" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "clone to a folder of yours"
        raise InstallationError(f"cannot write {where} ({why}); {first}, or {OTHER_FOLDER}") from error


def _install(venv: Path, lock: str, extras: Collection[str], guard: int) -> None:
    is_first = not start.is_ready(str(venv), lock)
    was_cut = make(venv)
    python = start.python_of(str(venv))
    pip = find_pip()
    environ, options = variables(os.environ, settings(pip))
    write_stamp(venv, {"venv": str(venv)})

    def run(words: Sequence[str], *, quiet: bool = False, says: int | None = None) -> Completed:
        # The child holds the guard too: a start that is killed leaves it behind, and the next one waits for that.
        return subprocess.run(
            words,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else sys.stderr,
            stderr=subprocess.STDOUT if quiet else says,
            env=environ,
            cwd=venv,
            pass_fds=(guard,) if os.name == "posix" else (),
        )

    sys.stderr.write(announcement(venv, lock, extras, is_first=is_first))
    sys.stderr.flush()
    common = ["--no-deps", "--require-hashes", "-r", str(requirements(venv, lock, extras))]
    if is_first:  # an extra alone leaves the project as it is: parts of it may be running
        for metadata in Path(start.site_packages(str(venv))).glob("magicai-*.dist-info"):
            shutil.rmtree(metadata)  # of the same version, and perhaps of another folder: it would be left as it is
        project = venv / "start-project.txt"
        project.write_text(project_requirement(venv), encoding="utf-8")
        common += ["-r", str(project)]
    uv = find_uv(venv)
    if uv is None and pip:
        words = [*pip, "--python", python, "install", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
        fetched = run([*words, "--no-input", "--ignore-installed", "-r", str(UV_LOCK)], quiet=True)
        uv = find_uv(venv)
        lacks_it = b"No matching distribution" in fetched.stdout and b"Retrying" not in fetched.stdout
        if fetched.returncode and not lacks_it:
            sys.stderr.buffer.write(fetched.stdout)
            raise InstallationError(f"pip could not fetch uv, for the reason above. {WAYS_OUT}")
    if uv is None and not pip:
        uv = shutil.which("uv")
    if uv:
        environ |= cache(uv, venv, environ)
        words = [uv, "pip", "install", "--python", python, "--build-constraints", start.lock_file(lock), *common]
        words += [*options, *(["--reinstall"] if was_cut else [])]
    elif pip:
        sys.stderr.write("The package index has no uv for this machine: pip installs, which takes a minute or more.\n")
        words = [*pip, "--python", python, "install", "--no-input", "--no-warn-script-location", *common]
        words += ["--ignore-installed"] if was_cut else []
    else:
        raise InstallationError(NO_PIP)
    with progress.shortened() if uv else nullcontext() as says:
        done = run(words, says=says)
    if done.returncode:
        raise InstallationError(f"{'uv' if uv else 'pip'} could not install, for the reason above. {WAYS_OUT}")
    locks = start.LOCKS[: start.LOCKS.index(lock) + 1]
    write_stamp(venv, {"venv": str(venv)} | {name: start.fingerprint(str(venv), name) for name in locks})


def requirements(venv: Path, lock: str, extras: Collection[str]) -> Path:
    """Name the list of what is to be installed: the whole lock, or the part of it that is needed, written beside it."""
    whole = Path(start.lock_file(lock))
    if lock == "dev":
        return whole
    part = venv / "start-requirements.txt"
    part.write_text(parts.part_of(whole.read_text(encoding="utf-8"), extras), encoding="utf-8")
    return part


def announcement(venv: Path, lock: str, extras: Collection[str], *, is_first: bool) -> str:
    """Say what is about to be downloaded, and how much that is."""
    if lock == "dev":
        return f"Installing MagicAI and what its tests need into {venv}: {parts.DOWNLOADED_DEV} MB to download.\n"
    later = sorted(set(extras) & set(parts.LATER))
    said = [f"{parts.LATER[extra][1]} ({extra}, {parts.LATER[extra][0]} MB to download)" for extra in later]
    if is_first:
        said.insert(0, f"MagicAI into {venv} ({parts.DOWNLOADED} MB to download, {parts.KEPT_GB} GB on disk)")
    return f"Installing {', '.join(said)}. To stop, press Ctrl-C; the same command continues.\n" if said else ""


def make(venv: Path) -> bool:
    """Bring about a virtual environment with a fit Python, keeping one that stands.

    Returns:
        whether it stands because an installation was cut: packages may be there in half.

    Raises:
        InstallationError: the folder holds something else, or this Python cannot make environments.
    """
    stamp = start.read_stamp(str(venv))
    moved = (stamp or {}).get("venv", str(venv)) != str(venv)
    if not moved and start.site_packages(str(venv)) and start.is_fit(start.python_of(str(venv))):
        return stamp is not None and not stamp.keys() & set(start.LOCKS)
    venv.mkdir(parents=True, exist_ok=True)
    if stamp is None and not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        raise InstallationError(f"{venv} is not a virtual environment, so it was not changed; {OTHER_FOLDER}")
    if (free := shutil.disk_usage(venv).free) < SPACE and not stamp:
        raise InstallationError(
            f"the packages need {SPACE / 1e9:.1f} GB in {venv}, and {free / 1e9:.1f} GB are free there; free some, or "
            f"{OTHER_FOLDER}"
        )
    # From here on the folder is known as ours, so that a start cut in the middle can be mended by the next one.
    write_stamp(venv, {"venv": str(venv)})
    for path in venv.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != start.STAMP:
            path.unlink()
    try:
        from venv import EnvBuilder
    except ImportError as error:
        raise InstallationError(NO_VENV) from error
    # Without pip: Debian's Python lacks ensurepip.
    EnvBuilder(symlinks=os.name != "nt").create(venv)
    return False


def write_stamp(venv: Path, content: Mapping[str, str]) -> None:
    """Write the stamp, whole or not at all; without a lock in it, the installation has not ended."""
    new = venv / (start.STAMP + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(venv / start.STAMP)


def find_uv(venv: Path) -> str | None:
    """Find the locked uv in the environment, by running it: pip may have been cut while it put it in."""
    locked = re.search(r"^uv==([^\s;]+)", UV_LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    uv = shutil.which("uv", path=str(Path(start.python_of(str(venv))).parent))
    if uv is None or locked is None:
        return None
    try:
        said = subprocess.run([uv, "--version"], capture_output=True, check=False).stdout.split()
    except OSError:
        return None
    return uv if said[1:2] == [locked[1].encode()] else None


def find_pip() -> list[str]:
    """Find a pip on this machine: the words that call it, or none.

    The wheel that Python carries runs as it is. Without it, the pip of the Python that runs this, or one on the PATH.
    """
    import sysconfig

    bundled = Path(sysconfig.get_path("stdlib"), "ensurepip", "_bundled")
    folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or bundled
    for wheel in sorted(Path(folder).glob("pip-*.whl")):
        return [sys.executable, "-I", str(wheel / "pip")]
    for words in (
        [sys.executable, "-I", "-m", "pip"],
        *([path] for path in map(shutil.which, ("pip3", "pip")) if path),
    ):
        if subprocess.run([*words, "--version"], capture_output=True, check=False).returncode == 0:
            return words
    return []


def settings(pip: Sequence[str]) -> dict[str, str]:
    """Read pip's own settings (its files, and PIP_ variables) as it does for `pip install`, by their long names."""
    if not pip:
        return {}
    answer = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for section, name, value in re.findall(r"^(global|install|:env:)\.([\w.-]+?)=(.*)$", answer.stdout, re.MULTILINE):
        found[section][name.removeprefix(".")] = str(ast.literal_eval(value))
    return found["global"] | found["install"] | found[":env:"]


def variables(environ: Mapping[str, str], found: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Make the environment variables of pip and uv: the user's, and of pip's settings those that concern the network.

    What the user told uv itself goes before what pip was told.

    Returns:
        the variables, and the options of uv for what has no variable.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("PIP_", "PYTHON", *REFUSED))}
    told: dict[str, str] = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip; the hash says which file it is
    options: list[str] = []
    links = [link if "://" in link else str(Path(link).absolute()) for link in found.get("find-links", "").split()]
    for name, value in ((name, found[name]) for name in SETTINGS if name in found):
        kept["PIP_" + name.upper().replace("-", "_")] = " ".join(links) if name == "find-links" else value
        match name:
            case "find-links":  # where pip warns of a missing folder, uv stops
                told["UV_FIND_LINKS"] = ",".join(link for link in links if "://" in link or Path(link).exists())
            case "extra-index-url" | "trusted-host":
                told[SETTINGS[name]] = " ".join(value.split())
            case "no-index":
                options += ["--no-index"] if is_true(value) else []
            case "cert" if Path(value).is_dir():
                told["SSL_CERT_DIR"] = value
            case "proxy":
                told |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), value)
            case "keyring-provider" if value != "subprocess":
                pass  # uv knows no other
            case "no-cache-dir" if not is_true(value):
                pass
            case _:
                told[SETTINGS[name]] = value
    own = {name: value for name, value in kept.items() if name.startswith("UV_")}
    fixed = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PKG_CONFIG": NO_LIBRARIES}
    return kept | told | own | fixed, options


def is_true(value: str) -> bool:
    """Read a flag as pip does."""
    return value.lower() in {"1", "true", "yes", "on", "y", "t"}


def cache(uv: str, venv: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Keep uv's cache on the environment's disk: there it is linked into the environment and takes no room."""
    if "UV_CACHE_DIR" in environ:
        return {}
    said = subprocess.run([uv, "cache", "dir"], capture_output=True, text=True, env=dict(environ), check=False).stdout
    there = Path(said.strip())
    while not there.exists():
        there = there.parent
    usual = os.access(there, os.W_OK) and there.stat().st_dev == venv.stat().st_dev
    return {} if usual else {"UV_CACHE_DIR": str(venv / "uv-cache")}


def project_requirement(folder: Path) -> str:
    """Write a wheel of the project that points at its folder, as an editable install does; return its requirement.

    Not by the build backend: that writes the folder's path as UTF-8, which Python before 3.13 reads in the machine's
    own encoding. Here the path is written in ASCII.
    """
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    info = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {requirement}\n" for requirement in project["dependencies"])
    groups = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    entries = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in one.items()) for group, one in groups.items()
    ]
    files = {
        f"_{name}.pth": f"import sys; sys.path.append({str(ROOT)!a})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: start.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join(entries) + "\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name} @ {wheel.as_uri()} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@contextmanager
def one_at_a_time(path: Path) -> Generator[int]:
    """Hold a file lock, waiting for another start that has it; gives the descriptor that holds it."""
    with path.open("a") as file:
        if not try_lock(file.fileno()):
            sys.stderr.write(f"Another start.py is installing into {path.with_suffix('')}; waiting for it.\n")
            sys.stderr.flush()
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
