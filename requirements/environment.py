"""The virtual environment: made, looked through and mended without an installer."""

import csv
import hashlib
import os
import re
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from requirements import pythons, stamp
from requirements.failures import OTHER_FOLDER, InstallationError
from requirements.pythons import Python


def make(venv: Path) -> Python:
    """Bring about a virtual environment with a fit Python, keeping one that stands.

    Raises:
        InstallationError: the folder holds something else, or this Python cannot make environments.
        OSError: it cannot be written.
    """
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    last = stamp.read(venv)
    found = pythons.describe(str(python)) if python.exists() else None
    if found and not pythons.fault(found) and last.get("venv", str(venv)) == str(venv):
        return found
    venv.mkdir(parents=True, exist_ok=True)
    ours = bool(last) or (venv / "pyvenv.cfg").exists()
    if not ours and any(venv.iterdir()):
        raise InstallationError(
            f"{venv} holds something else than a virtual environment and is left alone; {OTHER_FOLDER}"
        )
    # From here on the folder is known as ours, so that a start cut in the middle can be mended by the next one.
    stamp.begin(venv)
    for path in venv.iterdir():
        if path.name != stamp.NAME:
            remove(path)
    try:
        from venv import EnvBuilder
    except ImportError as error:
        raise InstallationError(
            f"this Python ({sys.executable}) comes without the module that makes virtual environments: install it "
            "(apt install python3-venv), or call start.py with another Python"
        ) from error
    # Without pip: Debian's Python lacks ensurepip, and pip runs from outside the environment as well.
    EnvBuilder(symlinks=os.name != "nt").create(venv)
    found = pythons.describe(str(python))
    if found is None:
        raise InstallationError(
            f"the Python of the new environment does not run: {python}; call start.py with another Python"
        )
    return found


def remove(path: Path) -> None:
    """Delete a file, a link or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def drop_damaged(site_packages: Path) -> None:
    """Make pip install again whatever is not there as a whole.

    An installation that was cut leaves packages that pip takes for installed: their metadata is there, not all of
    their files. Without the metadata, pip puts them in anew.
    """
    for path in list(site_packages.glob("~*")):  # where pip keeps what it is about to replace
        remove(path)
    for metadata in list(site_packages.glob("*.dist-info")):
        if not is_whole(metadata):
            remove(metadata)


def is_whole(metadata: Path) -> bool:
    """Are all files of an installed package there, at the size that its RECORD tells?"""
    try:
        with (metadata / "RECORD").open(encoding="utf-8", newline="") as file:
            rows = [(row[0], row[2]) for row in csv.reader(file)]
        sizes = ((os.stat(metadata.parent / name).st_size, size) for name, size in rows)  # noqa: PTH116 - 35,000 files
        return bool(rows) and all(not told or size == int(told) for size, told in sizes)
    except (OSError, ValueError, IndexError, csv.Error):
        return False


def locked(lock: str) -> dict[str, set[str]]:
    """Read the versions that a lock holds, by normalised name; markers may make them several."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def installed(site_packages: Path) -> Iterator[tuple[str, str]]:
    """List (normalised name, version) of what is installed."""
    for name in stamp.distributions(site_packages):
        found = re.fullmatch(r"(.+)-([^-]+)\.dist-info", name)
        if found:
            yield re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]


def project_requirement(root: Path, folder: Path, site_packages: Path) -> Path:
    """Write a requirements file that has pip put in the project itself, anew where it is there already."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheel = project_wheel(project, root, folder)
    for metadata in list(site_packages.glob(f"{project['name']}-*.dist-info")):
        remove(metadata)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    requirement = folder / "project.txt"
    requirement.write_text(f"{project['name']} @ {wheel.as_uri()} --hash=sha256:{digest}\n", encoding="utf-8")
    return requirement


def project_wheel(project: Mapping[str, Any], root: Path, folder: Path) -> Path:
    """Write a wheel of the project that points at its folder, as an editable install does.

    Not by the build backend: that writes the folder's path as UTF-8, which Python before 3.13 reads in the machine's
    own encoding. Here the path is written in ASCII.
    """
    name, version = project["name"], project["version"]
    info = f"{name}-{version}.dist-info"
    files = {
        f"_{name}.pth": f"import sys; sys.path.append({str(root)!a})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + "".join(f"Requires-Dist: {requirement}\n" for requirement in project["dependencies"]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: start.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": entry_points(project),
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def entry_points(project: Mapping[str, Any]) -> str:
    """Render the project's commands and plug-ins in the format of entry_points.txt."""
    groups: dict[str, dict[str, str]] = {"console_scripts": project.get("scripts", {})}
    groups |= project.get("entry-points", {})
    return "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in entries.items())
        for group, entries in groups.items()
        if entries
    )
