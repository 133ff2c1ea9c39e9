"""Bluesky's personal data server, from npm, with a directory of identities of its own."""

import shutil
import signal
from http import HTTPStatus
from pathlib import Path

from tests.lab import npm, probes
from tests.lab.cached import built
from tests.lab.server import HOST, Command, Place

_OWN = Path(__file__).parents[1] / "bluesky"
_HANDLE = "linen-shop.test"


class Bluesky:
    """With one account, whose password is the lab's."""

    name = "bluesky"
    variable = "BLUESKY_URL"
    stop = signal.SIGTERM

    def fetch(self, cache: Path) -> None:
        """Fetch the packages, and build the database that one of them needs."""
        _programs(cache)

    def prepare(self, place: Place) -> None:
        """Nothing to prepare: it makes its account when it starts."""

    def command(self, place: Place) -> Command:
        """Node.js itself."""
        environment = {"LAB": str(place.folder), "LAB_PORT": str(place.port), "LAB_PASSWORD": place.password}
        return Command([str(npm.node()), str(_programs(place.cache) / "serve.js")], environment)

    def healthy(self, place: Place) -> bool:
        """Whether it answers, and has its account."""
        return (place.folder / "ready").exists() and probes.http_status(place.port, "/xrpc/_health") == HTTPStatus.OK

    def addresses(self, place: Place) -> dict[str, str]:
        """With the account."""
        return {
            self.variable: f"http://{HOST}:{place.port}",
            "BLUESKY_HANDLE": _HANDLE,
            "BLUESKY_PASSWORD": place.password,
        }


def _programs(cache: Path) -> Path:
    return built(cache, "bluesky", (_OWN / "package.json", _OWN / "serve.js"), _build)


def _build(made: Path) -> None:
    for name in ("package.json", "serve.js"):
        shutil.copy(_OWN / name, made)
    npm.install(made)
