"""Ghost, from npm, with SQLite."""

import shutil
import signal
import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

from tests.lab import npm, probes
from tests.lab.cached import built
from tests.lab.programs import run
from tests.lab.server import HOST, Command, Place

VERSION = "5.130.6"
_ADMIN_KEYS = (
    "SELECT api_keys.id, secret FROM api_keys JOIN integrations ON integrations.id = integration_id"
    " WHERE integrations.slug = 'zapier' AND api_keys.type = 'admin'"
)


class Ghost:
    """With the Admin API key of one of the integrations that come with it."""

    name = "ghost"
    variable = "GHOST_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the package and what it needs."""
        _programs(cache)

    def prepare(self, place: Place) -> None:
        """Copy the themes."""
        shutil.copytree(_programs(place.cache) / "content", place.folder / "content")

    def command(self, place: Place) -> Command:
        """Node.js itself, in the package's folder, where Ghost looks for its own files."""
        environment = {
            "NODE_ENV": "production",
            "url": _address(place),
            "server__host": HOST,
            "server__port": str(place.port),
            "database__client": "sqlite3",
            "database__connection__filename": str(_database(place)),
            "database__useNullAsDefault": "true",
            "paths__contentPath": str(place.folder / "content"),
            "mail__transport": "stub",
            "logging__level": "error",
            # Nothing leaves this machine.
            "privacy__useTinfoil": "true",
        }
        words = ["sh", "-c", 'cd "$0" && exec "$1" index.js', str(_programs(place.cache)), str(npm.node())]
        return Command(words, environment)

    def healthy(self, place: Place) -> bool:
        """Whether its API answers."""
        return probes.http_status(place.port, "/ghost/api/admin/site/") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the key."""
        with closing(sqlite3.connect(_database(place))) as database:
            key_id, secret = database.execute(_ADMIN_KEYS).fetchone()
        return {self.variable: _address(place), "GHOST_KEY": f"{key_id}:{secret}"}


def _address(place: Place) -> str:
    return f"http://{HOST}:{place.port}"


def _database(place: Place) -> Path:
    return place.folder / "content" / "data" / "ghost.db"


def _programs(cache: Path) -> Path:
    return built(cache, f"ghost-{VERSION}", (Path(__file__),), _build) / "package"


def _build(made: Path) -> None:
    # Parts of it are archives inside the package, which npm finds only from there; some of what it is developed with is
    # in no registry; and its own lists of versions contradict each other.
    package = npm.unpacked(f"ghost@{VERSION}", made)
    run(["npm", "pkg", "delete", "devDependencies"], cwd=package)
    npm.install(package, "--legacy-peer-deps")
