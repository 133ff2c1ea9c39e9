"""Redis, Debian's package."""

import shutil
import signal
from pathlib import Path

from magicai.errors import Missing
from tests.lab import debian, probes
from tests.lab.server import HOST, Command, Place


class Redis:
    """Its default user has a password; what it has acknowledged survives its death."""

    name = "redis"
    variable = "REDIS_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - the system keeps its packages itself
        """Install the package where there is none."""
        if shutil.which("redis-server") is None:
            debian.install("redis-server")

    def prepare(self, place: Place) -> None:
        """Write the configuration: a password among the arguments would show in `ps`."""
        (place.folder / "redis.conf").write_text(
            f"bind {HOST}\nport {place.port}\nrequirepass {place.password}\n"
            f"dir {place.folder}\nappendonly yes\nappendfsync always\nsave ''\n"
        )

    def command(self, place: Place) -> Command:
        """The server, in the foreground."""
        program = shutil.which("redis-server")
        if program is None:
            raise Missing("Redis is not installed.")
        return Command([program, str(place.folder / "redis.conf")])

    def healthy(self, place: Place) -> bool:
        """Whether it takes the password and answers."""
        return probes.speaks_redis(place.port, place.password)

    def addresses(self, place: Place) -> dict[str, str]:
        """With the password, and no user."""
        return {self.variable: f"redis://:{place.password}@{HOST}:{place.port}/0"}
