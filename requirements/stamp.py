"""Is the environment what the lock says? The stamp that an installation leaves, read on every start.

Pythons as old as 3.6 read this file. It is all that an installed MagicAI costs at the start, so it imports little.
"""

import hashlib
import json
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import cast

NAME = "magicai-start.json"
LOCKS = ("run", "dev")  # each holds all that the one before it holds


def folder(root: "Path", environ: "MutableMapping[str, str]") -> "Path":
    """Name the environment's folder: what MAGICAI_VENV says, else .venv beside start.py."""
    named = environ.get("MAGICAI_VENV")
    return Path.cwd() / Path(named).expanduser() if named else root / ".venv"


def lock_file(root: "Path", lock: "str") -> "Path":
    """Name the file of a lock, `run` or `dev`."""
    return root / "requirements" / f"{lock}.txt"


def digest(root: "Path", lock: "str") -> "str":
    """Digest what an installation is made from: the lock, and the project's own name, version and commands."""
    project = (root / "pyproject.toml").read_bytes().partition(b"\n[tool.")[0]
    return hashlib.sha256(lock_file(root, lock).read_bytes() + project).hexdigest()


def distributions(site_packages: "Path") -> "list[str]":
    """List what is installed, as NAME-VERSION.dist-info; nothing where there is no such folder."""
    try:
        names = os.listdir(str(site_packages))  # noqa: PTH208 - on every start, and in every frame of the progress line
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(".dist-info"))


def read(venv: "Path") -> "dict[str, object]":
    """Read the stamp; empty where there is none, or half of one."""
    try:
        found: object = json.loads((venv / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def write(venv: "Path", content: "dict[str, object]") -> "None":
    """Write the stamp, whole or not at all."""
    new = venv / (NAME + ".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(venv / NAME)


def begin(venv: "Path") -> "None":
    """Mark the folder as ours, with an installation that has not ended yet."""
    write(venv, {"venv": str(venv)})


def end(root: "Path", venv: "Path", lock: "str", python: "str", site_packages: "Path") -> "None":
    """Mark the installation of a lock as finished."""
    locks = LOCKS[: LOCKS.index(lock) + 1]
    content: dict[str, object] = {
        "root": str(root),
        "venv": str(venv),
        "python": python,
        "site_packages": str(site_packages),
        "locks": {name: digest(root, name) for name in locks},
        "distributions": distributions(site_packages),
    }
    write(venv, content)


def python_of(venv: "Path", root: "Path", lock: "str") -> "str | None":
    """Name the environment's Python where the environment is finished and unchanged since, else None."""
    found = read(venv)
    if (found.get("root"), found.get("venv")) != (str(root), str(venv)) or "locks" not in found:
        return None
    python = str(found["python"])
    if cast("dict[str, str]", found["locks"]).get(lock) != digest(root, lock) or not Path(python).exists():
        return None
    return python if found["distributions"] == distributions(Path(str(found["site_packages"]))) else None


def enter(venv: "Path", environ: "MutableMapping[str, str]") -> "None":
    """Make this process's environment variables those of the activated environment.

    The working folder stays off the path of every Python started from here: it may well hold a folder "flows" or
    "tasks" of its own.
    """
    programs = venv / ("Scripts" if os.name == "nt" else "bin")
    environ["VIRTUAL_ENV"] = str(venv)
    environ["PATH"] = str(programs) + os.pathsep + environ.get("PATH", os.defpath)
    environ["PYTHONSAFEPATH"] = "1"
    environ.pop("__PYVENV_LAUNCHER__", None)
