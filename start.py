#!/usr/bin/env python3
"""Install MagicAI, once, and run it.

    python3 start.py                  write a report on the sample shop
    python3 start.py COMMAND [...]    run a command of MagicAI: magicai COMMAND
    python3 start.py install [EXTRA]  only install MagicAI, and the given extras, or all
    python3 start.py test [WORDS]     install everything, and run the checks and the tests; WORDS go to pytest
    python3 start.py check [NAMES]    run the checks without the tests
    python3 start.py lock [WORDS]     update the locks in requirements/

Everything is installed in the folder .venv beside this file, or in the one that MAGICAI_VENV names.
docs/start/install.md describes the steps, and what to do if one fails.
"""

import os
import shutil
import subprocess
import sys

# Older Pythons read this file, to say what is needed: no newer syntax in it, and no newer library before this.
if not (3, 11) <= sys.version_info[:2] <= (3, 14):
    for other in map("python3.{}".format, (13, 12, 11, 14)):
        # A shim of pyenv may be there without a Python behind it.
        if shutil.which(other) and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            sys.exit(subprocess.call([other, *sys.argv]))
    sys.exit("start.py: MagicAI needs Python 3.11 to 3.14, and this is {}.{}.".format(*sys.version_info))
if __name__ == "__main__":  # another program's modules are not for this one
    foreign = os.environ.pop("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [folder for folder in sys.path if folder not in foreign]

import hashlib
import json
import re
import shlex
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LOCKS, PYPROJECT = ROOT / "requirements", ROOT / "pyproject.toml"
OWN = ("install", "test", "check", "lock")  # what is done here, and is no command of the product
STAMP = "magicai-start.json"
SOURCES = ("jstyleson", "pypydispatcher", "pyvips")  # published as source only, and built without a compiler
GROUPS = ("dev", "bench")
SMALL = ("backup", "excel", "knowledge", "mcp")  # extras that are always installed; the others when they are needed


def main(words: Sequence[str]) -> None:
    """Install what is missing, and become what WORDS ask for."""
    venv = Path(os.environ.get("MAGICAI_VENV") or ROOT / ".venv").expanduser().absolute()
    first = words[0] if words else ""
    lock = "dev" if first in ("test", "check") else "run"
    if first in ("-h", "--help", "help"):
        sys.stdout.write(f"{__doc__}\n")
        if not is_ready(venv, lock):
            return
    if first == "install" or not is_ready(venv, lock):
        try:
            with take_turns(venv):
                install(venv, lock, words[1:] if first == "install" else [])
        except (OSError, subprocess.CalledProcessError) as exc:
            sys.exit(f"start.py: {exc}\nSee docs/start/install.md. To continue, run the same command again.")
        except KeyboardInterrupt:
            sys.exit("start.py: stopped. To continue, run the same command again.")
    if first != "install":
        become(venv, words)


def install(venv: Path, lock: str, extras: Collection[str]) -> None:
    """Bring an environment to what a lock says: pip installs uv, and uv the rest, each file checked by its hash.

    Args:
        venv: the environment's folder.
        lock: `run`, or `dev`, which has everything.
        extras: what is needed beside the core and what is there already; `all` means every one.

    Raises:
        subprocess.CalledProcessError: a step failed, and has said why.
    """
    sys.path.insert(0, str(ROOT))  # PYTHONSAFEPATH leaves it out
    from requirements import network

    known = optional_packages()
    unknown = sorted({*extras} - {*known, "all"})
    if unknown:
        sys.exit(f"start.py: there is no extra {unknown[0]!r}. There are {', '.join(known)}, and all.")
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        sys.exit(f"start.py: {venv} is not a virtual environment. Set MAGICAI_VENV to another folder.")
    python, stamp = python_of(venv), read_stamp(venv)
    present = {normal(path.name.partition("-")[0]) for path in venv.glob("[lL]ib/**/site-packages/*.dist-info")}
    there = [extra for extra, packages in known.items() if packages <= present]
    wanted = sorted(known if lock == "dev" or "all" in extras else {*SMALL, *extras, *there})
    sys.stderr.write(f"Installing MagicAI, with {', '.join(wanted)}, in {venv}\n")
    sys.stderr.flush()
    unusable = not python.exists() or (stamp or {}).get("venv", str(venv)) != str(venv)
    if unusable:
        run([sys.executable, "-m", "venv", "--clear", venv], os.environ)
    elif "pip" not in present:
        run([python, "-m", "ensurepip"], os.environ)
    write_stamp(venv, {"venv": str(venv)})
    settings = network.pip_settings(python)
    environ = network.variables(os.environ, settings)
    checked = ["--require-hashes", "--only-binary", ":all:"]
    run([python, "-m", "pip", "install", "--quiet", "--no-deps", *checked, "-r", LOCKS / "start.txt"], environ)
    uv = [python, "-m", "uv", "pip", "install", "--python", python, *network.options(settings)]
    words = ["--constraints", LOCKS / f"{lock}.txt", "--build-constraints", LOCKS / f"{lock}.txt", *checked]
    words += [word for name in SOURCES for word in ("--no-binary", name)]
    words += ["--excludes", LOCKS / "excluded.txt", "-r", PYPROJECT]
    words += [] if {"cohere", "fastembed"} & {*wanted} else ["--excludes", LOCKS / "unused.txt"]
    words += [word for extra in wanted for word in ("--extra", extra)]
    words += [word for group in GROUPS for word in ("--group", f"{PYPROJECT}:{group}") if lock == "dev"]
    words += ["--reinstall"] * (stamp is not None and not stamp.keys() & {"run", "dev"})  # half a package may be there
    run([*uv, *words], environ)
    run([*uv, "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT], environ)
    for path in venv.glob("[lL]ib/**/site-packages/_editable_impl_magicai.pth"):
        path.unlink()  # uv's cache may have the same file
        # The folder's name in ASCII: Python before 3.13 reads the file in the machine's own encoding.
        path.write_text(f"import sys; sys.path.append({str(ROOT)!a})\n", encoding="ascii")
    write_stamp(venv, {name: fingerprint(venv, name) for name in {"run", lock}} | {"venv": str(venv)})


def optional_packages() -> dict[str, set[str]]:
    """The packages that each extra names, but for the extra that needs a compiler, which is in no lock."""
    import tomllib

    extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    del extras["llama-cpp-python"]
    return {extra: {normal(re.split(r"[^\w.-]", line)[0]) for line in extras[extra]} for extra in sorted(extras)}


def python_of(venv: Path) -> Path:
    """An environment's Python, whether or not it is there."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def fingerprint(venv: Path, lock: str) -> str:
    """A digest of what an installation is made from, and of where it is."""
    project = PYPROJECT.read_bytes().partition(b"\n[tool.")[0]
    place = f"{ROOT}\n{venv}\n{python_of(venv).resolve()}".encode()
    return hashlib.sha256(project + (LOCKS / f"{lock}.txt").read_bytes() + place).hexdigest()


def is_ready(venv: Path, lock: str) -> bool:
    """Whether an environment is as the installation of a lock left it."""
    return python_of(venv).exists() and (read_stamp(venv) or {}).get(lock) == fingerprint(venv, lock)


def read_stamp(venv: Path) -> dict[str, str] | None:
    """What an environment was installed from, by lock; without a lock, its installation was interrupted."""
    try:
        return dict(json.loads((venv / STAMP).read_text(encoding="utf-8")))
    except OSError:
        return None
    except (ValueError, TypeError):
        return {}


def write_stamp(venv: Path, content: Mapping[str, str]) -> None:
    """Write it whole, or not at all."""
    draft = venv / f"{STAMP}.new"
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(venv / STAMP)


@contextmanager
def take_turns(venv: Path) -> Generator[None]:
    """Wait for another start that installs; on Windows, uv alone waits for another uv."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    venv.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(venv.with_name(f"{venv.name}.lock"), os.O_CREAT | os.O_RDWR)
    # Programs that it starts inherit the file: they hold the lock where this process is killed.
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - it takes no name
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def run(words: Iterable[object], environ: Mapping[str, str]) -> None:
    """Run a program to its end; standard output is the product's.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    subprocess.run([str(word) for word in words], env=environ, stdout=sys.stderr, check=True, close_fds=False)


def become(venv: Path, words: Sequence[str]) -> NoReturn:
    """Hand this process over to the product in its environment; on Windows, which cannot, wait for it."""
    python = python_of(venv)
    job = ["-m", "magicai", *(words or ["run", "crawl-analyze-generate", "--sample"])]
    if words and words[0] in ("test", "check"):
        job = [str(LOCKS / "check.py"), *words]
    elif words and words[0] == "lock":
        job = [str(LOCKS / "lock.py"), *words[1:]]
    called = "python" if os.name == "nt" else "python3"
    # The folder that the user is in stays off the path: it may hold a folder "flows" or "tasks" of its own.
    os.environ.update(
        VIRTUAL_ENV=str(venv),
        PATH=f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        PYTHONSAFEPATH="1",
        MAGICAI_CALLED_AS=f"{called} {shlex.quote(sys.argv[0])}",
    )
    for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__"):
        os.environ.pop(name, None)
    command = [str(python), *job]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        with suppress(KeyboardInterrupt):  # the console tells the child as well, and the child knows how to stop
            sys.exit(process.wait())


if __name__ == "__main__":
    main(sys.argv[1:])
