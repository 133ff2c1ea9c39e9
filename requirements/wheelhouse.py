"""Wheels that a cut installation has fetched already, kept until one ends well.

pip deletes what it fetched when it fails, and its cache keeps it only where the package index allows that.
"""

import hashlib
import os
import re
from pathlib import Path

from requirements.progress import files


def keep(downloads: Path, wheelhouse: Path) -> None:
    """Link the wheels in pip's temporary folder, finished or not, where pip does not delete them."""
    for path in files(downloads):
        kept = wheelhouse / path.name
        if path.suffix == ".whl" and not kept.exists():
            try:
                os.link(path, kept)
            except OSError:
                return  # gone meanwhile, or a disk without links: then it is fetched again


def fetched(wheelhouse: Path, lock: str) -> set[str]:
    """Name the packages whose wheels are whole, by the lock's hashes; other files are deleted."""
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", lock))
    names: set[str] = set()
    for path in wheelhouse.iterdir():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest in hashes:
            names.add(path.name.partition("-")[0].replace("_", "-").lower())
        else:
            path.unlink()
    return names
