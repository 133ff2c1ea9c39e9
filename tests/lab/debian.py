"""Debian's packages, installed without any service of the system being started."""

import os
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from magicai.errors import Missing
from tests.lab.programs import run

# What invoke-rc.d asks before a package's script may start a service; 101 forbids it.
_POLICY = Path("/usr/sbin/policy-rc.d")
_FORBID = "#!/bin/sh\nexit 101\n"
_one_at_a_time = threading.Lock()


def install(*packages: str) -> None:
    """Install packages.

    Raises:
        Missing: this is not Debian, or we are not root, or apt-get failed.
    """
    words = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Missing(f"{words} is not installed, and there is no apt-get.", way_out="Install it by hand.")
    if os.geteuid() != 0:
        raise Missing(f"{words} is not installed.", way_out=f"`sudo apt-get install {words}` brings it.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", *packages]
    with _one_at_a_time, _services_at_rest():
        try:
            run(command, environment=environment)
        except Missing:  # the lists of packages are old, or there are none
            run(["apt-get", "update", "-qq"], environment=environment)
            run(command, environment=environment)


@contextmanager
def _services_at_rest() -> Generator[None]:
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(_FORBID)
    try:
        _POLICY.chmod(0o755)
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
