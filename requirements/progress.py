"""How far an installation is, on one line of a terminal, or now and then on a line of its own elsewhere."""

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self, TextIO

from requirements import stamp

QUIET_S = 10.0  # between two lines where there is no terminal
MB = 1_000_000


class Progress:
    """What is shown while an installer works.

    It is read off the disk, not out of what the installer prints: that differs from version to version.
    """

    def __init__(self, out: TextIO, packages: int, sizes: Mapping[str, int]) -> None:
        """Take where to write, how many packages there are to put in, and the bytes of those to fetch."""
        self.out = out
        self.packages = packages
        self.to_fetch = len(sizes)
        self.size = sum(sizes.values())
        self.terminal = out.isatty()
        self.last_at = time.monotonic()
        self.last_text = ""

    def look(self, downloads: Path, site_packages: Path, before: int) -> str:
        """Say how far it is: from the files fetched so far, then from the packages put in.

        Args:
            downloads: the installer's folder for temporary files.
            site_packages: where packages are put.
            before: how many packages were there at the beginning.
        """
        put_in = len(stamp.distributions(site_packages)) - before
        if put_in > 0 or not self.to_fetch:
            return f"installing: {max(0, min(put_in, self.packages))} of {self.packages} packages"
        sizes = [size for path, size in files(downloads).items() if path.suffix == ".whl"]
        fetched = min(sum(sizes), self.size)
        return (
            f"fetching: {min(len(sizes), self.to_fetch)} of {self.to_fetch} packages, "
            f"{fetched // MB} of {-(-self.size // MB)} MB"
        )

    def show(self, text: str) -> None:
        """Show where it stands, over the last line of a terminal."""
        if text == self.last_text:
            return
        if self.terminal:
            width = max(shutil.get_terminal_size().columns - 1, 20)
            self.out.write("\r" + text[:width].ljust(width))
            self.out.flush()
        elif time.monotonic() - self.last_at < QUIET_S:
            return
        else:
            self.out.write(text + "\n")
            self.out.flush()
        self.last_at, self.last_text = time.monotonic(), text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal's line empty for what follows."""
        if self.terminal and self.last_text:
            self.out.write("\r" + " " * max(shutil.get_terminal_size().columns - 1, 20) + "\r")
            self.out.flush()


def files(folder: Path) -> dict[Path, int]:
    """List the files below a folder with their sizes in bytes, also while they come and go."""
    found: dict[Path, int] = {}
    for path, _, names in os.walk(folder):
        for file in (Path(path, name) for name in names):
            try:
                found[file] = file.stat().st_size
            except OSError:
                continue
    return found
