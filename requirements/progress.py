"""What uv prints while it installs, cut down to how much is downloaded, and what went wrong."""

import os
import re
import sys
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TextIO

_BEGUN = re.compile(r"Downloading (\S+) \(([\d.]+)([KMG])iB\)")
_DONE = re.compile(r"\s*Downloaded (\S+)")
# Two hundred lines of a first installation, which say nothing to whoever waits for it.
_ROUTINE = re.compile(r"(Using Python|Resolved|Prepared|Installed|Uninstalled|Audited) | [+~-] ")
_MEGABYTES = {"K": 0.001024, "M": 1.048576, "G": 1073.741824}


@contextmanager
def shortened() -> Generator[int]:
    """Give a descriptor that uv may write to; what matters of it appears on standard error."""
    readable, writable = os.pipe()
    reader = threading.Thread(target=_read, args=(readable,))
    reader.start()
    try:
        yield writable
    finally:
        os.close(writable)
        reader.join()


def _read(descriptor: int) -> None:
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as lines:
        show(lines, sys.stderr)


def show(lines: Iterable[str], to: TextIO) -> None:
    """Count downloads in one line, on a terminal as it grows; pass on what is neither a download nor routine."""
    sizes: dict[str, float] = {}
    done, grows, is_open = 0.0, to.isatty(), False
    for line in lines:
        if begun := _BEGUN.match(line):
            sizes[begun[1]] = float(begun[2]) * _MEGABYTES[begun[3]]
        elif finished := _DONE.match(line):
            done += sizes.get(finished[1], 0)
            if grows:
                to.write(f"\rDownloaded {done:.0f} of {sum(sizes.values()):.0f} MB")
                is_open = True
        elif not _ROUTINE.match(line):
            to.write(f"\n{line}" if is_open else line)
            is_open = False
        to.flush()
    if is_open:
        to.write("\n")
    elif done and not grows:
        to.write(f"Downloaded {done:.0f} MB\n")
    to.flush()
