"""What the locked packages weigh on this machine's kind of system, and whether they have wheels for it."""

import json
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from requirements.failures import InstallationError

SIZES = Path(__file__).with_name("sizes.json")
SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """A kind of system that the locked packages have wheels for.

    Attributes:
        needs: the oldest glibc (Linux) or macOS that all the wheels run on, as (major, minor); (0, 0) on Windows.
        sizes: bytes to fetch per package, by normalised name.
        only: the Pythons, such as "3.11", that take a package, where not all do.
    """

    name: str
    needs: tuple[int, int]
    sizes: Mapping[str, int]
    only: Mapping[str, Sequence[str]]

    def on(self, python: Sequence[int]) -> dict[str, int]:
        """Say what is to be fetched for a Python version, by normalised name."""
        release = dotted(tuple(python[:2]))
        return {name: size for name, size in self.sizes.items() if release in self.only.get(name, (release,))}


def key(system: str, machine: str) -> str:
    """Name a kind of system by what sys.platform and platform.machine() say, as sizes.json does: linux-x86_64."""
    return f"{SYSTEMS.get(system, system)}-{MACHINES.get(machine.lower(), machine.lower())}"


def glibc() -> tuple[int, int] | None:
    """Read this machine's glibc version; None where the C library is another, such as musl."""
    try:
        said = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return None
    found = re.match(r"glibc (\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else None


def load(sizes: Path = SIZES) -> dict[str, Platform]:
    """Read sizes.json, which requirements/lock.py makes."""
    content = json.loads(sizes.read_text(encoding="utf-8"))
    return {
        name: Platform(name, (entry["needs"][0], entry["needs"][1]), entry["packages"], entry["only"])
        for name, entry in content.items()
    }


def this() -> Platform:
    """Find the platform of this machine.

    Raises:
        InstallationError: some of the packages have no wheels for it.
    """
    return supported(
        load(),
        key(sys.platform, platform.machine()),
        glibc(),
        tuple(int(part) for part in platform.mac_ver()[0].split(".")[:2] if part),
    )


def supported(
    platforms: Mapping[str, Platform], name: str, libc: tuple[int, int] | None, macos: tuple[int, ...]
) -> Platform:
    """Look a platform up, and refuse what its wheels do not run on."""
    remedy = "docs/install.md lists where MagicAI runs; there, a container or a virtual machine with Debian does it"
    found = platforms.get(name)
    if found is None:
        raise InstallationError(
            f"there are no wheels of all the packages for {name}, only for {', '.join(platforms)}; {remedy}"
        )
    wanted = dotted(found.needs)
    if name.startswith("linux") and libc is None:
        raise InstallationError(
            f"this Linux has no glibc (musl, as on Alpine?), which the packages' wheels need; {remedy}"
        )
    if name.startswith("linux") and libc is not None and libc < found.needs:
        raise InstallationError(f"glibc {dotted(libc)} is too old: the packages' wheels need {wanted}; {remedy}")
    if name.startswith("macos") and macos < found.needs:
        raise InstallationError(f"macOS {dotted(macos)} is too old: the packages' wheels need {wanted}; {remedy}")
    return found


def dotted(version: tuple[int, ...]) -> str:
    """Write a version as people do: 2.28."""
    return ".".join(str(part) for part in version)
