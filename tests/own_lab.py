"""A lab of a test's own, whose servers it may kill, pause and empty."""

import shlex
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from magicai.settings import Settings
from tests.lab.lab import Lab


@contextmanager
def own_lab() -> Generator[Lab]:
    """A lab without servers; of what is started in it nothing stays behind."""
    folder = Path(tempfile.mkdtemp(prefix="magicai-"))
    folder.chmod(0o711)  # the account in which its servers run may pass
    lab = Lab(folder / "lab")
    try:
        yield lab
    finally:
        lab.down()
        folder.rmdir()


def started(lab: Lab, name: str) -> dict[str, str]:
    """Start a server; answers the variables that lead to it.

    Skips the test where it can't be had; fails it where MAGICAI_TEST_REQUIRE names the server.
    """
    left_out = lab.up([name])
    if left_out:
        (pytest.fail if name in Settings().test_require else pytest.skip)(str(left_out[name]))
    words = shlex.split(lab.addresses.read_text(encoding="utf-8"), comments=True)
    return dict(word.split("=", 1) for word in words if "=" in word)
