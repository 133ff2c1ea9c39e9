"""Which Python MagicAI runs on: is one fit, and is a fit one at hand?

Pythons as old as 3.6 read this file, to say that they are too old.
"""

import glob
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

OLDEST, NEWEST = (3, 11), (3, 14)
PREFERRED = ("3.13", "3.12", "3.11", "3.14")  # the newest last: its wheels are the least tried
BITS = 64

# Asked of a Python by running it: a pyenv shim, or a Microsoft Store alias, is there and is none.
QUESTION = """
import json, os, struct, sys, sysconfig
print(json.dumps([
    sys.executable,
    list(sys.version_info[:3]),
    sys.implementation.name,
    8 * struct.calcsize("P"),
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    sysconfig.get_path("purelib"),
    sysconfig.get_config_var("WHEEL_PKG_DIR") or os.path.join(sysconfig.get_path("stdlib"), "ensurepip", "_bundled"),
]))
"""


class Python(NamedTuple):
    """An interpreter: where it is, what it is, where it puts packages, and where the wheel of its own pip may be."""

    path: str
    version: "list[int]"
    kind: str
    bits: int = BITS
    free_threaded: bool = False
    site_packages: str = ""
    pip_folder: str = ""


def describe(path: "str") -> "Python | None":
    """Ask a Python what it is; None where it does not run."""
    try:
        # Not subprocess.run(capture_output=...): 3.6 lacks it.
        answer = subprocess.check_output(
            [path, "-I", "-c", QUESTION], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20
        )
        return Python(*json.loads(answer.decode("utf-8")))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None


def this() -> "Python":
    """Describe the Python that runs this."""
    unasked = Python(sys.executable, list(sys.version_info[:3]), sys.implementation.name)
    return describe(sys.executable) or unasked


def fault(python: "Python") -> "str":
    """Say in half a sentence why MagicAI cannot run on a Python; empty where it can."""
    name = "Python {} ({})".format(".".join(str(part) for part in python.version), python.path)
    if python.kind != "cpython":
        return f"{name} is {python.kind}, and MagicAI's packages are made for CPython"
    if tuple(python.version[:2]) < OLDEST:
        return f"{name} is too old"
    if tuple(python.version[:2]) > NEWEST:
        return f"{name} is too new"
    if python.free_threaded:
        return f"{name} is the free-threaded build, for which several packages have no wheels"
    if python.bits != BITS:
        return f"{name} is a {python.bits}-bit one, for which several packages have no wheels"
    return ""


def candidates() -> "list[str]":
    """List the files that may be a fit Python, the preferred first: on the PATH, and where installers put them."""
    home = Path.home()
    on_path = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    on_path += ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"]
    pyenv = os.environ.get("PYENV_ROOT", str(home / ".pyenv"))
    local = os.environ.get("LOCALAPPDATA", str(home))
    patterns: list[str] = []
    for version in PREFERRED:
        patterns += [f"{glob.escape(folder)}/python{version}" for folder in on_path]
        patterns += [
            f"{glob.escape(pyenv)}/versions/{version}.*/bin/python{version}",
            f"{glob.escape(str(home))}/.local/share/uv/python/cpython-{version}.*/bin/python{version}",
            f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python{version}",
            f"{glob.escape(local)}/Programs/Python/Python{version.replace('.', '')}/python.exe",
        ]
    for name in ("python3", "python", "python.exe"):
        patterns += [f"{glob.escape(folder)}/{name}" for folder in on_path]
    found = [path for pattern in patterns for path in sorted(glob.glob(pattern))]  # noqa: PTH207 - absolute patterns
    return list(dict.fromkeys(found))


def another() -> "str | None":
    """Find a Python on this machine that MagicAI can run on."""
    for path in candidates():
        found = describe(path)
        if found and not fault(found):
            return path
    return None


def advice(other: "str | None", script: "str") -> "str":
    """Say what comes of a fault: another Python that was found, or how to get one."""
    if other:
        return f"going on with {other}"
    needed = "CPython {}.{} to {}.{}".format(*OLDEST, *NEWEST)
    return (
        f"MagicAI needs {needed}, and none was found on this machine; install one (by your system's packages, from "
        f"python.org, or by `uv python install 3.13`) and call it by name: python3.13 {script}"
    )
