"""PostgreSQL, Debian's package: a cluster of our own, never the system's."""

import re
import shutil
import signal
from pathlib import Path

from magicai.errors import Missing
from tests.lab import debian
from tests.lab.account import identity
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

_USER = _DATABASE = "magicai"


class PostgreSQL:
    """A role `magicai` that owns a database `magicai`."""

    name = "postgresql"
    variable = "DATABASE_URL"
    stop = signal.SIGINT  # SIGTERM would wait for every client to leave

    def fetch(self, cache: Path) -> None:  # noqa: ARG002 - the system keeps its packages itself
        """Install the package where there is none."""
        if _programs() is None:
            debian.install("postgresql")

    def prepare(self, place: Place) -> None:
        """Make the cluster and the database."""
        data, secret = place.folder / "data", place.folder / "password"
        secret.write_text(place.password)
        secret.chmod(0o644)  # for initdb, in the other account; the folder itself is closed
        account = ["--username", _USER, "--pwfile", str(secret), "--auth", "scram-sha-256"]
        text = ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        run([_program("initdb"), "--pgdata", data, *account, *text], cwd=place.folder, who=identity())
        secret.unlink()
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(f"listen_addresses = '{HOST}'\nport = {place.port}\nunix_socket_directories = ''\n")
            conf.write("max_connections = 300\n")
        single = [_program("postgres"), "--single", "-D", data, "postgres"]
        run(single, cwd=place.folder, who=identity(), said=f"CREATE DATABASE {_DATABASE}\n")

    def command(self, place: Place) -> Command:
        """The postmaster."""
        return Command([str(_program("postgres")), "-D", str(place.folder / "data")])

    def healthy(self, place: Place) -> bool:
        """Whether it takes connections."""
        try:
            run([_program("pg_isready"), "-q", "-h", HOST, "-p", str(place.port)], limit_s=20)
        except Missing:
            return False
        return True

    def addresses(self, place: Place) -> dict[str, str]:
        """With user and password."""
        return {self.variable: f"postgresql://{_USER}:{place.password}@{HOST}:{place.port}/{_DATABASE}"}


def _programs() -> Path | None:
    """The folder of the newest version's programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    elsewhere = shutil.which("initdb")
    return found[-1].parent if found else Path(elsewhere).resolve().parent if elsewhere else None


def _program(name: str) -> Path:
    folder = _programs()
    if folder is None:
        raise Missing("PostgreSQL is not installed.")
    return folder / name


def _version(initdb: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", initdb.parts[-3]))
