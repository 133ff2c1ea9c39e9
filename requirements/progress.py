"""How far an installation is, on one line of a terminal, or now and then on a line of its own elsewhere."""

import os
import shutil
import time
from pathlib import Path
from typing import TextIO

from requirements import stamp

QUIET_S = 10.0  # between two lines where there is no terminal
MB = 1_000_000


class Progress:
    """What is shown while an installer works.

    It is read off the disk, not out of what the installer prints: that differs from version to version.
    """

    def __init__(self, out: TextIO, packages: int, size: int) -> None:
        """Take where to write, and how many packages and bytes there are to fetch."""
        self.out = out
        self.packages = packages
        self.size = size
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
        if put_in > 0:
            return f"installing: {min(put_in, self.packages)} of {self.packages} packages"
        sizes = [size for path, size in files(downloads) if path.endswith(".whl")]
        fetched = min(sum(sizes), self.size)
        return (
            f"fetching: {min(len(sizes), self.packages)} of {self.packages} packages, "
            f"{fetched // MB} of {self.size // MB} MB"
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

    def close(self) -> None:
        """Leave the terminal's line empty for what follows."""
        if self.terminal and self.last_text:
            self.out.write("\r" + " " * max(shutil.get_terminal_size().columns - 1, 20) + "\r")
            self.out.flush()


def files(folder: Path) -> list[tuple[str, int]]:
    """List the files below a folder with their sizes, also while they come and go."""
    found: list[tuple[str, int]] = []
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                found.append((name, os.stat(os.path.join(path, name)).st_size))  # noqa: PTH116, PTH118 - looked at often
            except OSError:
                continue
    return found
