"""The JDKs of this machine."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from magicai.errors import Missing

_PLACES = ("/usr/lib/jvm/*", "/usr/local/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")
_VERSION = re.compile(r'^JAVA_VERSION="(?:1\.)?(\d+)', re.MULTILINE)


def jdk(*, least: int, best: int) -> Path:
    """The home of a JDK: of the version `best` or the nearest one below, else the nearest above.

    Raises:
        Missing: there is none of version `least` or later.
    """
    found = {version: home for version, home in _all() if version >= least}
    if not found:
        have = ", ".join(sorted({str(version) for version, _ in _all()})) or "none"
        raise Missing(
            f"It needs a JDK of version {least} or later; versions here: {have}.",
            way_out="Install one, or name its folder in JAVA_HOME.",
        )
    return found[min(found, key=lambda version: (version > best, abs(version - best)))]


def _all() -> Iterator[tuple[int, Path]]:
    """Each JDK with its version, those found first last: a dict keeps them."""
    on_path = shutil.which("javac")
    homes = [home for place in _PLACES for home in sorted(Path("/").glob(place.lstrip("/")))]
    homes += [Path(on_path).resolve().parents[1]] if on_path else []
    homes += [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    for home in homes:
        release = home / "release"
        if release.is_file() and (home / "bin" / "javac").is_file():
            version = _VERSION.search(release.read_text(errors="replace"))
            if version:
                yield int(version[1]), home
