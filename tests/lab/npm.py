"""Packages of npm, with all that they need."""

import shutil
from pathlib import Path

from magicai.errors import Missing
from tests.lab.programs import run

_QUIET = ("--no-audit", "--no-fund", "--loglevel=error")


def node() -> Path:
    """The program `node`.

    Raises:
        Missing: Node.js or npm is not installed.
    """
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        raise Missing("Node.js and npm are not installed.", way_out="Install Node.js 20 or later.")
    return Path(found)


def install(folder: Path, *words: str) -> None:
    """Install what a folder's package.json names, into it."""
    node()
    run(["npm", "install", "--omit=dev", *_QUIET, *words], cwd=folder)


def unpacked(package: str, folder: Path) -> Path:
    """A package as it was published, in a folder of its own inside `folder`; nothing that it needs."""
    node()
    archive = run(["npm", "pack", package, "--silent"], cwd=folder).split()[-1]
    shutil.unpack_archive(folder / archive, folder, filter="data")
    (folder / archive).unlink()
    return folder / "package"
