"""Make the locks: requirements/*.txt, sizes.json and the constraints in pyproject.toml; `python3 start.py lock`.

Pins stay as they are while pyproject.toml allows them; `python3 start.py lock --upgrade` looks for newer ones.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
PYPROJECT = ROOT / "pyproject.toml"
EXTRAS = (
    "vectors",
    "model",
    "browser",
    "excel",
    "backup",
    "redis",
    "elasticsearch",
    "neo4j",
    "s3",
    "postgresql",
    "mcp",
    "prefect-redis",
)
GROUPS = ("dev", "bench")
LATE = ".20"  # a release that is out of the way of markers on the first few
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
HEADER = "# Made by `python3 start.py lock` from pyproject.toml: change it there.\n"
BEGIN = "# From here on made by `python3 start.py lock`, so that uv, too, installs what requirements/dev.txt locks.\n"


@dataclass(frozen=True)
class Target:
    """A kind of system to lock for: its name in sizes.json, its markers, and the platform tags that run there."""

    name: str
    markers: Mapping[str, str]
    tag: re.Pattern[str]


TARGETS = (
    Target(
        "linux-x86_64",
        {"sys_platform": "linux", "platform_machine": "x86_64", "platform_system": "Linux", "os_name": "posix"},
        re.compile(r"any|manylinux_2_(?P<glibc>\d+)_x86_64|(?P<legacy>manylinux\w+?)_x86_64"),
    ),
    Target(
        "linux-arm64",
        {"sys_platform": "linux", "platform_machine": "aarch64", "platform_system": "Linux", "os_name": "posix"},
        re.compile(r"any|manylinux_2_(?P<glibc>\d+)_aarch64|(?P<legacy>manylinux\w+?)_aarch64"),
    ),
    Target(
        "macos-arm64",
        {"sys_platform": "darwin", "platform_machine": "arm64", "platform_system": "Darwin", "os_name": "posix"},
        re.compile(r"any|macosx_(?P<major>\d+)_(?P<minor>\d+)_(arm64|universal2)"),
    ),
    Target(
        "windows-x86_64",
        {"sys_platform": "win32", "platform_machine": "AMD64", "platform_system": "Windows", "os_name": "nt"},
        re.compile(r"any|win_amd64"),
    ),
)
LEGACY_GLIBC = {"manylinux1": 5, "manylinux2010": 12, "manylinux2014": 17}


def compile_lock(arguments: Sequence[str], output: Path) -> None:
    """Have uv resolve for all systems; pins that stand in the output already are kept."""
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit("lock: uv is needed for it and is not on the PATH: python3 -m pip install --user uv")
    command = [uv, "pip", "compile", "--no-config", "--universal", "--python-version", "3.11", "--quiet"]
    command += ["--no-header", "--no-annotate", "--find-links", "requirements/wheels", "--output-file", str(output)]
    subprocess.run([*command, *arguments], cwd=ROOT, check=True)


def blocks(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Split a lock into its requirements, each with its text, hashes included."""
    for block in re.findall(r"^(?![#\s]).+\n(?:\s+.+\n)*", lock, re.MULTILINE):
        yield Requirement(re.split(r"\s*\\?\n", block, maxsplit=1)[0]), block


def environments(target: Target) -> Iterator[dict[str, str]]:
    """List the marker environments of a target, with each Python's first release and a late one."""
    for major, minor in PYTHONS:
        for patch in (".0", LATE):
            yield {
                **target.markers,
                "python_version": f"{major}.{minor}",
                "python_full_version": f"{major}.{minor}{patch}",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "extra": "",
            }


def applies(marker: Marker | None, target: Target) -> bool:
    """Does any Python of ours install this on the target?"""
    return marker is None or any(marker.evaluate(environment) for environment in environments(target))


def for_our_systems(lock: str) -> str:
    """Leave out what no system of ours installs, such as packages for PyPy."""
    kept = [block for found, block in blocks(lock) if any(applies(found.marker, target) for target in TARGETS)]
    return HEADER + "".join(kept)


@dataclass(frozen=True)
class Wheel:
    """A file that the index or requirements/wheels has, with its size in bytes."""

    name: str
    size: int


def wheels(package: Mapping[str, Any]) -> Iterator[Wheel]:
    """List a locked package's wheels, from the index or from requirements/wheels."""
    for entry in package.get("wheels", ()):
        path = urlsplit(str(entry.get("url") or entry["path"])).path
        name = Path(unquote(path)).name
        yield Wheel(name, entry.get("size") or (FOLDER / "wheels" / name).stat().st_size)


def oldest_system(platform: str, target: Target) -> tuple[int, int] | None:
    """Say which glibc or macOS a platform tag needs; (0, 0) for any, None where it is for another system."""
    found = target.tag.fullmatch(platform)
    if found is None:
        return None
    parts = found.groupdict()
    if parts.get("glibc"):
        return 2, int(parts["glibc"])
    if parts.get("legacy"):
        return (2, LEGACY_GLIBC[parts["legacy"]]) if parts["legacy"] in LEGACY_GLIBC else None
    return int(parts.get("major") or 0), int(parts.get("minor") or 0)


def interpreters(python: tuple[int, int]) -> set[tuple[str, str]]:
    """List the (interpreter, abi) pairs that a CPython takes."""
    some = ["linux_x86_64"]  # stands for any platform: that part of the tag is looked at by itself
    abi = f"cp{python[0]}{python[1]}"
    tags: Iterable[Tag] = (
        *cpython_tags(python, [abi], some),
        *compatible_tags(python, abi, some),
    )
    return {(tag.interpreter, tag.abi) for tag in tags}


def fitting(package: Mapping[str, Any], target: Target, python: tuple[int, int]) -> list[tuple[tuple[int, int], int]]:
    """List the (oldest system, size) of a package's wheels for a target and a Python, the least demanding first."""
    pairs = interpreters(python)
    found = [
        (oldest, wheel.size)
        for wheel in wheels(package)
        for tag in parse_wheel_filename(wheel.name)[3]
        if (tag.interpreter, tag.abi) in pairs and (oldest := oldest_system(tag.platform, target)) is not None
    ]
    return sorted(found)


def weigh(packages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Work out per target which system the wheels need and what each package weighs.

    Raises:
        SystemExit: a package has no wheel for one of the targets.
    """
    lacking: list[str] = []
    sizes: dict[str, Any] = {}
    for target in TARGETS:
        needs, weights, takers = (0, 0), dict[str, int](), dict[str, set[str]]()
        for package in packages:
            marker = Marker(package["marker"]) if package.get("marker") else None
            for environment in environments(target):
                if marker is not None and not marker.evaluate(environment):
                    continue
                major, minor = environment["python_version"].split(".")
                found = fitting(package, target, (int(major), int(minor)))
                if not found:
                    lacking.append(f"{package['name']} {package['version']}: {target.name}, Python {major}.{minor}")
                    continue
                needs = max(needs, found[0][0])
                name = canonicalize_name(package["name"])
                if environment["python_full_version"].endswith(LATE):
                    weights[name] = max(weights.get(name, 0), *(size for _, size in found))
                    takers.setdefault(name, set()).add(environment["python_version"])
        only = {name: sorted(pythons) for name, pythons in sorted(takers.items()) if len(pythons) < len(PYTHONS)}
        sizes[target.name] = {"needs": needs, "only": only, "packages": dict(sorted(weights.items()))}
    if lacking:
        raise SystemExit("lock: no wheel for\n  " + "\n  ".join(dict.fromkeys(lacking)))
    return sizes


def pins(lock: str) -> list[str]:
    """List a lock's requirements without hashes."""
    return [str(found) for found, _ in blocks(lock)]


def with_constraints(pyproject: str, packages: Sequence[str], build: Sequence[str]) -> str:
    """Put the constraints that `uv run`, `uv sync` and `uv lock` read at the end of pyproject.toml."""
    kept = pyproject.partition(BEGIN)[0].rstrip("\n")

    def array(name: str, values: Sequence[str]) -> str:
        return f"{name} = [\n" + "".join(f'  "{value.replace(chr(34), chr(39))}",\n' for value in values) + "]\n"

    return (
        f'{kept}\n\n{BEGIN}[tool.uv]\nfind-links = ["requirements/wheels"]\n'
        + array("build-constraint-dependencies", build)
        + array("constraint-dependencies", packages)
    )


def main(words: Sequence[str]) -> None:
    """Make all that is locked, with WORDS for uv."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    run, dev = FOLDER / "run.txt", FOLDER / "dev.txt"
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    groups = [word for group in GROUPS for word in ("--group", group)]
    with tempfile.TemporaryDirectory() as scratch:
        build, built, lock = Path(scratch, "build.in"), Path(scratch, "build.txt"), Path(scratch, "pylock.toml")
        build.write_text("\n".join(project["build-system"]["requires"]) + "\n", encoding="utf-8")
        compile_lock(["pyproject.toml", *extras, "--generate-hashes", *words], run)
        whole = ["pyproject.toml", *extras, *groups, str(build), "--constraint", str(run), "--generate-hashes"]
        compile_lock([*whole, *words], dev)
        compile_lock([str(build), "--constraint", str(dev)], built)
        for path in (run, dev):
            path.write_text(for_our_systems(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        compile_lock([str(dev), "--no-deps", "--format", "pylock.toml"], lock)
        packages = tomllib.loads(lock.read_text(encoding="utf-8"))["packages"]
        constraints = pins(built.read_text(encoding="utf-8"))
    sizes = json.dumps(weigh(packages), indent=1) + "\n"
    (FOLDER / "sizes.json").write_text(sizes, encoding="utf-8", newline="\n")
    text = with_constraints(PYPROJECT.read_text(encoding="utf-8"), pins(dev.read_text(encoding="utf-8")), constraints)
    PYPROJECT.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
