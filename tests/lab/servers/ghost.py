"""Ghost, from npm, with SQLite."""

import json
import shutil
import signal
import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

from tests.lab import npm, probes
from tests.lab.cached import built
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
        """Write the configuration, and copy the themes."""
        shutil.copytree(_programs(place.cache) / "content", place.folder / "content")
        (place.folder / "config.production.json").write_text(
            json.dumps(
                {
                    "url": _address(place),
                    "server": {"host": HOST, "port": place.port},
                    "database": {
                        "client": "sqlite3",
                        "connection": {"filename": str(_database(place))},
                        "useNullAsDefault": True,
                    },
                    "paths": {"contentPath": str(place.folder / "content")},
                    "mail": {"transport": "stub"},
                    "logging": {"level": "error", "transports": ["stdout"]},
                    # Nothing leaves this machine.
                    "privacy": {"useTinfoil": True},
                }
            )
        )

    def command(self, place: Place) -> Command:
        """Node.js itself; it reads the configuration in its working directory."""
        words = [str(npm.node()), str(_programs(place.cache) / "index.js")]
        return Command(words, {"NODE_ENV": "production"})

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
    # Parts of it are archives inside the package, which npm finds only from there; and its own lists of versions
    # contradict each other.
    npm.install(npm.unpacked(f"ghost@{VERSION}", made), "--legacy-peer-deps")
